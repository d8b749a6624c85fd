// Blocks that the store could not take yet: a file each, so that any process of this machine may hand them in later.
import { mkdir, readdir, readFile, rename, unlink } from 'node:fs/promises'
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

export async function openPending(
  folder: string,
  onBroken: (file: string, error: unknown) => void,
): Promise<PendingBlocks> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await syncFolder(join(folder, '..'))

  async function read(name: string): Promise<BlockAddition | undefined> {
    const file = join(folder, name)
    try {
      const line = parseJournalLine(await readFile(file, 'utf8'))
      if (line.kind !== 'block') throw new TypeError('it holds no block')
      return line
    } catch (error) {
      if (isMissing(error)) return undefined // another process was faster
      // Files appear whole or not at all, so this is damage from outside: kept for the operator.
      await rename(file, `${file}.broken`)
      onBroken(file, error)
      return undefined
    }
  }

  async function* stored(): AsyncGenerator<{ file: string; addition: BlockAddition }> {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort()
    for (const name of names) {
      const addition = await read(name)
      if (addition !== undefined) yield { file: join(folder, name), addition }
    }
  }

  return {
    async keep(addition) {
      const line = JSON.stringify({ kind: 'block', ...addition })
      await replaceFile(join(folder, `${addition.block.id.replaceAll(':', '-')}.json`), [line])
    },
    async replay(take) {
      const faults: unknown[] = []
      for await (const { file, addition } of stored()) {
        await take(addition)
          .then(() => unlink(file).catch(throwUnlessMissing))
          .catch((error: unknown) => faults.push(error)) // one that is refused must not hold up the rest
      }
      if (faults.length > 0) throw new Error('blocks still wait', { cause: faults[0] })
    },
    async list() {
      const additions: BlockAddition[] = []
      for await (const { addition } of stored()) additions.push(addition)
      return additions
    },
  }
}

function throwUnlessMissing(error: unknown): void {
  if (!isMissing(error)) throw error
}
