// The embedded store's only file: every block, mark, notice, known picture and shared value, appended and fsynced before it counts.
import { printable } from '../../printable.ts'
import { isMissing, readLines } from '../durable.ts'
import { type JournalLine, parseJournalLine } from '../journal-line.ts'
import { type JournalPlace, openJournalFile } from './journal-file.ts'

const VERSION = 1
const HEADER = { format: 'sekisho-journal', version: VERSION }

export interface Journal {
  /** Resolves once the line is on the disk; lines become durable, and resolve, in the order of the calls. */
  append(line: JournalLine): Promise<void>
  /** Writes the journal anew where its file was taken away; rejects where that cannot be done. */
  look(): Promise<void>
  close(): Promise<void>
}

interface Place extends Pick<JournalPlace, 'file' | 'regain'> {
  /** What rebuilds memory as it is now. */
  readonly lines: () => Iterable<JournalLine>
  readonly onRegained: () => void
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

/** Opens the journal for more lines, rewritten as what is in memory alone; so it is again when its file is taken away. */
export async function startJournal(place: Place): Promise<Journal> {
  const { file, lines, regain, onRegained } = place
  const onDisk = await openJournalFile({ file, content: () => asText(lines()), regain })
  let waiting: { text: string; settle: (error?: Error) => void }[] = []
  let writing: Promise<void> | undefined

  async function write(text: string): Promise<Error | undefined> {
    try {
      if (await onDisk.stay()) onRegained()
      if (text !== '') await onDisk.append(text)
      return undefined
    } catch (error) {
      return new Error(`${file} cannot be written`, { cause: error })
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

  const add = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const settle = (error?: Error): void => (error === undefined ? resolve() : reject(error))
      waiting.push({ text, settle })
      writing ??= drain()
    })

  return {
    append: (line) => add(`${JSON.stringify(line)}\n`),
    look: () => add(''),
    async close() {
      await writing
      await onDisk.close()
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
    throw new Error(`${file} line ${number} is broken: ${remedyFor(text)}`, { cause: error })
  }
}

/** What is lost with the line is the operator's to know before it is taken out. */
function remedyFor(text: string): string {
  const [, domain] = /"domain":"([^"]{1,253})"/.exec(text) ?? []
  const lost = domain === undefined ? 'whatever it said' : `what it said of ${printable(domain)}`
  return `it holds a block, a mark, a notice, a known picture or a key, so nothing is started without it; mend it, or move this one line into another file and lose ${lost}`
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
