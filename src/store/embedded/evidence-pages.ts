// Evidence as it stands in its files, oldest first, some megabytes at a time.
import type { Evidence } from '../evidence-store.ts'
import type { Log } from '../log.ts'
import type { RecordLimits } from '../store.ts'
import type { RecordBook } from './records-book.ts'
import { outOfBounds, type RecordEntry, type RecordKey } from './records-index.ts'
import { recordIn } from './records-line.ts'
import { readTexts } from './records-segments.ts'

export interface Kept {
  readonly entry: RecordEntry
  readonly evidence: Evidence
}

interface Reading {
  readonly folder: string
  readonly now: () => number
  readonly log?: Log
  readonly book: RecordBook
  readonly limits: RecordLimits
}

const READ_BYTES = 1_000_000 // at once: to parse them takes some milliseconds

export async function* pagesOf(
  { book, limits, now, folder, log }: Reading,
  since: number,
): AsyncGenerator<readonly Kept[]> {
  const { reach, index } = book.history
  await reach(() => false)
  let after: RecordKey = { at: since, place: 0 }
  for (;;) {
    const from = Math.max(index.countBefore(after), outOfBounds(index, limits, now()))
    const entries = takeFrom(book, from)
    const last = entries.at(-1)
    if (last === undefined) return
    yield await readKept(entries, { folder, book, log })
    after = { at: last.at, place: last.place + 1 }
  }
}

function takeFrom({ history: { index } }: RecordBook, from: number): readonly RecordEntry[] {
  const taken: RecordEntry[] = []
  let bytes = 0
  for (let number = from; number < index.size() && bytes < READ_BYTES; number++) {
    const entry = index.entry(number)
    taken.push(entry)
    bytes += entry.length
  }
  return taken
}

interface Place {
  readonly folder: string
  readonly book: RecordBook
  readonly log?: Log | undefined
}

async function readKept(
  entries: readonly RecordEntry[],
  { folder, book, log }: Place,
): Promise<readonly Kept[]> {
  const filed = await readTexts(folder, entries)
  return entries.flatMap((entry) => {
    const waiting = book.writer.waiting(entry)
    const text = waiting === undefined ? filed.get(entry.place) : recordIn(waiting)
    const evidence = text === undefined ? undefined : parse(text)
    if (evidence !== undefined) return [{ entry, evidence }]
    log?.warn(`one entry of the evidence in ${folder} cannot be read`)
    return []
  })
}

/** Undefined for what a damaged disk has left of it: the others are still good. */
function parse(text: string): Evidence | undefined {
  try {
    return JSON.parse(text) as Evidence
  } catch {
    return undefined
  }
}
