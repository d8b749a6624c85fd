// Which segment the next line goes to: a new one is begun when one is full, long or old.
import type { RecordLimits } from '../store.ts'
import { placeAt, type ReadSegment } from './records-segments.ts'

export interface Placing {
  /** The segment in use, which need not have a file yet. */
  segment(): number
  take(line: { readonly at: number; readonly length: number }): number
  startNew(): void
}

export interface LastSegment extends ReadSegment {
  readonly segment: number
}

const PARTS = 32 // what is kept beyond the bounds is one of so many parts at most
const FEWEST = 16 // lines of a full segment

/** Goes on in the last segment there is. */
export function openPlacing(
  last: LastSegment,
  { count, ageMs, maxBytes }: RecordLimits & { readonly maxBytes: number },
): Placing {
  const most = Math.max(FEWEST, Math.ceil(count / PARTS))
  let { segment, end } = last
  let lines = last.entries.length
  let firstAt = last.entries[0]?.at ?? 0

  function startNew(): void {
    segment++
    end = 0
    lines = 0
  }

  return {
    segment: () => segment,
    take({ at, length }) {
      const isOver =
        lines >= most || end + length > maxBytes / PARTS || at - firstAt > ageMs / PARTS
      if (lines > 0 && isOver) startNew()
      if (lines++ === 0) firstAt = at
      const place = placeAt(segment, end)
      end += length
      return place
    },
    startNew,
  }
}
