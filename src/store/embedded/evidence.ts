// Evidence of one process, in files like the records. What is purged is written over on the disk, where it stood.
import { ALL_TIMES, checkEvidence, EVIDENCE_KEPT_MS } from '../evidence-rules.ts'
import type { Evidence, EvidenceStore } from '../evidence-store.ts'
import type { Log } from '../log.ts'
import type { RecordLimits } from '../store.ts'
import { openRecordBook, type RecordBook } from './records-book.ts'
import { outOfBounds, type RecordEntry, type RecordKey } from './records-index.ts'
import { recordIn } from './records-line.ts'
import { blankLines, readTexts } from './records-segments.ts'

export interface EmbeddedEvidence extends EvidenceStore {
  /** Writes what waits. */
  close(): Promise<void>
}

interface EvidenceOptions {
  /** Has nothing else in it. */
  readonly folder: string
  readonly now: () => number
  readonly log?: Log
  readonly evidenceKeptMs?: number
  readonly evidenceBytes?: number
}

type Wish = Parameters<EvidenceStore['of']>[0]

interface Kept {
  readonly entry: RecordEntry
  readonly evidence: Evidence
}

const MAX_BYTES = 256_000_000
const COUNT = 200_000 // a few MB of memory say where they stand
const READ_BYTES = 4_000_000 // at once

export async function openEvidence(options: EvidenceOptions): Promise<EmbeddedEvidence> {
  const { folder, now, log, evidenceBytes: maxBytes = MAX_BYTES } = options
  const limits = { count: COUNT, ageMs: options.evidenceKeptMs ?? EVIDENCE_KEPT_MS }
  const book = await openRecordBook({ folder, limits, now, log, durable: true, maxBytes })
  const pages = (since: number) => pagesOf({ ...options, book, limits }, since)
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = turn.then(work)
    turn = done.catch(() => undefined) // told to whoever asked for it
    return done
  }

  return {
    async keep(evidence) {
      checkEvidence(evidence)
      await book.append({ id: evidence.id, at: evidence.at, json: JSON.stringify(evidence) })
    },
    // What is being read is not written over meanwhile.
    of: (wish) => wanted(inTurns(pages(wish.since ?? ALL_TIMES.since), inTurn), wish),
    purge: (author) =>
      inTurn(() => purge({ folder, book, pages: pages(Number.NEGATIVE_INFINITY) }, author)),
    close: book.close,
  }
}

interface Reading extends EvidenceOptions {
  readonly book: RecordBook
  readonly limits: RecordLimits
}

async function* pagesOf(
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

async function* inTurns<T>(
  pages: AsyncGenerator<T>,
  inTurn: <R>(work: () => Promise<R>) => Promise<R>,
): AsyncGenerator<T> {
  for (;;) {
    const page = await inTurn(() => pages.next())
    if (page.done) return
    yield page.value
  }
}

interface Purging {
  readonly folder: string
  readonly book: RecordBook
  readonly pages: AsyncIterable<readonly Kept[]>
}

async function purge({ folder, book, pages }: Purging, author: string): Promise<number> {
  const fault = await book.writer.flush()
  if (fault) throw fault
  const ids = new Set<string>()
  const doomed: RecordEntry[] = []
  for await (const page of pages) {
    for (const { entry, evidence } of page.filter((kept) => kept.evidence.author === author)) {
      ids.add(evidence.id)
      doomed.push(entry)
    }
  }
  await blankLines(folder, doomed)
  const places = new Set(doomed.map(({ place }) => place))
  book.history.index.filter((place) => !places.has(place))
  return ids.size
}

/** Of one moment an id comes once: it may have been kept twice, with a restart in between. */
function isRepeated(): (evidence: Evidence) => boolean {
  let latest = { at: -1, ids: new Set<string>() }
  return ({ at, id }) => {
    if (at !== latest.at) latest = { at, ids: new Set() }
    const isKnown = latest.ids.has(id)
    latest.ids.add(id)
    return isKnown
  }
}

async function* wanted(
  pages: AsyncIterable<readonly Kept[]>,
  { domain, until = ALL_TIMES.until }: Wish,
): AsyncGenerator<Evidence> {
  const isOld = isRepeated()
  for await (const page of pages) {
    const inTime = page.map(({ evidence }) => evidence).filter(({ at }) => at <= until)
    for (const evidence of inTime) {
      const isMeant = domain === undefined || evidence.domain === domain
      if (!isOld(evidence) && isMeant) yield evidence
    }
    if (inTime.length < page.length) return
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
