// Makes room among the evidence: what gives way is written over on the disk, and files that are mostly holes are emptied.
import { stat } from 'node:fs/promises'
import type { Evidence } from '../evidence-store.ts'
import type { EvidenceShares } from './evidence-shares.ts'
import type { RecordBook } from './records-book.ts'
import type { RecordEntry } from './records-index.ts'
import { blankLines, listSegments, readTexts, segmentFile, segmentOf } from './records-segments.ts'

export interface EvidenceRoom {
  readonly folder: string
  readonly book: RecordBook
  readonly shares: EvidenceShares
  readonly maxBytes: number
}

/** Files with their holes, as a multiple of what may be kept. */
const MOST_ON_DISK = 2

/** In turn with those who read. At most some entries and one file a call: the next one goes on. */
export async function makeRoom(room: EvidenceRoom): Promise<void> {
  const doomed = room.shares.surplus(room.maxBytes)
  if (doomed.length === 0) return
  await erase(doomed, room)
  await emptyOne(room)
  await room.book.trim()
}

/** Nothing of these entries is left, neither on the disk nor in memory. */
export async function erase(
  entries: readonly RecordEntry[],
  { folder, book, shares }: Omit<EvidenceRoom, 'maxBytes'>,
): Promise<void> {
  const fault = await book.writer.flush()
  if (fault) throw fault
  await blankLines(folder, entries)
  const places = new Set(entries.map(({ place }) => place))
  book.history.index.filter((place) => !places.has(place))
  shares.drop(places)
}

/** What lives in the file with the most holes is written anew; killed in between it is there twice, and read once. */
async function emptyOne({ folder, book, shares, maxBytes }: EvidenceRoom): Promise<void> {
  const sizes = await sizesIn(folder)
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0)
  if (total <= MOST_ON_DISK * maxBytes) return
  const living = livingIn(book)
  const segment = mostHoles(sizes, living)
  if (segment === undefined) return
  const alive = living.get(segment) ?? []
  const texts = await readTexts(folder, alive)
  const moved = alive.flatMap(({ at, place }) => {
    const json = texts.get(place)
    if (json === undefined) return []
    const evidence = JSON.parse(json) as Evidence
    return [{ evidence, entry: book.put({ id: evidence.id, at, json }) }]
  })
  await erase(alive, { folder, book, shares })
  for (const { evidence, entry } of moved) shares.add(evidence, entry)
}

/** By segment, the oldest first. */
async function sizesIn(folder: string): Promise<ReadonlyMap<number, number>> {
  const sizes = new Map<number, number>()
  for (const segment of await listSegments(folder)) {
    const { size } = await stat(segmentFile(folder, segment))
    sizes.set(segment, size)
  }
  return sizes
}

function mostHoles(
  sizes: ReadonlyMap<number, number>,
  living: ReadonlyMap<number, readonly RecordEntry[]>,
): number | undefined {
  const holes = [...sizes].map(([segment, size]) => {
    const alive = (living.get(segment) ?? []).reduce((sum, { length }) => sum + length, 0)
    return { segment, bytes: size - alive }
  })
  holes.pop() // it is still written to
  return holes.toSorted((a, b) => b.bytes - a.bytes)[0]?.segment
}

function livingIn({ history: { index } }: RecordBook): ReadonlyMap<number, RecordEntry[]> {
  const living = new Map<number, RecordEntry[]>()
  for (let number = 0; number < index.size(); number++) {
    const entry = index.entry(number)
    const segment = segmentOf(entry.place)
    const known = living.get(segment)
    if (known) known.push(entry)
    else living.set(segment, [entry])
  }
  return living
}
