// What every list of blocks comes down to, whoever wrote it: rows, and which of them become blocks here. Pure.
import { isIP } from 'node:net'
import { canonicalDomain } from '../domains.ts'
import { printable } from '../printable.ts'
import type { Block } from '../store/store.ts'
import { unblockable } from '../unblockable.ts'

export interface ListedBlock {
  /** Canonical domain (domains.ts). */
  readonly domain: string
  readonly scope: Block['scope']
  /** What the list says in public, and what it keeps for moderators. */
  readonly reason: string
  readonly note?: string
}

export interface SkippedRow {
  /** Counted from 1; of a list without lines, such as JSON, the number of the entry. */
  readonly line: number
  readonly text: string
  readonly why: string
}

/** One entry as a format's reader hands it over: nothing about its name is checked yet. */
export interface Row {
  readonly line: number
  readonly name: string
  /** Why the entry is no full block, where its format says so. */
  readonly lesser?: string | undefined
  readonly reason: string
  readonly note: string
  /** The entry as it stands in the list. */
  written(): string
}

export type AddRow = (row: Row) => void

export interface Sorted {
  readonly entries: readonly ListedBlock[]
  readonly skipped: readonly SkippedRow[]
}

/** As many as the memory of blocks is built for. */
export const MAX_ROWS = 1_000_000
const MAX_COMMENT = 2_000
const MAX_SHOWN = 200

export interface Sorting {
  readonly add: AddRow
  /** Undefined for a list with more than MAX_ROWS rows. */
  result(): Sorted | undefined
}

export function sortRows(): Sorting {
  const entries: ListedBlock[] = []
  const skipped: SkippedRow[] = []
  const lines = new Map<string, number>()
  let rows = 0
  return {
    add(row) {
      rows++
      if (rows > MAX_ROWS) return
      const judged = judge(row, lines)
      if ('why' in judged) {
        skipped.push({ line: row.line, text: printable(row.written(), MAX_SHOWN), ...judged })
        return
      }
      lines.set(judged.domain, row.line)
      entries.push(judged)
    },
    result: () => (rows > MAX_ROWS ? undefined : { entries, skipped }),
  }
}

interface Refusal {
  readonly why: string
}

function judge(row: Row, lines: ReadonlyMap<string, number>): ListedBlock | Refusal {
  if (row.lesser !== undefined) return { why: row.lesser }
  const named = readName(row.name)
  if ('why' in named) return named
  const line = lines.get(named.domain)
  if (line !== undefined) return { why: `${named.domain} is listed already, at ${line}` }
  return blockOf(named.domain, row)
}

/** Each entry covers subdomains: so do Mastodon, Misskey, GoToSocial and whatever was made for them. */
function blockOf(domain: string, { reason, note }: Row): ListedBlock {
  const block = { domain, scope: 'subtree', reason: comment(reason) } as const
  return note === '' ? block : { ...block, note: comment(note) }
}

const MAX_NAME = 1_000 // no spelling of a name is longer
const DIGEST = /^(sha-?(1|256|512)[:-])?([0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128})$/i

function readName(written: string): { readonly domain: string } | Refusal {
  const name = written.trim().replace(/^\*\./, '')
  if (name === '') return { why: 'no domain is given' }
  if (name.length > MAX_NAME) return { why: 'this is no domain name' }
  if (DIGEST.test(name)) return { why: 'the name is hashed' }
  if (name.includes('*')) return { why: 'the name is obfuscated' }
  if (isIP(name.replace(/^\[(.*)\]$/, '$1'))) return { why: AN_ADDRESS }
  const domain = canonicalDomain(name)
  if (domain === undefined) return { why: 'this is no domain name' }
  if (isIP(domain)) return { why: AN_ADDRESS }
  const why = unblockable(domain, 'subtree', [])
  return why === undefined ? { domain } : { why }
}

const AN_ADDRESS = 'this is an address, not a domain'

/** On one line; cut before anything looks through it. */
function comment(text: string): string {
  return printable(
    text
      .slice(0, MAX_COMMENT + 1)
      .replace(/\s+/g, ' ')
      .trim(),
    MAX_COMMENT,
  )
}
