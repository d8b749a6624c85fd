// The segment that is written at present: what is written goes to its own place, again and again until it is there.
import { constants } from 'node:fs'
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isSameFile, syncFolder } from '../durable.ts'
import { offsetOf, segmentFile, segmentOf } from './records-segments.ts'

export interface RecordFile {
  write(place: number, bytes: Buffer): Promise<void>
  close(): Promise<void>
}

const { O_RDWR, O_CREAT } = constants
const PRIVATE = 0o600 // as every file of the store

export function openRecordFile(folder: string, durable: boolean): RecordFile {
  let file: { readonly segment: number; readonly handle: FileHandle } | undefined
  let isDoubtful = false // the folder may have been taken away from under it

  async function handleFor(place: number): Promise<FileHandle> {
    const segment = segmentOf(place)
    const path = segmentFile(folder, segment)
    const isOpen = file?.segment === segment && !isDoubtful
    if (isOpen && (await isSameFile(file!.handle, path))) return file!.handle
    isDoubtful = true
    await close()
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const handle = await open(path, O_RDWR | O_CREAT, PRIVATE)
    file = { segment, handle }
    await beginAt(handle, offsetOf(place))
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
    async write(place, bytes) {
      const handle = await handleFor(place)
      isDoubtful = true
      await writeWhole(handle, bytes, offsetOf(place))
      if (durable) await handle.datasync()
      isDoubtful = false
    },
  }
}

/** Without what a crash left half written; where all before it was taken away, what is missing is one broken line. */
async function beginAt(handle: FileHandle, offset: number): Promise<void> {
  const { size } = await handle.stat()
  await handle.truncate(offset)
  if (size < offset) await handle.write('\n', offset - 1)
}

async function writeWhole(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done)
    done += bytesWritten
  }
}
