// Files that outlive a kill and a power cut: replaced whole, appended line by line, read by complete lines.
import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

const PRIVATE = 0o600 // evidence and keys are nobody else's
const CHUNK = 256 * 1024
const LINE_BREAK = 0x0a

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

/**
 * One line appended and on the disk. A line torn by an earlier crash is left behind on its own. Where another process
 * put a new file in the place meanwhile, the line goes into that, too.
 */
export async function appendDurably(file: string, line: string): Promise<void> {
  for (let isThere = false; !isThere; ) {
    const handle = await openAnew(file, 'a')
    try {
      await handle.write(`\n${line}\n`)
      await handle.datasync()
      isThere = await isSameFile(handle, file)
    } finally {
      await handle.close()
    }
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
  for await (const { lines } of readLinesFrom(file, 0)) yield lines
}

/** From the beginning of a line to the end of another; `end` is where the lines read so far do. */
export async function* readLinesFrom(
  file: string,
  from: number,
  to = Number.POSITIVE_INFINITY,
): AsyncGenerator<{ readonly lines: string[]; readonly end: number }> {
  if (to <= from) return
  let end = from
  let rest: Buffer[] = []
  const stream = createReadStream(file, { start: from, end: to - 1, highWaterMark: CHUNK })
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const cut = chunk.lastIndexOf(LINE_BREAK) + 1
    rest.push(chunk.subarray(0, cut))
    if (cut > 0) {
      const whole = Buffer.concat(rest)
      end += whole.length
      rest = []
      yield { lines: whole.toString('utf8', 0, whole.length - 1).split('\n'), end }
    }
    rest.push(chunk.subarray(cut))
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
