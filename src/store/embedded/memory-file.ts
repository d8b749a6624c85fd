// Keeps on the disk what takes days or weeks to learn: all of it outlives a restart, but for the last quarter of
// an hour where the process is killed. What is counted over hours (calls, newcomers, copies) begins anew.
import { rename } from 'node:fs/promises'
import { isMissing, readLines, replaceFile } from '../durable.ts'
import type { Log } from '../log.ts'

/** What is written down, one JSON a line. */
export interface LastingMemory {
  /** How often something changed that a restart must not forget. */
  changes(): number
  lines(): Generator<object>
  /** Passes over a kind of line that a newer version added; throws on what is no such line. */
  restoreText(text: string): void
  /** Gives back the room of what has expired. */
  sweep(): void
}

export interface MemoryFile<Memory> {
  readonly memory: Memory
  /** Writes it although nothing has changed. */
  rewrite(): Promise<void>
  /** Writes what is due. */
  close(): Promise<void>
}

export interface MemoryFileOptions<Memory> {
  readonly file: string
  /** Names the format in the first line. */
  readonly format: string
  /** For the log: of whom or what something was learned. */
  readonly of: string
  /** An empty one. */
  readonly open: () => Memory
  readonly log: Log | undefined
}

const SAVE_MS = 15 * 60_000
const END = JSON.stringify({ end: true })

export async function openMemoryFile<Memory extends LastingMemory>(
  options: MemoryFileOptions<Memory>,
): Promise<MemoryFile<Memory>> {
  const { file, log, of } = options
  const head = headOf(options.format)
  const memory = await readMemory(options, head)
  let saved = memory.changes()
  let saving: Promise<void> | undefined

  async function save(): Promise<void> {
    const changes = memory.changes()
    if (changes === saved) return
    try {
      await replaceFile(file, asText(memory, head))
      saved = changes
    } catch (error) {
      log?.error({ err: error }, `what was learned of ${of} cannot be written to ${file}`)
    }
  }
  const timer = setInterval(() => {
    memory.sweep()
    saving ??= save().finally(() => {
      saving = undefined
    })
  }, SAVE_MS).unref()

  return {
    memory,
    async rewrite() {
      await saving
      saved = -1
      await save()
    },
    async close() {
      clearInterval(timer)
      await saving
      await save()
    },
  }
}

/** Part of a memory would make strangers of old acquaintances: it is all there, or it starts anew. */
async function readMemory<Memory extends LastingMemory>(
  { file, of, open, log }: MemoryFileOptions<Memory>,
  head: string,
): Promise<Memory> {
  const memory = open()
  try {
    await readInto(memory, file, head)
    return memory
  } catch (error) {
    if (isMissing(error)) return memory
    const aside = `${file}.broken`
    await rename(file, aside)
    log?.warn({ err: error }, `what was learned of ${of} cannot be read: it was put into ${aside}`)
    return open()
  }
}

async function readInto(memory: LastingMemory, file: string, head: string): Promise<void> {
  let number = 0
  let last = ''
  for await (const lines of readLines(file)) {
    for (const text of lines) {
      if (++number === 1) checkHead(text, head)
      else if (text !== END) restoreLine(memory, text, number)
      last = text
    }
  }
  if (last !== END) throw new Error('it has no end')
}

function headOf(format: string): string {
  return JSON.stringify({ format, version: 1 })
}

function checkHead(text: string, head: string): void {
  if (text !== head) throw new Error('line 1 is not the head of such a file of this version')
}

function restoreLine(memory: LastingMemory, text: string, number: number): void {
  try {
    memory.restoreText(text)
  } catch (error) {
    throw new Error(`line ${number} is broken`, { cause: error })
  }
}

function* asText(memory: LastingMemory, head: string): Generator<string> {
  yield head
  for (const line of memory.lines()) yield JSON.stringify(line)
  yield END
}
