// The store for production: Redis 6.2 or newer, or Valkey; shared by all workers and machines.
// A user of its own needs ~{sekisho}* &{sekisho}* +@read +@write +@pubsub +@scripting +@connection -@dangerous +info +time
import { mkdir } from 'node:fs/promises'
import { EVIDENCE_KEPT_MS } from '../evidence-rules.ts'
import { AUDIT_LIMITS, RECORD_LIMITS } from '../limits.ts'
import type { Log } from '../log.ts'
import type { IdentityStore, RecordLimits, Store } from '../store.ts'
import { FORMAT } from './block-scripts.ts'
import { redisBlocks } from './blocks.ts'
import { type Client, connectClients, HOT_MS, SLOW_MS } from './clients.ts'
import { redisKeys, redisOffences, redisRetries } from './counters.ts'
import { redisDomains } from './domains.ts'
import { redisEvidence } from './evidence.ts'
import { openFeed } from './feed.ts'
import { redisFollows } from './follows.ts'
import { NO_CHANGE } from './health.ts'
import { redisHistory } from './history.ts'
import { identityKey, RECORD_KEYS, type RecordKeys } from './keys.ts'
import { type Ledger, openLedger } from './ledger.ts'
import { createLink, type Link } from './link.ts'
import { nameIfNew, redisList } from './list.ts'
import { redisNotices } from './notices.ts'
import { redisPictures } from './pictures.ts'
import { redisRecords } from './records.ts'
import { checkSettings } from './settings.ts'

const START_MS = 2000 // then it starts without Redis
/** With a million blocks less than the 768 MB that compose.yaml gives Redis. */
const RECORD_BYTES = 256_000_000
const AUDIT_BYTES = 64_000_000
const EVIDENCE_BYTES = 128_000_000

export interface RedisOptions {
  /** url.ts says which forms there are. */
  readonly url: string
  readonly now: () => number
  readonly log: Log
  /** Counts a fault by its name: blocks-nameless, ledger, notices-lost, pictures-lost, redis-evicts, redis-volatile. */
  readonly onFault?: (what: string) => void
  /** Where evidence, marks, notices, known pictures and shared values are noted too, for a Redis that was emptied. */
  readonly dataFolder?: string
  readonly records?: RecordLimits
  readonly recordBytes?: number
  readonly evidenceKeptMs?: number
  readonly evidenceBytes?: number
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
  const ledger = openLedger({
    ...{ folder: dataFolder, now },
    onFault(what, error) {
      onFault(what)
      log.error({ err: error }, 'the ledger beside Redis has a fault')
    },
  })
  const tidied = ledger.tidy()
  const own = { change: NO_CHANGE, hasSeenList: false }
  const list = { slow, ledger, own, now, log, onFault }
  const disconnect = () => {
    for (const client of Object.values(clients)) client.disconnect()
  }
  await Promise.all([untilReady(clients.hot), untilReady(clients.slow)])
  if (hot.isUp() && slow.isUp()) await greet(list, disconnect)
  const feed = openFeed({ hot, own, clients })
  const books = openBooks({ hot, slow }, options)
  let isOpen = true

  return {
    blocks: { ...redisList(list), ...redisBlocks({ hot, slow, ledger, own }), watch: feed.watch },
    pictures: redisPictures({ hot, slow, ledger, now, log, onFault }),
    keys: redisKeys(hot),
    retries: redisRetries(hot),
    offences: redisOffences(hot),
    ...books,
    identity: redisIdentity(slow, ledger),
    history: redisHistory(hot),
    domains: redisDomains(hot, now),
    follows: redisFollows(slow),
    notices: redisNotices({ hot, slow, ledger, now, log, onFault }),
    isUp: () => isOpen && hot.isUp(),
    async close() {
      isOpen = false
      feed.close()
      books.evidence.close()
      disconnect()
      await tidied
    },
  }
}

/** What happened, bounded in bytes, too. */
function openBooks(links: { readonly hot: Link; readonly slow: Link }, options: RedisOptions) {
  const { now, log, records = RECORD_LIMITS, evidenceKeptMs: keptMs = EVIDENCE_KEPT_MS } = options
  const { recordBytes = RECORD_BYTES, evidenceBytes = EVIDENCE_BYTES } = options
  const book = (keys: RecordKeys, limits: RecordLimits, maxBytes: number) =>
    redisRecords(links, { keys, limits, now, maxBytes })
  return {
    records: book(RECORD_KEYS.verdicts, records, recordBytes),
    audit: book(RECORD_KEYS.audit, AUDIT_LIMITS, AUDIT_BYTES),
    evidence: redisEvidence({ slow: links.slow, now, log, keptMs, maxBytes: evidenceBytes }),
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
