// Who is blocked: every process keeps the whole list in memory and goes on enforcing it when the store is away.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { suffixesOf } from './domains.ts'
import { checkBlock } from './store/limits.ts'
import type { Log } from './store/log.ts'
import { createListCopy, entryOf, type ListCopy } from './store/mirror/copy.ts'
import {
  createDiskCopy,
  type DiskCopy,
  type DiskCopyOptions,
  noDiskCopy,
  readingOnly,
} from './store/mirror/disk-copy.ts'
import { openPending, type PendingBlocks } from './store/mirror/pending.ts'
import { startUpkeep } from './store/mirror/upkeep.ts'
import type { Block, BlockAddition, BlockEntry, BlockStore, Mark } from './store/store.ts'

export interface Blocks {
  /** The block that covers a canonical domain: its own, or that of a name above it. */
  find(domain: string): BlockEntry | undefined
  readonly size: number
  /** Every block in force, straight from memory; may be read across changes. */
  entries(): Iterable<BlockEntry>
  /** Another number after every change of them. */
  revision(): number
  /** False until a list was read that is known to be whole. */
  isReady(): boolean
  /**
   * `journaled`: in force here, on the disk, and handed in when the store is back.
   * `unwritten`: in force here, and offered again, until the process ends: neither store nor disk took it.
   */
  add(addition: BlockAddition): Promise<'added' | 'existed' | 'marked' | 'journaled' | 'unwritten'>
  /** False when the domain was not blocked; rejects while the store is away. */
  remove(mark: Mark): Promise<boolean>
  page: BlockStore['page']
  details(domain: string): Promise<Block | undefined>
  mark: BlockStore['mark']
  marks: BlockStore['marks']
  /** Writes the snapshot that is due; the store stays open. */
  close(): Promise<void>
}

export interface BlocksOptions {
  readonly store: BlockStore
  /** For the snapshot and for additions that wait; processes of one machine may share it. */
  readonly folder: string
  /** The instance's own names: whatever the store says, they are not blocked. */
  readonly own?: readonly string[]
  readonly now: () => number
  readonly log: Log
  /** Counts a fault by its name: blocks-lost, blocks-journaled, blocks-unread, blocks-broken, snapshot. */
  readonly onFault: (what: string) => void
  /** False for a store that is durable on this disk by itself; `read` where another process writes it. */
  readonly snapshot?: boolean | 'read'
}

export async function openBlocks(options: BlocksOptions): Promise<Blocks> {
  const { store, folder, log, onFault } = options
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const copy = createListCopy()
  const pending = await openPending(join(folder, 'pending'), (file, error) => {
    onFault('blocks-broken')
    log.error({ err: error }, `a waiting block cannot be read and was put aside: ${file}`)
  })
  const file = join(folder, 'blocks.snapshot')
  const disk = diskCopy(options.snapshot, { ...options, file, copy })
  const upkeep = await startUpkeep({ store, copy, disk, pending, log, onFault })
  const own = new Set(options.own)

  return {
    find: (domain) => (own.has(domain) ? undefined : findIn(copy, domain)),
    get size() {
      return copy.size
    },
    entries: () => entriesIn(copy, own),
    revision: copy.revision,
    isReady: () => copy.version() !== undefined,
    async add(addition) {
      const { block } = addition
      checkBlock(block)
      try {
        const outcome = await store.add(addition)
        if (outcome !== 'marked' && copy.get(block.domain) === undefined) {
          copy.apply({ kind: 'added', entry: entryOf(block) })
        }
        return outcome
      } catch (error) {
        // The store may have taken it all the same: handing it in again changes nothing.
        onFault('blocks-journaled')
        copy.hold(block)
        return keepWaiting(addition, { pending, log, onFault, error })
      }
    },
    async remove(mark) {
      await upkeep.handIn()
      const removed = await store.remove(mark)
      copy.apply({ kind: 'removed', domain: mark.domain })
      return removed
    },
    page: (page) => store.page(page),
    details: (domain) => store.find(domain),
    mark: (domain) => store.mark(domain),
    marks: () => store.marks(),
    close: () => upkeep.close(),
  }
}

function diskCopy(snapshot: BlocksOptions['snapshot'], options: DiskCopyOptions): DiskCopy {
  if (snapshot === false) return noDiskCopy()
  return snapshot === 'read' ? readingOnly(createDiskCopy(options)) : createDiskCopy(options)
}

interface Waiting extends Pick<BlocksOptions, 'log' | 'onFault'> {
  readonly pending: PendingBlocks
  /** Why the store did not take it. */
  readonly error: unknown
}

async function keepWaiting(addition: BlockAddition, { pending, log, onFault, error }: Waiting) {
  const { domain } = addition.block
  try {
    await pending.keep(addition)
  } catch (cause) {
    onFault('blocks-unwritten')
    log.error({ err: cause }, `the block of ${domain} is in force, but could not be written`)
    return 'unwritten'
  }
  log.warn({ err: error }, `the block of ${domain} waits on the disk for the store`)
  return 'journaled'
}

function* entriesIn(copy: ListCopy, own: ReadonlySet<string>): Generator<BlockEntry> {
  for (const entry of copy.entries()) if (!own.has(entry.domain)) yield entry
}

function findIn(copy: ListCopy, domain: string): BlockEntry | undefined {
  for (const suffix of suffixesOf(domain)) {
    const entry = copy.get(suffix)
    if (entry !== undefined && (entry.scope === 'subtree' || suffix === domain)) return entry
  }
  return undefined
}
