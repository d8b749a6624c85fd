// Blocks that the store could not take yet: a file each, so that any process of this machine may hand them in later.
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isMissing, replaceFile, syncFolder } from '../durable.ts'
import { parseJournalLine } from '../journal-line.ts'
import type { BlockAddition } from '../store.ts'

export interface PendingBlocks {
  /** Resolves once the addition is on the disk. */
  keep(addition: BlockAddition): Promise<void>
  /** Offers every addition; what was taken without an error is forgotten. Rejects when some were not. */
  replay(take: (addition: BlockAddition) => Promise<void>): Promise<void>
  /** What waits on the disk now. */
  list(): Promise<readonly BlockAddition[]>
}

type OnBroken = (file: string, error: unknown) => void

export async function openPending(folder: string, onBroken: OnBroken): Promise<PendingBlocks> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await syncFolder(join(folder, '..'))

  /** What this process brought, by its file: the disk may be full, or lose it. Offering a block twice changes nothing. */
  const own = new Map<string, BlockAddition>()

  async function waiting(): Promise<Map<string, BlockAddition>> {
    const all = new Map(own)
    const names = (await readdir(folder).catch(noneIfMissing)).filter(isWaiting).sort()
    for (const name of names) {
      const addition = await readBlock(join(folder, name), onBroken)
      if (addition !== undefined) all.set(name, addition)
    }
    return all
  }

  async function write(name: string, addition: BlockAddition): Promise<void> {
    await replaceFile(join(folder, name), [JSON.stringify({ kind: 'block', ...addition })])
  }

  return {
    async keep(addition) {
      const name = `${addition.block.id.replaceAll(':', '-')}.json`
      own.set(name, addition)
      await write(name, addition)
    },
    async replay(take) {
      const faults: unknown[] = []
      for (const [name, addition] of await waiting()) {
        try {
          await take(addition)
          await rm(join(folder, name), { force: true })
          own.delete(name)
        } catch (error) {
          faults.push(error) // one that is refused must not hold up the rest
        }
      }
      if (faults.length === 0) return
      await writeMissing()
      throw new Error('blocks still wait', { cause: faults[0] })
    },
    list: async () => [...(await waiting()).values()],
  }

  /** The disk may have room again before the store is back. */
  async function writeMissing(): Promise<void> {
    const there = new Set(await readdir(folder).catch(noneIfMissing))
    for (const [name, addition] of own) if (!there.has(name)) await write(name, addition)
  }
}

async function readBlock(file: string, onBroken: OnBroken): Promise<BlockAddition | undefined> {
  const text = await readFile(file, 'utf8').catch(undefinedIfMissing)
  if (text === undefined) return undefined // another process was faster
  try {
    const line = parseJournalLine(text)
    if (line.kind !== 'block') throw new TypeError('it holds no block')
    return line
  } catch (error) {
    // Files appear whole or not at all, so this is damage from outside: kept for the operator.
    const isOurs = await rename(file, `${file}.broken`).then(() => true, throwUnlessMissing)
    if (isOurs) onBroken(file, error)
    return undefined
  }
}

function undefinedIfMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error
}

/** Another process has put it aside already. */
function throwUnlessMissing(error: unknown): false {
  if (isMissing(error)) return false
  throw error
}

function isWaiting(name: string): boolean {
  return name.endsWith('.json')
}

function noneIfMissing(error: unknown): string[] {
  if (isMissing(error)) return []
  throw error
}
