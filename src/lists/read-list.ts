// Reads the block list of another server or tool: which entries are blocks here, and why the others are not. Pure.
import { readFediblockhole } from './fediblockhole.ts'
import { looksLikeJson, readGotosocial } from './gotosocial.ts'
import { linesIn } from './lines.ts'
import { type AddRow, type ListedBlock, MAX_ROWS, type SkippedRow, sortRows } from './listed.ts'
import { readMastodon } from './mastodon.ts'
import { readMisskey, readPlain } from './plain.ts'

const READERS = {
  mastodon: readMastodon,
  gotosocial: readGotosocial,
  fediblockhole: readFediblockhole,
  misskey: readMisskey,
  plain: readPlain,
  sekisho: readMastodon,
} as const satisfies Record<string, (text: string, add: AddRow) => string | undefined>

export type ListFormat = keyof typeof READERS

export const LIST_FORMATS = Object.keys(READERS) as readonly ListFormat[]

export type ListReading =
  | {
      readonly status: 'read'
      readonly format: ListFormat
      readonly entries: readonly ListedBlock[]
      readonly skipped: readonly SkippedRow[]
    }
  | { readonly status: 'unreadable'; readonly why: string }

const MAX_LENGTH = 64 * 1024 * 1024 // a million entries with comments
const MAX_HEADER = 1_000

/** By its content where no format is named. What is wrong in one entry skips that entry, never the others. */
export function readBlockList(
  text: string,
  options: { readonly format?: ListFormat } = {},
): ListReading {
  const list = text.replace(/^\ufeff/, '')
  const fault = faultIn(list)
  if (fault !== undefined) return { status: 'unreadable', why: fault }
  const format = options.format ?? recognise(list)
  const sorting = sortRows()
  const why = READERS[format](list, sorting.add)
  if (why !== undefined) return { status: 'unreadable', why }
  const sorted = sorting.result()
  if (sorted) return { status: 'read', format, ...sorted }
  const most = MAX_ROWS.toLocaleString('en')
  return { status: 'unreadable', why: `it holds more than ${most} entries` }
}

function faultIn(list: string): string | undefined {
  if (list.length > MAX_LENGTH) return `it is longer than ${MAX_LENGTH >> 20} MB`
  if (list.includes('\0')) return 'it holds NUL characters: it is no text in UTF-8'
  if (/^\s*<(!doctype|html|\?xml)/i.test(list)) return 'it is a web page, not a list'
  return undefined
}

/** Never `misskey` or `sekisho`, which look like `plain` and `mastodon`. */
function recognise(list: string): ListFormat {
  if (looksLikeJson(list)) return 'gotosocial'
  const names = namesIn(linesIn(list).next().value?.content ?? '')
  if (names.includes('#domain')) return 'mastodon'
  if (names.includes('domain')) return 'fediblockhole'
  return hasColumns(list) ? 'mastodon' : 'plain'
}

function namesIn(header: string): readonly string[] {
  const cells = header.slice(0, MAX_HEADER).toLowerCase().split(',')
  return cells.map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'))
}

/** Without a header the second column may say that an entry is no block, so it must not be passed over. */
function hasColumns(list: string): boolean {
  for (const { content } of linesIn(list)) {
    if (!/^\s*#/.test(content)) return /^\s*"|^[^#]*,/.test(content)
  }
  return false
}
