// Lines on their way to the disk, as bytes beside the heap: a text that waited there would outlive its garbage collection.
import type { RecordEntry } from './records-index.ts'

/** Lines that stand side by side in one segment. */
export interface Chunk {
  /** Of its first line. */
  readonly place: number
  readonly room: Buffer
  /** How much of the room is filled. */
  end: number
  /** Nothing may be added while it is written. */
  isSealed: boolean
}

export interface RecordQueue {
  /** Oldest first. */
  readonly chunks: readonly Chunk[]
  bytes(): number
  push(line: string, entry: Omit<RecordEntry, 'at'>): void
  find(entry: Omit<RecordEntry, 'at'>): string | undefined
  /** The first chunk is on the disk. */
  shift(): void
}

const ROOM = 128 * 1024
const SPARE = 2 // rooms that are used again: fresh memory costs more than writing

export function createRecordQueue(): RecordQueue {
  const chunks: Chunk[] = []
  const spare: Buffer[] = []
  let bytes = 0

  function begin(place: number, length: number): Chunk {
    const room = length > ROOM ? Buffer.allocUnsafeSlow(length) : spare.pop()
    const chunk = { place, room: room ?? Buffer.allocUnsafeSlow(ROOM), end: 0, isSealed: false }
    chunks.push(chunk)
    return chunk
  }

  return {
    chunks,
    bytes: () => bytes,
    push(line, { place, length }) {
      const last = chunks.at(-1)
      const chunk = last && hasRoom(last, place, length) ? last : begin(place, length)
      chunk.end += chunk.room.write(line, chunk.end)
      bytes += length
    },
    find({ place, length }) {
      const chunk = chunks.find((one) => place >= one.place && place < one.place + one.end)
      if (chunk === undefined) return undefined
      const from = place - chunk.place
      return chunk.room.toString('utf8', from, from + length)
    },
    shift() {
      const written = chunks.shift()
      if (written === undefined) return
      bytes -= written.end
      if (written.room.length === ROOM && spare.length < SPARE) spare.push(written.room)
    },
  }
}

function hasRoom(chunk: Chunk, place: number, length: number): boolean {
  const isNext = place === chunk.place + chunk.end
  return isNext && !chunk.isSealed && chunk.end + length <= chunk.room.length
}
