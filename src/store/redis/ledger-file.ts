// The file of the ledger: it grows line by line, is written anew while others append to it, and nothing is lost when a
// process dies in between.
import { link, mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import {
  appendDurably,
  isMissing,
  isSameFile,
  readLinesFrom,
  replaceFile,
  syncFolder,
} from '../durable.ts'
import { FolderTaken, lockFolder } from '../embedded/lock.ts'

export interface LedgerFile {
  append(line: string): Promise<void>
  /** Without the empty ones; none where there is no file. `to` ends behind a line. */
  lines(to?: number): AsyncGenerator<LedgerLine>
  /**
   * Puts the lines that `decide` answers, if any, in the place of those before its `end`; what is appended meanwhile
   * comes behind them. Does nothing while another process is at it.
   */
  rewrite(decide: () => Promise<Rewriting | undefined>): Promise<void>
}

export interface LedgerLine {
  readonly text: string
  /** Behind the lines that were read with it. */
  readonly end: number
}

export interface Rewriting {
  readonly lines: AsyncIterable<string> | Iterable<string>
  readonly end: number
}

export function openLedgerFile(folder: string): LedgerFile {
  const file = join(folder, 'redis-ledger.ndjson')
  const aside = join(folder, 'redis-ledger')
  return {
    append: (line) => appendDurably(file, line),
    lines: (to) => linesOf(file, { from: 0, to }),
    async rewrite(decide) {
      if (!(await exists(file))) return
      await mkdir(aside, { recursive: true, mode: 0o700 })
      const lock = await lockFolder(aside).catch(undefinedIfTaken)
      if (!lock) return
      try {
        for (const old of await oldOnes(aside)) await finish(old, file)
        const fresh = await decide()
        if (fresh) await replace(file, fresh, aside)
      } finally {
        await lock.release()
      }
    },
  }
}

/**
 * 1. the old file gets a second name that says how much of it the new one stands for  2. the new one takes its place
 * 3. what came behind that meanwhile is appended  4. the second name goes. Whoever appends looks afterwards whether the
 * file is still in its place, and appends again where it is not.
 */
async function replace(file: string, { lines, end }: Rewriting, aside: string): Promise<void> {
  const old = join(aside, `${end}.old`)
  await link(file, old)
  await syncFolder(aside)
  await replaceFile(file, lines)
  await finish(old, file)
}

/** Steps 3 and 4, also for a process that died before them. */
async function finish(old: string, file: string): Promise<void> {
  const handle = await open(old, 'r')
  try {
    // It died before step 2: nothing was taken away.
    if (!(await isSameFile(handle, file))) {
      const from = Number.parseInt(basename(old), 10)
      for await (const { text } of linesOf(old, { from })) await appendDurably(file, text)
    }
  } finally {
    await handle.close()
  }
  await rm(old)
}

async function oldOnes(aside: string): Promise<readonly string[]> {
  const names = await readdir(aside)
  return names.filter((name) => /^\d+\.old$/.test(name)).map((name) => join(aside, name))
}

async function* linesOf(
  file: string,
  {
    from,
    to = Number.POSITIVE_INFINITY,
  }: { readonly from: number; readonly to?: number | undefined },
): AsyncGenerator<LedgerLine> {
  try {
    for await (const { lines, end } of readLinesFrom(file, from, to)) {
      for (const text of lines) if (text !== '') yield { text, end }
    }
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}

async function exists(file: string): Promise<boolean> {
  const found = await stat(file).catch((error) =>
    isMissing(error) ? undefined : Promise.reject(error),
  )
  return found !== undefined
}

function undefinedIfTaken(error: unknown): undefined {
  if (!(error instanceof FolderTaken)) throw error
}
