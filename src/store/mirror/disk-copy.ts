// Keeps the snapshot on the disk close behind the list in memory.
import { basename } from 'node:path'
import type { Log } from '../log.ts'
import type { BlockEntry, BlockList } from '../store.ts'
import type { ListCopy } from './copy.ts'
import { readSnapshot, readSnapshotHead, writeSnapshot } from './snapshot.ts'

const SHORTEST_PAUSE_MS = 3000
const PAUSE_PER_WRITE = 20 // a long list is written less often: 5 % of the time at most

export interface DiskCopy {
  /** The version that the snapshot was taken from. */
  version(): Promise<string | undefined>
  read(each: (entry: BlockEntry) => void): Promise<BlockList>
  /** The list has changed. */
  touch(): void
  /** Writes what is due. */
  close(): Promise<void>
}

export interface DiskCopyOptions {
  readonly file: string
  readonly copy: ListCopy
  readonly now: () => number
  readonly log: Log
  readonly onFault: (what: string) => void
}

export function createDiskCopy({ file, copy, now, log, onFault }: DiskCopyOptions): DiskCopy {
  let due = false
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> | undefined
  let pause = SHORTEST_PAUSE_MS

  async function write(): Promise<void> {
    const version = copy.version()
    if (version === undefined) return // an unread list must not replace a good snapshot
    due = false
    const start = performance.now()
    try {
      await writeSnapshot(file, { version, at: now(), entries: copy.entries() })
    } catch (error) {
      due = true
      onFault('snapshot')
      log.error({ err: error }, `the block list cannot be written to ${file}`)
    }
    pause = Math.max(SHORTEST_PAUSE_MS, (performance.now() - start) * PAUSE_PER_WRITE)
  }

  function plan(): void {
    if (timer !== undefined || writing !== undefined) return
    timer = setTimeout(() => {
      timer = undefined
      writing = write().finally(() => {
        writing = undefined
        if (due) plan()
      })
    }, pause).unref()
  }

  return {
    version: async () => (await readSnapshotHead(file))?.version,
    async read(each) {
      const head = await readSnapshotHead(file)
      if (head === undefined) return { kind: 'lost', why: `there is no ${basename(file)}` }
      await readSnapshot(file, each)
      return { kind: 'whole', version: head.version }
    },
    touch() {
      due = true
      plan()
    },
    async close() {
      await writing
      clearTimeout(timer)
      timer = undefined
      if (due) await write()
    },
  }
}

/** Where another process of this machine writes it: a long list is not written once for each of them. */
export function readingOnly(disk: DiskCopy): DiskCopy {
  return { ...disk, touch: () => undefined, close: async () => undefined }
}

/** For a store that is durable on this disk by itself. */
export function noDiskCopy(): DiskCopy {
  return {
    version: async () => undefined,
    read: async () => ({ kind: 'lost', why: 'there is no snapshot' }),
    touch: () => undefined,
    close: async () => undefined,
  }
}
