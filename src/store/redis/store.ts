// The store for production: Redis 6.2 or newer, or Valkey; shared by all workers and machines.
// A user of its own needs ~{sekisho}* &{sekisho}* +@read +@write +@pubsub +@scripting +@connection -@dangerous +info +time
import { mkdir } from 'node:fs/promises'
import { AUDIT_LIMITS, RECORD_LIMITS } from '../limits.ts'
import type { Log } from '../log.ts'
import type { IdentityStore, RecordLimits, Store } from '../store.ts'
import { FORMAT } from './block-scripts.ts'
import { redisBlocks } from './blocks.ts'
import { type Client, connectClients, HOT_MS, SLOW_MS } from './clients.ts'
import { redisKeys, redisOffences, redisRetries } from './counters.ts'
import { openFeed } from './feed.ts'
import { NO_CHANGE } from './health.ts'
import { redisHistory } from './history.ts'
import { identityKey, RECORD_KEYS } from './keys.ts'
import { type Ledger, openLedger } from './ledger.ts'
import { createLink, type Link } from './link.ts'
import { nameIfNew, redisList } from './list.ts'
import { redisPictures } from './pictures.ts'
import { redisRecords } from './records.ts'
import { checkSettings } from './settings.ts'

const START_MS = 2000 // then it starts without Redis
/** With a million blocks less than the 768 MB that compose.yaml gives Redis. */
const RECORD_BYTES = 256_000_000
const AUDIT_BYTES = 64_000_000

export interface RedisOptions {
  /** url.ts says which forms there are. */
  readonly url: string
  readonly now: () => number
  readonly log: Log
  /** Counts a fault by its name: blocks-nameless, ledger, pictures-lost, redis-evicts, redis-volatile. */
  readonly onFault?: (what: string) => void
  /** Where evidence, marks, known pictures and shared values are noted too, for a Redis that was emptied. */
  readonly dataFolder?: string
  readonly records?: RecordLimits
  readonly recordBytes?: number
}

/** Rejects only for a URL that cannot be used and a list of a newer version; a Redis that is away is waited for in the background. */
export async function openRedisStore(options: RedisOptions): Promise<Store> {
  const { url, now, log, onFault = () => undefined, dataFolder } = options
  // Before anything is connected, which would keep a process alive that cannot start.
  if (dataFolder !== undefined) await mkdir(dataFolder, { recursive: true, mode: 0o700 })
  const clients = connectClients(url, log)
  const breaker = { timeouts: 0 }
  const hot = createLink(clients.hot, { timeoutMs: HOT_MS, breaker })
  const slow = createLink(clients.slow, { timeoutMs: SLOW_MS, breaker })
  const ledger = openLedger(dataFolder, (what, error) => {
    onFault(what)
    log.error({ err: error }, 'the ledger beside Redis has a fault')
  })
  const own = { change: NO_CHANGE, hasSeenList: false }
  const list = { slow, ledger, own, now, log, onFault }
  const disconnect = () => {
    for (const client of Object.values(clients)) client.disconnect()
  }
  await Promise.all([untilReady(clients.hot), untilReady(clients.slow)])
  if (hot.isUp() && slow.isUp()) await greet(list, disconnect)
  const feed = openFeed({ hot, own, clients })
  const links = { hot, slow }
  const { verdicts, audit } = RECORD_KEYS
  let isOpen = true

  return {
    blocks: { ...redisList(list), ...redisBlocks({ hot, slow, ledger, own }), watch: feed.watch },
    pictures: redisPictures({ hot, slow, ledger, now, log, onFault }),
    keys: redisKeys(hot),
    retries: redisRetries(hot),
    offences: redisOffences(hot),
    records: redisRecords(links, {
      ...{ keys: verdicts, limits: options.records ?? RECORD_LIMITS, now },
      maxBytes: options.recordBytes ?? RECORD_BYTES,
    }),
    audit: redisRecords(links, { keys: audit, limits: AUDIT_LIMITS, now, maxBytes: AUDIT_BYTES }),
    identity: redisIdentity(slow, ledger),
    history: redisHistory(hot),
    isUp: () => isOpen && hot.isUp(),
    async close() {
      isOpen = false
      feed.close()
      disconnect()
    },
  }
}

async function greet(list: Parameters<typeof nameIfNew>[0], disconnect: () => void): Promise<void> {
  try {
    await nameIfNew(list)
    await checkSettings(list)
  } catch (error) {
    const newer = newerFormatOf(error)
    if (newer !== undefined) {
      disconnect()
      throw new Error(
        `the block list in Redis was written by a newer version of Sekisho (format ${newer}, this one reads ${FORMAT})`,
        { cause: error },
      )
    }
    list.log.warn({ err: error }, 'Redis was lost again while starting')
  }
}

function newerFormatOf(error: unknown): string | undefined {
  return /SEKISHONEWER (\S+)/.exec(String((error as Error).message))?.[1]
}

/** Resolves when the connection is ready, or when waiting longer would only delay the start. */
function untilReady(client: Client): Promise<void> {
  return new Promise((resolve) => {
    if (client.status === 'ready') return resolve()
    const timer = setTimeout(resolve, START_MS)
    client.once('ready', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}

function redisIdentity(slow: Link, ledger: Ledger): IdentityStore {
  return {
    async getOrCreate(name, fresh) {
      const known = await slow.call('GET', identityKey(name))
      if (typeof known === 'string') return known
      await slow.call('SET', identityKey(name), await fresh(), 'NX')
      const value = await slow.call('GET', identityKey(name)) // another process may have been first
      if (typeof value !== 'string') throw new Error(`Redis did not keep the identity ${name}`)
      await ledger.note({ kind: 'identity', name, value })
      return value
    },
  }
}
