// Files that outlive a kill and a power cut: replaced whole, appended line by line, read by complete lines.
import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

const PRIVATE = 0o600 // evidence and keys are nobody else's
const CHUNK = 256 * 1024

/** Readers see the old file or the new one, never half of either. */
export async function replaceFile(
  file: string,
  lines: Iterable<string> | AsyncIterable<string>,
): Promise<void> {
  const draft = `${file}.${process.pid}.new`
  try {
    await writeWhole(draft, lines)
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true }) // on a full disk half a file is what others lack
    throw error
  }
  await syncFolder(dirname(file))
}

async function writeWhole(
  file: string,
  lines: Iterable<string> | AsyncIterable<string>,
): Promise<void> {
  const handle = await openAnew(file, 'w')
  try {
    await writeLines(handle, lines)
    await handle.datasync()
  } finally {
    await handle.close()
  }
}

/** A folder that was deleted while the process runs is made again. */
async function openAnew(file: string, flags: 'a' | 'w'): Promise<FileHandle> {
  try {
    return await open(file, flags, PRIVATE)
  } catch (error) {
    if (!isMissing(error)) throw error
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    return open(file, flags, PRIVATE)
  }
}

/** One line appended and on the disk. A line torn by an earlier crash is left behind on its own. */
export async function appendDurably(file: string, line: string): Promise<void> {
  const handle = await openAnew(file, 'a')
  try {
    await handle.write(`\n${line}\n`)
    await handle.datasync()
  } finally {
    await handle.close()
  }
}

/** A rename or a new file is only durable once its folder is. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** The lines of a file, many at a time; what follows the last line break is not a line. */
export async function* readLines(file: string): AsyncGenerator<string[]> {
  let rest = ''
  const stream = createReadStream(file, { encoding: 'utf8', highWaterMark: CHUNK })
  for await (const chunk of stream) {
    const lines = `${rest}${chunk}`.split('\n')
    rest = lines.pop() ?? ''
    yield lines
  }
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

/** Written in chunks, so that a long list never holds up the event loop. */
async function writeLines(
  handle: FileHandle,
  lines: Iterable<string> | AsyncIterable<string>,
): Promise<void> {
  let chunk: string[] = []
  let size = 0
  for await (const line of lines) {
    chunk.push(line, '\n')
    size += line.length
    if (size < CHUNK) continue
    await handle.writeFile(chunk.join(''))
    chunk = []
    size = 0
  }
  await handle.writeFile(chunk.join(''))
}

/** Otherwise the handle leads to a file that nobody will find again. */
export async function isSameFile(handle: FileHandle, file: string): Promise<boolean> {
  const missing = (error: unknown) => (isMissing(error) ? undefined : Promise.reject(error))
  const [ours, there] = await Promise.all([handle.stat(), stat(file).catch(missing)])
  return there !== undefined && ours.ino === there.ino && ours.dev === there.dev
}
