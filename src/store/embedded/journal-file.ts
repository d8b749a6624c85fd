// The journal on the disk: it grows by whole batches, and is written anew from memory where it cannot go on.
import { type FileHandle, open, rename } from 'node:fs/promises'
import { isMissing, isSameFile, replaceFile } from '../durable.ts'

export interface JournalPlace {
  readonly file: string
  /** Every line of it as memory has it now. */
  content(): Iterable<string>
  /** Makes the folder and its lock again; throws when the place is another process's by now. */
  regain(): Promise<void>
}

export interface JournalFile {
  /** Throws, and leaves nothing of the text behind, when it did not reach the disk. */
  append(text: string): Promise<void>
  /** True when the file was gone, or another stood in its place, and it was written anew. */
  stay(): Promise<boolean>
  close(): Promise<void>
}

/** Calls are made one after another. */
export async function openJournalFile(place: JournalPlace): Promise<JournalFile> {
  const { file } = place
  let handle = await write(place)
  let size = (await handle.stat()).size
  let isTorn = false

  async function writeAnew(): Promise<void> {
    await place.regain()
    await setAside(file)
    const fresh = await write(place)
    await handle.close()
    handle = fresh
    size = (await handle.stat()).size
    isTorn = false
  }

  async function stay(): Promise<boolean> {
    if (!isTorn && (await isSameFile(handle, file))) return false
    await writeAnew()
    return true
  }

  return {
    stay,
    async append(text) {
      await stay()
      try {
        await handle.appendFile(text)
        await handle.datasync()
        size += Buffer.byteLength(text)
      } catch (error) {
        // What was written in part must not stand before later lines.
        await handle.truncate(size).catch(() => {
          isTorn = true
        })
        throw error
      }
    },
    close: () => handle.close(),
  }
}

async function write({ file, content }: JournalPlace): Promise<FileHandle> {
  await replaceFile(file, content())
  return open(file, 'a')
}

/** Somebody else's journal, such as a copy put back by hand, is not ours to delete. */
async function setAside(file: string): Promise<void> {
  await rename(file, `${file}.aside`).catch(undefinedIfMissing)
}

function undefinedIfMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error
}
