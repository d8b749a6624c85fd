// The whole block list in Redis: read to the end or not at all.
import type { Log } from '../log.ts'
import type { BlockEntry, BlockList, BlockStore } from '../store.ts'
import { parseEntry } from './block-codec.ts'
import * as scripts from './block-scripts.ts'
import { type Health, judge, parseVersion, versionOf } from './health.ts'
import { KEYS } from './keys.ts'
import type { Link } from './link.ts'
import { type RestoreOptions, readHealth, restore } from './restore.ts'

const READ_AT_ONCE = 1000

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
  const { slow, log, onFault } = options
  const health = await readHealth(slow)
  if (judge(health, undefined).kind !== 'nameless') return health
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
  const { slow } = options
  const position = known === undefined ? undefined : parseVersion(known)
  const before = position === undefined ? await nameIfNew(options) : await readHealth(slow)
  const judgement = judge(before, position)
  if (judgement.kind !== 'whole')
    return { kind: 'lost', why: 'why' in judgement ? judgement.why : '' }
  await scan(slow, each)
  const read = { epoch: before.epoch, change: before.newest }
  const after = judge(await readHealth(slow), read)
  if (after.kind === 'lost') return after
  return { kind: 'whole', version: versionOf(read) }
}

async function scan(slow: Link, each: (entry: BlockEntry) => void): Promise<void> {
  let cursor = '0'
  do {
    const reply = await slow.call('HSCAN', KEYS.blocks, cursor, 'COUNT', READ_AT_ONCE)
    const [next, pairs] = reply as [string, string[]]
    for (let i = 0; i < pairs.length; i += 2) {
      const { id, domain, scope, by } = parseEntry(pairs[i] ?? '', pairs[i + 1] ?? '')
      each({ id, domain, scope, by })
    }
    cursor = next
  } while (cursor !== '0')
}
