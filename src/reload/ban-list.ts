// Files with one entry a line. A line that is none is skipped and named; the rest is in force.
import { readFileSync } from 'node:fs'
import { wrongUrlEntry } from '../config/entries.ts'
import { unreadable } from '../config/unreadable.ts'

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
  | { readonly status: 'unreadable'; readonly why: string; readonly cause?: unknown }

/**
 * The list as it was known is handed back when the file says the same. What is something else altogether (an error
 * page, another encoding) takes no list's place.
 */
export function readList(file: string, known?: BanList): ListReading {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    return { status: 'unreadable', why: `banned.files: ${unreadable(file, cause)}`, cause }
  }
  if (known?.text === text) return { status: 'read', list: known }
  const list = parseList(text, known)
  const [first] = list.wrong
  if (!first || !known?.entries.length || list.entries.length > 0) return { status: 'read', list }
  const isText = !/[\0\ufffd]/.test(text)
  const why = isText ? `holds no entry: line ${first.line}: ${first.why}` : 'is not UTF-8'
  return { status: 'unreadable', why: `banned.files: ${file} ${why}` }
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
