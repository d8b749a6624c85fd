// The embedded store's only file: every block, mark and shared value, appended and fsynced before it counts.
import { open } from 'node:fs/promises'
import { isMissing, readLines, replaceFile } from '../durable.ts'
import { type JournalLine, parseJournalLine } from '../journal-line.ts'

const VERSION = 1
const HEADER = { format: 'sekisho-journal', version: VERSION }

export interface Journal {
  /** Resolves once the line is on the disk; lines become durable, and resolve, in the order of the calls. */
  append(line: JournalLine): Promise<void>
  close(): Promise<void>
}

/** Hands over every line. A last line without its line break was never acknowledged and is left out. */
export async function readJournal(file: string, each: (line: JournalLine) => void): Promise<void> {
  let number = 0
  try {
    for await (const lines of readLines(file)) {
      for (const text of lines) readLine({ file, number: ++number, text }, each)
    }
  } catch (error) {
    if (isMissing(error)) return
    throw error
  }
  if (number === 0) throw new Error(`${file} is empty: a journal has at least its first line`)
}

/** Rewrites the journal as `lines` alone and opens it for more. */
export async function startJournal(file: string, lines: Iterable<JournalLine>): Promise<Journal> {
  await replaceFile(file, asText(lines))
  const handle = await open(file, 'a')
  let size = (await handle.stat()).size
  let waiting: { text: string; settle: (error?: Error) => void }[] = []
  let writing: Promise<void> | undefined
  let broken: Error | undefined

  async function write(text: string): Promise<Error | undefined> {
    if (broken !== undefined) return broken
    try {
      await handle.appendFile(text)
      await handle.datasync()
      size += Buffer.byteLength(text)
      return undefined
    } catch (error) {
      const fault = new Error(`${file} cannot be written`, { cause: error })
      // What was written in part must not stand before later lines.
      await handle.truncate(size).catch(() => {
        broken = fault
      })
      return fault
    }
  }

  /** All that waits goes out under one fsync. */
  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      const fault = await write(batch.map(({ text }) => text).join(''))
      for (const { settle } of batch) settle(fault)
    }
    writing = undefined
  }

  return {
    append: (line) =>
      new Promise((resolve, reject) => {
        const settle = (error?: Error): void => (error === undefined ? resolve() : reject(error))
        waiting.push({ text: `${JSON.stringify(line)}\n`, settle })
        writing ??= drain()
      }),
    async close() {
      await writing
      await handle.close()
    },
  }
}

function readLine(
  { file, number, text }: { file: string; number: number; text: string },
  each: (line: JournalLine) => void,
): void {
  if (number === 1) checkHeader(file, text)
  try {
    if (number > 1) each(parseJournalLine(text))
  } catch (error) {
    throw new Error(`${file} line ${number} is broken`, { cause: error })
  }
}

function checkHeader(file: string, text: string): void {
  const head = /^\{"format":"sekisho-journal","version":(\d+)[,}]/.exec(text)
  if (head === null) throw new Error(`${file} line 1 is broken: not the head of a journal`)
  if (Number(head[1]) <= VERSION) return
  throw new Error(
    `${file} was written by a newer version of Sekisho (format ${head[1]}, this one reads ${VERSION})`,
  )
}

function* asText(lines: Iterable<JournalLine>): Generator<string> {
  yield JSON.stringify(HEADER)
  for (const line of lines) yield JSON.stringify(line)
}
