// The whole block list in Redis: read to the end or not at all.
import type { Log } from '../log.ts'
import type { BlockEntry, BlockList, BlockStore } from '../store.ts'
import { parseTailOf } from './block-codec.ts'
import * as scripts from './block-scripts.ts'
import { type Health, judge, parseVersion, versionOf } from './health.ts'
import { KEYS } from './keys.ts'
import type { Link } from './link.ts'
import { type RestoreOptions, readHealth, restore } from './restore.ts'

const READ_AT_ONCE = 2000

export interface ListOptions extends RestoreOptions {
  readonly log: Log
  readonly onFault: (what: string) => void
}

export function redisList(options: ListOptions): Pick<BlockStore, 'all' | 'load' | 'restore'> {
  return {
    async all() {
      const entries: BlockEntry[] = []
      const list = await load(options, { known: undefined, each: (entry) => entries.push(entry) })
      if (list.kind === 'lost') throw new Error(`Redis lost the block list: ${list.why}`)
      return entries
    },
    load: (copy) => load(options, copy),
    restore: (copy) => restore(options, copy),
  }
}

/** Names a list that nobody has named: a new one, or what an accident left to a process without a copy. */
export async function nameIfNew(options: ListOptions): Promise<Health> {
  const { slow, own, log, onFault } = options
  const health = await readHealth(slow)
  const isNew = judge(health, undefined).kind === 'nameless' && !own.hasSeenList
  own.hasSeenList = true
  if (!isNew) return health
  if (health.entries > 0) {
    onFault('blocks-nameless')
    log.error(`the block list in Redis lost its epoch; ${health.entries} entries are left`)
  }
  await slow.run(scripts.ADOPT, scripts.BLOCK_KEYS, [])
  return readHealth(slow)
}

async function load(
  options: ListOptions,
  { known, each }: Parameters<BlockStore['load']>[0],
): Promise<BlockList> {
  const { slow, own } = options
  const position = known === undefined ? undefined : parseVersion(known)
  const before = position
    ? await readHealth(slow, position.change, own.change)
    : await nameIfNew(options)
  const judgement = judge(before, position)
  if (judgement.kind === 'nameless') return { kind: 'lost', why: before.wrong }
  if (judgement.kind === 'lost') return judgement
  await scan(slow, each)
  const read = { epoch: before.epoch, change: before.newest }
  const after = judge(await readHealth(slow, read.change), read)
  if (after.kind === 'lost') return after
  return { kind: 'whole', version: versionOf(read) }
}

/** The next part is on its way while one is read. */
async function scan(slow: Link, each: (entry: BlockEntry) => void): Promise<void> {
  const ask = (cursor: string): Promise<unknown> => {
    const reply = slow.call('HSCAN', KEYS.blocks, cursor, 'COUNT', READ_AT_ONCE)
    reply.catch(() => undefined) // awaited below, unless reading fails before
    return reply
  }
  for (let reply: Promise<unknown> | undefined = ask('0'); reply !== undefined; ) {
    const [next, pairs] = (await reply) as [string, string[]]
    reply = next === '0' ? undefined : ask(next)
    for (let i = 0; i < pairs.length; i += 2) {
      const text = pairs[i + 1] ?? ''
      each(parseTailOf(pairs[i] ?? '', text.slice(text.indexOf('|') + 1)))
    }
  }
}
