// Keeps the copy true: reads it anew when changes may have been missed, gives the store back what it lost, hands in what waited.
import type { Log } from '../log.ts'
import type { BlockStore } from '../store.ts'
import type { ListCopy } from './copy.ts'
import type { DiskCopy } from './disk-copy.ts'
import type { PendingBlocks } from './pending.ts'

const LOOK_EVERY_MS = 1000
const MAX_RESTORES = 3 // in a row; then it waits for the next look

export interface Upkeep {
  /** Hands in what waits; rejects when the store does not take it. */
  handIn(): Promise<void>
  close(): Promise<void>
}

export interface UpkeepOptions {
  readonly store: BlockStore
  readonly copy: ListCopy
  readonly disk: DiskCopy
  readonly pending: PendingBlocks
  readonly log: Log
  readonly onFault: (what: string) => void
}

/** Reads the list, from the disk when the store is away; resolves either way. */
export async function startUpkeep(options: UpkeepOptions): Promise<Upkeep> {
  const { store, copy, disk, pending } = options
  const known = await versionOnDisk(options)
  for (const { block } of await pending.list()) copy.hold(block)
  const worker = createWorker(options, known)
  let isClosed = false

  const resync = (): void => {
    worker.isStale = true
    if (!isClosed) void worker.look() // never rejects
  }
  await store.watch((change, version) => {
    copy.apply(change, version)
    if (!isClosed) disk.touch()
  }, resync)
  await worker.look()
  if (copy.version() === undefined) await readFromDisk(options)
  const timer = setInterval(worker.look, LOOK_EVERY_MS).unref()

  return {
    async handIn() {
      if (await handIn(options)) resync()
    },
    async close() {
      isClosed = true
      clearInterval(timer)
      await worker.idle()
      await disk.close()
    },
  }
}

interface Worker {
  isStale: boolean
  /** Does what is due. Never rejects: what failed is told once and tried again at the next look. */
  look(): Promise<void> | undefined
  idle(): Promise<void>
}

function createWorker(options: UpkeepOptions, known: string | undefined): Worker {
  const { copy, log, onFault } = options
  let working: Promise<void> | undefined
  let isAway = false

  async function work(): Promise<void> {
    const wasStale = worker.isStale
    worker.isStale = false
    try {
      if (wasStale) await refresh(options, known)
      if (await handIn(options)) worker.isStale = true
    } catch (error) {
      worker.isStale = true
      tellAway(error)
      return
    }
    if (isAway) log.info(`the block list is read again: ${copy.size} domains`)
    isAway = false
  }

  function tellAway(error: unknown): void {
    if (isAway) return
    isAway = true
    onFault('blocks-unread')
    log.warn({ err: error }, `the block list cannot be read; ${copy.size} domains are enforced`)
  }

  const worker: Worker = {
    isStale: true,
    look() {
      if (!worker.isStale && copy.held.size === 0) return working
      working ??= work().finally(() => {
        working = undefined
      })
      return working
    },
    async idle() {
      await working
    },
  }
  return worker
}

async function refresh(options: UpkeepOptions, known: string | undefined): Promise<void> {
  const { store, copy, disk, log, onFault } = options
  for (let round = 0; round < MAX_RESTORES; round++) {
    const list = await copy.reload((each) => store.load({ known: copy.version() ?? known, each }))
    if (list.kind === 'whole') return disk.touch()
    if (copy.version() === undefined) await readFromDisk(options)
    if (copy.version() === undefined) {
      throw new Error(`the store lost its block list and no copy is left here: ${list.why}`)
    }
    onFault('blocks-lost')
    log.error(`the store lost its block list: ${list.why}`)
    copy.moveTo(await store.restore(copy.entries()))
    log.warn(`the store was given back ${copy.size} blocked domains`)
  }
  throw new Error('the store keeps losing its block list')
}

async function versionOnDisk({ disk, log, onFault }: UpkeepOptions): Promise<string | undefined> {
  try {
    return await disk.version()
  } catch (error) {
    onFault('snapshot')
    log.error({ err: error }, 'the snapshot of the block list cannot be read')
    return undefined
  }
}

async function readFromDisk({ copy, disk, log, onFault }: UpkeepOptions): Promise<void> {
  try {
    const list = await copy.reload(disk.read)
    if (list.kind === 'lost') log.error(`no block list yet: ${list.why}`)
    else log.warn(`${copy.size} blocked domains come from the snapshot on the disk`)
  } catch (error) {
    onFault('snapshot')
    log.error({ err: error }, 'the snapshot of the block list cannot be used')
  }
}

/** True when another process handed in something of ours: then only the store knows what became of it. */
async function handIn({ store, copy, pending }: UpkeepOptions): Promise<boolean> {
  if (copy.held.size === 0) return false
  const before = new Map(copy.held)
  await pending.replay(async (addition) => {
    const outcome = await store.add(addition)
    copy.release(addition.block, outcome === 'marked' ? 'refused' : 'taken')
    before.delete(addition.block.domain)
  })
  for (const entry of before.values()) copy.release(entry, 'taken')
  return before.size > 0
}
