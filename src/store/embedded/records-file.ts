// The segment that is written at present: every batch goes to its own place, again and again until it is there.
import { constants } from 'node:fs'
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncFolder } from '../durable.ts'
import { offsetOf, segmentFile, segmentOf } from './records-segments.ts'

/** Lines that stand side by side in one segment. */
export interface Batch {
  /** Of its first line. */
  readonly place: number
  readonly lines: readonly string[]
  readonly bytes: number
}

export interface RecordFile {
  write(batch: Batch): Promise<void>
  close(): Promise<void>
}

export const BATCH_BYTES = 128 * 1024 // beyond which no further line joins a batch
const { O_RDWR, O_CREAT } = constants
const PRIVATE = 0o600 // as every file of the store

export function openRecordFile(folder: string, durable: boolean): RecordFile {
  let file: { readonly segment: number; readonly handle: FileHandle } | undefined
  const room = Buffer.allocUnsafe(2 * BATCH_BYTES) // one for all: fresh memory costs more than writing
  let isDoubtful = false // the folder may have been taken away from under it

  async function handleFor(place: number): Promise<FileHandle> {
    const segment = segmentOf(place)
    if (file?.segment === segment && !isDoubtful) return file.handle
    isDoubtful = true
    await close()
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const handle = await open(segmentFile(folder, segment), O_RDWR | O_CREAT, PRIVATE)
    file = { segment, handle }
    await handle.truncate(offsetOf(place)) // without what a crash left half written
    if (durable) for (const one of [folder, dirname(folder)]) await syncFolder(one)
    return handle
  }

  async function close(): Promise<void> {
    const handle = file?.handle
    file = undefined
    await handle?.close()
  }

  return {
    close,
    async write(batch: Batch): Promise<void> {
      const handle = await handleFor(batch.place)
      isDoubtful = true
      const bytes = encode(batch, room)
      await writeWhole(handle, bytes, offsetOf(batch.place))
      if (durable) await handle.datasync()
      isDoubtful = false
    },
  }
}

function encode({ lines, bytes }: Batch, room: Buffer): Buffer {
  if (bytes > room.length) return Buffer.from(lines.join(''))
  let end = 0
  for (const line of lines) end += room.write(line, end)
  return room.subarray(0, end)
}

async function writeWhole(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done)
    done += bytesWritten
  }
}
