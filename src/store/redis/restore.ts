// Gives an emptied or damaged Redis its block list back, out of a process's copy and this machine's ledger.
import type { BlockState } from '../block-state.ts'
import type { Block, BlockEntry } from '../store.ts'
import { entryTail, evidenceText } from './block-codec.ts'
import * as scripts from './block-scripts.ts'
import { type Health, NO_CHANGE, parseHealth, versionOf } from './health.ts'
import { identityKey, offencesKey } from './keys.ts'
import type { Ledger } from './ledger.ts'
import type { Link } from './link.ts'

const AT_ONCE = 300 // entries a script: some milliseconds of Redis
const ON_THE_WAY = 4 // scripts

/** What this process knows for itself. */
export interface OwnKnowledge {
  /** The newest change that it made: a history without it was set back. */
  change: string
  /** Whether it ever saw a named list: then a nameless one is no new one. */
  hasSeenList: boolean
}

export interface RestoreOptions {
  readonly slow: Link
  readonly own: OwnKnowledge
  readonly ledger: Ledger
  readonly now: () => number
}

export async function readHealth(link: Link, ...made: readonly string[]): Promise<Health> {
  const changes = made.filter((change) => change !== NO_CHANGE)
  return parseHealth(await link.probe(scripts.HEALTH, scripts.BLOCK_KEYS, changes))
}

/** Several processes may do this at once; the list counts as whole when the last of them is done. */
export async function restore(
  options: RestoreOptions,
  copy: Iterable<BlockEntry>,
): Promise<string> {
  const { slow } = options
  const before = await readHealth(slow)
  const isTaken = (await slow.run(scripts.BEGIN_RESTORE, scripts.BLOCK_KEYS, [])) === 1
  await restoreAll(options, copy)
  if (isTaken) await slow.run(scripts.END_RESTORE, scripts.BLOCK_KEYS, [])
  const after = await readHealth(slow)
  const isOther = !isTaken && after.epoch !== before.epoch
  if (after.wrong !== '' || isOther) {
    throw new Error(`the block list is not restored yet: ${after.wrong || 'it was lost again'}`)
  }
  options.own.change = NO_CHANGE
  return versionOf({ epoch: after.epoch, change: after.newest })
}

async function restoreAll(options: RestoreOptions, copy: Iterable<BlockEntry>): Promise<void> {
  const { slow, ledger } = options
  const { filed, marks, identities } = await ledger.read()
  for (const mark of marks.values()) {
    const args = [mark.domain, mark.at, JSON.stringify(mark)]
    const keys = [...scripts.BLOCK_KEYS, offencesKey(mark.domain)]
    await slow.run(scripts.RESTORE_MARK, keys, args)
  }
  for (const [name, value] of identities) await slow.call('SET', identityKey(name), value, 'NX')
  await restoreEntries(options, copy, filed)
  for (const { block } of filed.values()) await restoreOffences(slow, block)
}

async function restoreEntries(
  { slow, now }: RestoreOptions,
  copy: Iterable<BlockEntry>,
  filed: BlockState['filed'],
): Promise<void> {
  let sending: Promise<unknown>[] = []
  let batch: string[] = []
  const send = async (): Promise<void> => {
    sending.push(slow.run(scripts.RESTORE, scripts.BLOCK_KEYS, batch))
    batch = []
    if (sending.length < ON_THE_WAY) return
    await Promise.all(sending)
    sending = []
  }
  for (const entry of copy) {
    const block = filed.get(entry.domain)?.block
    const evidence = block?.id === entry.id ? evidenceText(block) : ''
    batch.push(entry.domain, entryTail(entry, block?.since ?? now()), evidence)
    if (batch.length >= AT_ONCE * 3) await send()
  }
  await send()
  await Promise.all(sending)
}

async function restoreOffences(slow: Link, { domain, id, offences }: Block): Promise<void> {
  const keys = [...scripts.BLOCK_KEYS, offencesKey(domain)]
  const pairs = offences.flatMap((offence) => [offence.object, JSON.stringify(offence)])
  if (pairs.length > 0) await slow.run(scripts.RESTORE_OFFENCES, keys, [domain, id, ...pairs])
}
