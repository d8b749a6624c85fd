// The files that records lie in: numbered, appended to one after another, read in parts, deleted whole.
import { type FileHandle, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isMissing } from '../durable.ts'
import type { RecordEntry } from './records-index.ts'
import { recordIn, timeOf } from './records-line.ts'

const SPAN = 2 ** 32 // no segment is as long, so that segment and offset fit into one number
const CHUNK = 256 * 1024 // bytes that are gone through, or read, at once
const LINE_BREAK = 0x0a
const BLANK = ' '

export interface ReadSegment {
  readonly entries: readonly RecordEntry[]
  /** Where the next line goes: behind the last whole one. */
  readonly end: number
}

export function placeAt(segment: number, offset: number): number {
  return segment * SPAN + offset
}

export function segmentOf(place: number): number {
  return Math.floor(place / SPAN)
}

export function offsetOf(place: number): number {
  return place % SPAN
}

export function segmentFile(folder: string, segment: number): string {
  return join(folder, `${String(segment).padStart(8, '0')}.ndjson`)
}

/** Oldest first; none where there is no folder. */
export async function listSegments(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch((error) =>
    isMissing(error) ? [] : Promise.reject(error),
  )
  const numbers = names.flatMap((name) => /^(\d{8,})\.ndjson$/.exec(name)?.[1] ?? [])
  return numbers.map(Number).sort((a, b) => a - b)
}

export async function deleteSegment(folder: string, segment: number): Promise<void> {
  await rm(segmentFile(folder, segment), { force: true })
}

/** Nothing of these lines is left on the disk; all others stay where they are. */
export async function blankLines(folder: string, entries: readonly RecordEntry[]): Promise<void> {
  for (const { place, length } of entries) {
    const handle = await open(segmentFile(folder, segmentOf(place)), 'r+').catch((error) =>
      isMissing(error) ? undefined : Promise.reject(error),
    )
    try {
      await handle?.write(Buffer.alloc(length, BLANK), 0, length - 1, offsetOf(place))
      await handle?.datasync()
    } finally {
      await handle?.close()
    }
  }
}

/** Where its records stand. What is no whole line is passed over; a file that is gone has none. */
export async function readSegment(folder: string, segment: number): Promise<ReadSegment> {
  const entries: RecordEntry[] = []
  let end = 0
  try {
    for await (const lines of linesOf(segmentFile(folder, segment))) {
      for (const line of lines) {
        const at = timeOf(line.subarray(0, -1))
        const { length } = line
        if (at !== undefined) entries.push({ at, place: placeAt(segment, end), length })
        end += length
      }
    }
  } catch (error) {
    if (!isMissing(error)) throw error
  }
  return { entries, end }
}

/** The texts by their places; those of a file that is gone are missing. */
export async function readTexts(
  folder: string,
  entries: readonly RecordEntry[],
): Promise<ReadonlyMap<number, string>> {
  const texts = new Map<number, string>()
  for (const run of runsOf(entries)) {
    const bytes = await readRun(folder, run)
    for (const { place, length } of bytes === undefined ? [] : run) {
      const from = place - run[0]!.place
      const text = recordIn(bytes!.toString('utf8', from, from + length))
      if (text !== undefined) texts.set(place, text)
    }
  }
  return texts
}

/** Lines that lie side by side are read together. */
function runsOf(entries: readonly RecordEntry[]): RecordEntry[][] {
  const runs: RecordEntry[][] = []
  let run: RecordEntry[] = []
  for (const entry of entries.toSorted((a, b) => a.place - b.place)) {
    const last = run.at(-1)
    const isNext = last !== undefined && last.place + last.length === entry.place
    if (!isNext || entry.place - run[0]!.place > CHUNK) {
      run = []
      runs.push(run)
    }
    run.push(entry)
  }
  return runs
}

async function readRun(folder: string, run: readonly RecordEntry[]): Promise<Buffer | undefined> {
  const { place } = run[0]!
  const last = run.at(-1)!
  let handle: FileHandle | undefined
  try {
    handle = await open(segmentFile(folder, segmentOf(place)), 'r')
    const bytes = Buffer.allocUnsafe(last.place + last.length - place)
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, offsetOf(place))
    return bytes.subarray(0, bytesRead)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  } finally {
    await handle?.close()
  }
}

/** Many at a time, each with its line break, to be used at once; what follows the last one is not a line. */
async function* linesOf(file: string): AsyncGenerator<Buffer[]> {
  const handle = await open(file, 'r')
  try {
    for (let room = Buffer.allocUnsafe(CHUNK), filled = 0; ; ) {
      if (filled === room.length) room = Buffer.concat([room], 2 * filled) // for a longer line
      const { bytesRead } = await handle.read(room, filled, room.length - filled)
      if (bytesRead === 0) return
      filled += bytesRead
      const cut = room.subarray(0, filled).lastIndexOf(LINE_BREAK) + 1
      yield linesIn(room.subarray(0, cut))
      room.copyWithin(0, cut, filled)
      filled -= cut
    }
  } finally {
    await handle.close()
  }
}

function linesIn(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = []
  for (let from = 0; from < bytes.length; ) {
    const to = bytes.indexOf(LINE_BREAK, from) + 1
    lines.push(bytes.subarray(from, to))
    from = to
  }
  return lines
}
