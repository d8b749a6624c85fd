// CSV as moderation lists use it: rows by the names of the columns, each with the line on which it begins.
import { CsvError } from 'csv-parse'
import { parse } from 'csv-parse/sync'
import { type AddRow, MAX_ROWS, type Row } from './listed.ts'
import { whyLesser } from './severity.ts'

/** In Mastodon's order. */
export const COLUMNS = [
  'domain',
  'severity',
  'reject_media',
  'reject_reports',
  'public_comment',
  'obfuscate',
  'private_comment',
] as const

type Column = (typeof COLUMNS)[number]

/** Which cell holds which column. */
type Header = ReadonlyMap<string, number>

export interface Table {
  /** For a list without a header; where there is none, such a list cannot be read. */
  readonly usual?: Header
  /** What is meant where the severity's column is there and its cell is empty. */
  readonly emptySeverity: 'suspend' | 'noop'
}

/** Why the list cannot be read, or undefined: nothing is kept here, a list may be long. */
export function readTable(text: string, table: Table, add: AddRow): string | undefined {
  let header: Header | undefined
  const why = readRecords(text, (record) => {
    const named = header ? undefined : headerIn(record)
    header ??= named ?? table.usual
    if (header && !named) add(rowOf(record, header, table))
  })
  return why ?? (header || table.usual ? undefined : 'the first line names no column "domain"')
}

interface CsvRecord {
  readonly line: number
  readonly cells: readonly string[]
}

const MAX_RECORD_BYTES = 65_536 // a name and two comments; beyond it a quote was never closed

function readRecords(text: string, take: (record: CsvRecord) => void): string | undefined {
  let line = 1
  const onRecord = (cells: string[]) => {
    if (cells.some((cell) => cell !== '')) take({ line, cells })
    line += 1 + lineEndsIn(cells)
    return null
  }
  try {
    parse(text, {
      on_record: onRecord,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      relax_quotes: true,
      max_record_size: MAX_RECORD_BYTES,
      to: MAX_ROWS + 2, // the header, and one that is too many
    })
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause
    return `the entry at line ${line} is too long, or a quote in it is never closed`
  }
  return undefined
}

/** The library counts a quoted CRLF twice. */
function lineEndsIn(cells: readonly string[]): number {
  const broken = cells.filter((cell) => cell.includes('\n') || cell.includes('\r'))
  return broken.reduce((ends, cell) => ends + cell.split(/\r\n|\n|\r/).length - 1, 0)
}

/** Undefined for a record that names no column of domains; Mastodon writes a # before each name. */
function headerIn({ cells }: CsvRecord): Header | undefined {
  const names = cells.map((cell) => cell.trim().replace(/^#/, '').toLowerCase())
  const header = new Map(names.map((name, index) => [name, index] as const).reverse())
  return header.has('domain') ? header : undefined
}

function rowOf({ line, cells }: CsvRecord, header: Header, { emptySeverity }: Table): Row {
  const at = (column: Column) => cells[header.get(column) ?? cells.length]?.trim() ?? ''
  const severity = header.has('severity')
    ? at('severity').toLowerCase() || emptySeverity
    : undefined
  const rejectsMedia = /^(true|t|1|y|yes)$/i.test(at('reject_media'))
  return {
    line,
    name: at('domain'),
    lesser: whyLesser({ severity, rejectsMedia }),
    reason: at('public_comment'),
    note: at('private_comment'),
    written: () => cells.join(','),
  }
}
