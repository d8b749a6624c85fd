// What is known of the segments: older ones are looked through when somebody asks for them, and deleted when nobody may.
import type { RecordLimits } from '../store.ts'
import {
  beyondBytes,
  createRecordIndex,
  outOfBounds,
  type RecordEntry,
  type RecordIndex,
} from './records-index.ts'
import { openPlacing } from './records-placing.ts'
import { deleteSegment, listSegments, readSegment, segmentOf } from './records-segments.ts'

export interface RecordHistory {
  /** The newest records, as far back as was looked; what `reach` and `trim` find out is added. */
  readonly index: RecordIndex
  /** Files a line of this length; `isFirst` of a segment. */
  take(line: Omit<RecordEntry, 'place'>): { readonly place: number; readonly isFirst: boolean }
  /** Looks through older segments until there is enough, or none is left. */
  reach(isEnough: () => boolean): Promise<void>
  /** Deletes the segments that have no record within the bounds, but none that is still to be written. */
  trim(firstWaiting: () => number | undefined): Promise<void>
  close(): Promise<void>
}

interface HistoryOptions {
  readonly folder: string
  readonly limits: RecordLimits
  readonly now: () => number
  /** Of all records: strangers choose how long theirs are. */
  readonly maxBytes?: number
  /** Whoever opened them makes room: no segment is deleted for want of bytes. */
  readonly makesRoom?: boolean
}

const MAX_BYTES = 512_000_000

export async function openRecordHistory(options: HistoryOptions): Promise<RecordHistory> {
  const { folder, limits, maxBytes = MAX_BYTES } = options
  const older = await listSegments(folder)
  const segment = older.pop() ?? 1
  const last = { segment, ...(await readSegment(folder, segment)) }
  const segments = new Set([...older, ...(last.entries.length > 0 ? [segment] : [])])
  const index = createRecordIndex()
  index.merge(last.entries)
  const placing = openPlacing(last, { ...limits, maxBytes })
  const reader = openReader({ folder, older, index })
  return {
    index,
    take(line) {
      const place = placing.take(line)
      const isFirst = !segments.has(segmentOf(place))
      segments.add(segmentOf(place))
      index.add({ ...line, place })
      return { place, isFirst }
    },
    reach: reader.reach,
    async trim(firstWaiting) {
      await reader.reach(() => false)
      if (older.length > 0) return // closed meanwhile: of these nothing is known
      const alive = segmentsAlive(index, options)
      if (segments.has(placing.segment()) && !alive.has(placing.segment())) placing.startNew()
      const written = segmentOf(firstWaiting() ?? Number.POSITIVE_INFINITY)
      const gone = new Set([...segments].filter((one) => one < written && !alive.has(one)))
      if (gone.size === 0) return
      index.filter((place) => !gone.has(segmentOf(place)))
      for (const one of gone) {
        await deleteSegment(folder, one)
        segments.delete(one)
      }
    },
    close: reader.close,
  }
}

interface ReaderOptions {
  readonly folder: string
  /** Oldest first; those that were looked through are taken out. */
  readonly older: number[]
  readonly index: RecordIndex
}

function openReader({ folder, older, index }: ReaderOptions) {
  let reading: Promise<void> | undefined
  let isOpen = true

  async function readNext(segment: number): Promise<void> {
    const { entries } = await readSegment(folder, segment)
    index.merge(entries)
    older.pop()
  }

  return {
    /** Whoever asks meanwhile waits for the same segment: none is read twice. */
    async reach(isEnough: () => boolean): Promise<void> {
      for (let next = older.at(-1); isOpen && next !== undefined && !isEnough(); ) {
        reading ??= readNext(next).finally(() => {
          reading = undefined
        })
        await reading
        next = older.at(-1)
      }
    },
    async close(): Promise<void> {
      isOpen = false
      await reading?.catch(() => undefined) // told to those who asked for it
    },
  }
}

function segmentsAlive(
  index: RecordIndex,
  { limits, now, maxBytes = MAX_BYTES, makesRoom = false }: HistoryOptions,
): ReadonlySet<number> {
  const alive = new Set<number>()
  const tooMuch = makesRoom ? 0 : beyondBytes(index, maxBytes)
  const dead = Math.max(outOfBounds(index, limits, now()), tooMuch)
  for (let number = dead; number < index.size(); number++) {
    alive.add(segmentOf(index.entry(number).place))
  }
  return alive
}
