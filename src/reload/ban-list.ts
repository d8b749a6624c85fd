// Files with one entry a line. A line that is none is skipped and named; the rest is in force.
import { readFileSync } from 'node:fs'
import { wrongUrlEntry } from '../config/entries.ts'
import type { Config } from '../config.ts'

export interface BanList {
  readonly text: string
  readonly entries: readonly string[]
  readonly wrong: readonly WrongLine[]
}

interface WrongLine {
  /** Counted from 1. */
  readonly line: number
  readonly why: string
}

export type ListReading =
  | { readonly status: 'read'; readonly list: BanList }
  | { readonly status: 'unreadable'; readonly why: string; readonly cause: unknown }

/** The list as it was known is handed back when the file says the same. */
export function readList(file: string, known?: BanList): ListReading {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    return { status: 'unreadable', why: `banned.files: ${file} cannot be read`, cause }
  }
  return { status: 'read', list: known?.text === text ? known : parseList(text, known) }
}

type Banned = Config['banned']

/** What is banned by the configuration and its files together. Throws when a file cannot be read. */
export function bannedEntries({ urls, text, files }: Banned): Omit<Banned, 'files'> {
  return { urls: [...urls, ...files.flatMap(readEntries)], text }
}

function readEntries(file: string): readonly string[] {
  const reading = readList(file)
  if (reading.status === 'read') return reading.list.entries
  throw new Error(reading.why, { cause: reading.cause })
}

const MAX_NAMED = 20

/** Which lines are skipped, in sentences; of a file that is something else altogether only the first. */
export function complaintsAbout(file: string, { wrong }: BanList): readonly string[] {
  const named = wrong
    .slice(0, MAX_NAMED)
    .map(({ line, why }) => `${file}, line ${line}: ${why}; the line is skipped`)
  const rest = wrong.length - named.length
  return rest > 0 ? [...named, `${file}: ${rest} more lines are skipped`] : named
}

/** `#` begins a comment at the start of a line or after a blank. */
function parseList(text: string, known: BanList | undefined): BanList {
  const proven = new Set(known?.entries) // to try a hundred thousand takes a second
  const lines = text.split(/\r?\n/).map((line) => line.replace(/(^|\s)#.*$/, '').trim())
  const entries: string[] = []
  const wrong: WrongLine[] = []
  for (const [index, entry] of lines.entries()) {
    if (entry === '') continue
    const why = proven.has(entry) ? undefined : wrongUrlEntry(entry)
    if (why === undefined) entries.push(entry)
    else wrong.push({ line: index + 1, why })
  }
  return { text, entries, wrong }
}
