// Keeps on the disk what takes days or weeks to learn: all of it outlives a restart, but for the last quarter of
// an hour where the process is killed. What is counted over hours (calls, newcomers, copies) begins anew.
import { rename } from 'node:fs/promises'
import { isMissing, readLines, replaceFile } from '../durable.ts'
import type { Log } from '../log.ts'
import { type EmbeddedHistory, embeddedHistory } from './history.ts'
import { parseHistoryLine } from './history-line.ts'

export interface HistoryFile {
  readonly history: EmbeddedHistory
  /** Writes it although nothing has changed. */
  rewrite(): Promise<void>
  /** Writes what is due. */
  close(): Promise<void>
}

export interface HistoryFileOptions {
  readonly file: string
  readonly now: () => number
  /** As of embeddedHistory(). */
  readonly remembered: number
  readonly log: Log | undefined
}

const SAVE_MS = 15 * 60_000
const HEAD = JSON.stringify({ format: 'sekisho-history', version: 1 })
const END = JSON.stringify({ end: true })

export async function openHistoryFile(options: HistoryFileOptions): Promise<HistoryFile> {
  const { file, log } = options
  const history = await readHistory(options)
  let saved = history.changes()
  let saving: Promise<void> | undefined

  async function save(): Promise<void> {
    const changes = history.changes()
    if (changes === saved) return
    try {
      await replaceFile(file, asText(history))
      saved = changes
    } catch (error) {
      log?.error({ err: error }, `what was learned of people cannot be written to ${file}`)
    }
  }
  const timer = setInterval(() => {
    history.sweep()
    saving ??= save().finally(() => {
      saving = undefined
    })
  }, SAVE_MS).unref()

  return {
    history,
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
async function readHistory({
  file,
  now,
  remembered,
  log,
}: HistoryFileOptions): Promise<EmbeddedHistory> {
  const history = embeddedHistory(remembered, now)
  try {
    await readInto(history, file)
    return history
  } catch (error) {
    if (isMissing(error)) return history
    const aside = `${file}.broken`
    await rename(file, aside)
    log?.warn({ err: error }, `what was learned of people cannot be read: it was put into ${aside}`)
    return embeddedHistory(remembered, now)
  }
}

async function readInto(history: EmbeddedHistory, file: string): Promise<void> {
  let number = 0
  let last = ''
  for await (const lines of readLines(file)) {
    for (const text of lines) {
      if (++number === 1) checkHead(text)
      else if (text !== END) restoreLine(history, text, number)
      last = text
    }
  }
  if (last !== END) throw new Error('it has no end')
}

function checkHead(text: string): void {
  if (text !== HEAD) throw new Error('line 1 is not the head of a history of this version')
}

function restoreLine(history: EmbeddedHistory, text: string, number: number): void {
  try {
    const line = parseHistoryLine(text)
    if (line) history.restore(line)
  } catch (error) {
    throw new Error(`line ${number} is broken`, { cause: error })
  }
}

function* asText(history: EmbeddedHistory): Generator<string> {
  yield HEAD
  for (const line of history.lines()) yield JSON.stringify(line)
  yield END
}
