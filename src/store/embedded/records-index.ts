// Where every record stands, in the order of time: 20 bytes each, none of its text.
import type { RecordLimits } from '../store.ts'

/** Orders records: by time, and by place where the time is the same. */
export interface RecordKey {
  /** Epoch milliseconds. */
  readonly at: number
  /** Segment and offset in one number, in the order of appending (records-segments.ts). */
  readonly place: number
}

export interface RecordEntry extends RecordKey {
  /** Bytes of its line, the line break included. */
  readonly length: number
}

export interface RecordIndex {
  size(): number
  /** `number` counts from the oldest. */
  entry(number: number): RecordEntry
  countBefore(key: RecordKey): number
  add(entry: RecordEntry): void
  merge(entries: readonly RecordEntry[]): void
  /** Drops every entry whose place is not kept. */
  filter(isKept: (place: number) => boolean): void
}

interface Columns {
  readonly at: Float64Array
  readonly place: Float64Array
  readonly length: Uint32Array
}

const FIRST_ROOM = 1024 // entries; doubled when full

export function createRecordIndex(): RecordIndex {
  let columns = columnsFor(FIRST_ROOM)
  let size = 0
  const entry = (number: number) => entryOf(columns, number)
  const countBefore = (key: RecordKey) => countBeforeIn(columns, size, key)

  function makeRoom(more: number): void {
    const room = columns.at.length
    if (size + more <= room) return
    const wider = columnsFor(2 * Math.max(room, more))
    wider.at.set(columns.at)
    wider.place.set(columns.place)
    wider.length.set(columns.length)
    columns = wider
  }

  /** Moving the newer ones along in place costs microseconds; most entries have none. */
  function insert(number: number, entries: readonly RecordEntry[]): void {
    makeRoom(entries.length)
    for (const column of Object.values(columns)) {
      column.copyWithin(number + entries.length, number, size)
    }
    entries.forEach((added, i) => {
      set(columns, number + i, added)
    })
    size += entries.length
  }

  return {
    size: () => size,
    entry,
    countBefore,
    add: (added) => insert(countBefore(added), [added]),
    merge(entries) {
      for (const run of runsBetween(entries, countBefore)) insert(countBefore(run[0]!), run)
    },
    filter(isKept) {
      let left = 0
      for (let number = 0; number < size; number++) {
        if (isKept(columns.place[number]!)) set(columns, left++, entry(number))
      }
      size = left
    },
  }
}

/** How many of the oldest are too many or too old. */
export function outOfBounds(index: RecordIndex, { count, ageMs }: RecordLimits, now: number) {
  const tooOld = index.countBefore({ at: now - ageMs, place: Number.POSITIVE_INFINITY })
  return Math.max(0, index.size() - count, tooOld)
}

/** How many of the oldest must go so that the rest has at most `maxBytes`. */
export function beyondBytes(index: RecordIndex, maxBytes: number): number {
  let bytes = 0
  for (let number = index.size() - 1; number >= 0; number--) {
    bytes += index.entry(number).length
    if (bytes > maxBytes) return number + 1
  }
  return 0
}

function columnsFor(room: number): Columns {
  return {
    at: new Float64Array(room),
    place: new Float64Array(room),
    length: new Uint32Array(room),
  }
}

function entryOf({ at, place, length }: Columns, number: number): RecordEntry {
  return { at: at[number]!, place: place[number]!, length: length[number]! }
}

function set(columns: Columns, number: number, { at, place, length }: RecordEntry): void {
  columns.at[number] = at
  columns.place[number] = place
  columns.length[number] = length
}

function countBeforeIn({ at, place }: Columns, size: number, key: RecordKey): number {
  let low = 0
  let high = size
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isBefore({ at: at[middle]!, place: place[middle]! }, key)) low = middle + 1
    else high = middle
  }
  return low
}

function isBefore(a: RecordKey, b: RecordKey): boolean {
  return a.at < b.at || (a.at === b.at && a.place < b.place)
}

/** In their order, cut where others stand between two. A whole earlier segment is mostly one run. */
function runsBetween(
  entries: readonly RecordEntry[],
  countBefore: (key: RecordKey) => number,
): readonly RecordEntry[][] {
  const runs: { before: number; run: RecordEntry[] }[] = []
  for (const entry of entries.toSorted((a, b) => (isBefore(a, b) ? -1 : 1))) {
    const before = countBefore(entry)
    const last = runs.at(-1)
    if (last?.before === before) last.run.push(entry)
    else runs.push({ before, run: [entry] })
  }
  return runs.map(({ run }) => run)
}
