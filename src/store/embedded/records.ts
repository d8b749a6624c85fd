// Records of one process in files of their own, written some 20 times a second; memory has where they stand alone.
// While the disk takes nothing, eight million bytes wait in memory and are readable there; then `append` rejects.
import { MOST_A_PAGE } from '../limits.ts'
import type { RecordStore } from '../store.ts'
import { openRecordBook, type RecordsOptions } from './records-book.ts'
import type { RecordHistory } from './records-history.ts'
import { outOfBounds, type RecordEntry, type RecordKey } from './records-index.ts'
import { recordIn } from './records-line.ts'
import { readTexts } from './records-segments.ts'
import type { RecordWriter } from './records-writer.ts'

export interface EmbeddedRecords extends RecordStore {
  /** Writes what waits. */
  close(): Promise<void>
}

const MOST_DISORDER = 1000 // places by which a record may stand behind newer ones
const MAX_PAGE_BYTES = 16_000_000
const NEWEST: RecordKey = { at: Number.POSITIVE_INFINITY, place: 0 }

export async function openRecords(options: RecordsOptions): Promise<EmbeddedRecords> {
  const { history, writer, append, close } = await openRecordBook(options)
  return {
    append,
    page: (page) => readPage({ ...options, history, writer }, page),
    close,
  }
}

interface Parts extends RecordsOptions {
  readonly history: RecordHistory
  readonly writer: RecordWriter
}

async function readPage(
  { folder, limits, now, history, writer }: Parts,
  { limit, before }: Parameters<RecordStore['page']>[0],
): ReturnType<RecordStore['page']> {
  const { index } = history
  const end = before === undefined ? NEWEST : keyOf(before)
  if (end === undefined) return { records: [] }
  const most = Math.min(limit, MOST_A_PAGE)
  await history.reach(() => index.countBefore(end) >= most + MOST_DISORDER)
  const oldest = outOfBounds(index, limits, now())
  const count = index.countBefore(end)
  const shown = takeBack(history, { from: count, to: Math.max(oldest, count - most) })
  const last = shown.at(-1)
  const texts = waitingTexts(writer, shown)
  const filed = await readTexts(
    folder,
    shown.filter(({ place }) => !texts.has(place)),
  )
  const records = shown.flatMap(({ place }) => texts.get(place) ?? filed.get(place) ?? [])
  return { records, ...(last && count - shown.length > oldest && { next: cursorOf(last) }) }
}

function waitingTexts(writer: RecordWriter, entries: readonly RecordEntry[]) {
  const texts = new Map<number, string | undefined>()
  for (const entry of entries) {
    const line = writer.waiting(entry)
    if (line !== undefined) texts.set(entry.place, recordIn(line))
  }
  return texts
}

/** Newest first, and no more than should be in memory at once. */
function takeBack(
  { index }: RecordHistory,
  { from, to }: { readonly from: number; readonly to: number },
): readonly RecordEntry[] {
  const taken: RecordEntry[] = []
  let bytes = 0
  for (let number = from - 1; number >= to && bytes < MAX_PAGE_BYTES; number--) {
    const entry = index.entry(number)
    taken.push(entry)
    bytes += entry.length
  }
  return taken
}

/** A cursor is where the last record of a page stands: it says so also when that record is gone. */
function cursorOf({ at, place }: RecordKey): string {
  return `${at}-${place}`
}

function keyOf(cursor: string): RecordKey | undefined {
  const [, at, place] = /^(-?\d{1,16})-(\d{1,16})$/.exec(cursor) ?? []
  return place === undefined ? undefined : { at: Number(at), place: Number(place) }
}
