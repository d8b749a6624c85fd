// Block lists in files: what others publish, and our own backups.
import { existsSync, readFileSync, statSync } from 'node:fs'
import { text as textOf } from 'node:stream/consumers'
import { unreadable } from '../config/unreadable.ts'
import { pathFromCaller } from '../config.ts'
import { readBackup } from '../lists/backup.ts'
import type { ListedBlock } from '../lists/listed.ts'
import { LIST_FORMATS, readBlockList } from '../lists/read-list.ts'
import { printable } from '../printable.ts'
import { replaceFile } from '../store/durable.ts'
import { WrongUse } from './arguments.ts'
import type { Given } from './blocks.ts'
import type { Desk } from './desk.ts'
import { useOf } from './help.ts'
import { openProgress } from './progress.ts'

const AT_ONCE = 1_000
const CHARACTERS_AT_ONCE = 4_000_000 // a block with all its evidence has some 100,000
const SHOWN = 20

export async function bringIn(desk: Desk, { files, values, switches }: Given): Promise<number> {
  const [, file = ''] = files
  const { name } = values
  if (name === undefined) throw new WrongUse(useOf('blocks', 'import'))
  const reading = readBlockList(await read(file), formatIn(values.format))
  if (reading.status === 'unreadable') throw new WrongUse(`${file}: ${reading.why}`)
  for (const { line, why } of reading.skipped.slice(0, SHOWN)) {
    complain(`${file} line ${line} is skipped: ${printable(why, 200)}`)
  }
  if (reading.skipped.length > SHOWN) {
    complain(`${file}: ${reading.skipped.length - SHOWN} more lines are skipped`)
  }
  const wish = {
    by: `list:${name}`,
    dryRun: switches['dry-run'],
    evenLifted: switches['even-lifted'],
  }
  const done = await importAll(desk, reading.entries, wish)
  tell(done, switches['dry-run'] ? 'would be added' : 'added')
  return done.added > 0 || done.existed > 0 ? 0 : 1
}

async function importAll(desk: Desk, entries: readonly ListedBlock[], wish: object): Promise<Done> {
  const parts = await eachBatch(entries, async (batch) => {
    const { text } = await desk.ask('POST', '/api/blocks/import', { ...wish, entries: batch })
    return JSON.parse(text) as Done
  })
  return sumOf(parts)
}

export async function backup(desk: Desk, { files }: Given): Promise<number> {
  const [, file] = files
  const { text } = await desk.ask('GET', '/api/blocks/backup')
  if (file === undefined) return say(text, 0)
  const path = pathFromCaller(file)
  if (existsSync(path) && !statSync(path).isFile()) {
    throw new WrongUse(`${file} is no file: without a name the backup goes to standard output`)
  }
  await replaceFile(path, text.trimEnd().split('\n')).catch((cause: NodeJS.ErrnoException) => {
    throw new Error(`${file} cannot be written: ${cause.code ?? cause.message}`, { cause })
  })
  return say(`${text.split('\n').length - 3} lines are in ${file}\n`, 0)
}

export async function restore(desk: Desk, { files }: Given): Promise<number> {
  const [, file = ''] = files
  const reading = readBackup(await read(file))
  if (reading.status === 'unreadable') throw new WrongUse(`${file}: ${reading.why}`)
  const parts = await eachBatch(reading.lines, async (batch) => {
    const { text } = await desk.ask('POST', '/api/blocks/restore', { lines: batch })
    return JSON.parse(text) as Done
  })
  tell(sumOf(parts), 'added')
  return 0
}

/** What the API says of one batch, as far as it is told. */
interface Done {
  readonly added: number
  readonly existed: number
  /** Known ones that a backup brought; a list brings none. */
  readonly pictures?: number
  readonly notices?: number
  readonly refused: readonly { readonly domain: string; readonly why: string }[]
}

function sumOf(parts: readonly Done[]): Done {
  return {
    added: sum(parts.map(({ added }) => added)),
    existed: sum(parts.map(({ existed }) => existed)),
    pictures: sum(parts.map(({ pictures = 0 }) => pictures)),
    notices: sum(parts.map(({ notices = 0 }) => notices)),
    refused: parts.flatMap(({ refused }) => refused),
  }
}

/** In order, in bodies that the API takes. */
async function eachBatch<Entry, Result>(
  entries: readonly Entry[],
  send: (batch: readonly Entry[]) => Promise<Result>,
): Promise<readonly Result[]> {
  const progress = openProgress(entries.length)
  const results: Result[] = []
  for (let at = 0; at < entries.length; ) {
    const batch = batchFrom(entries, at)
    results.push(await send(batch))
    at += batch.length
    progress.at(at)
  }
  progress.end()
  return results
}

function batchFrom<Entry>(entries: readonly Entry[], from: number): readonly Entry[] {
  let characters = 0
  let to = from
  while (to < entries.length && to - from < AT_ONCE) {
    characters += JSON.stringify(entries[to]).length
    if (characters > CHARACTERS_AT_ONCE && to > from) break
    to++
  }
  return entries.slice(from, to)
}

function formatIn(text: string | undefined) {
  if (text === undefined) return {}
  const format = LIST_FORMATS.find((each) => each === text)
  if (format) return { format }
  throw new WrongUse(`--format: "${text}" is none of ${LIST_FORMATS.join(', ')}`)
}

function tell({ added, existed, pictures = 0, notices = 0, refused }: Done, verb: string): void {
  for (const { why } of refused.slice(0, SHOWN)) complain(printable(why, 300))
  if (refused.length > SHOWN) complain(`… and ${refused.length - SHOWN} more`)
  const beside = [
    pictures > 0 ? `, known pictures: ${pictures} more` : '',
    notices > 0 ? `, open notices: ${notices} more` : '',
  ].join('')
  say(`${added} ${verb}, ${existed} blocked already, ${refused.length} left out${beside}\n`, 0)
}

async function read(file: string): Promise<string> {
  if (file === '-') return textOf(process.stdin)
  try {
    return readFileSync(pathFromCaller(file), 'utf8')
  } catch (cause) {
    throw new WrongUse(unreadable(file, cause), { cause })
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}

function say(text: string, code: number): number {
  process.stdout.write(text)
  return code
}

function complain(text: string): void {
  process.stderr.write(`${text}\n`)
}
