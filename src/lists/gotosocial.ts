// GoToSocial's export of domain blocks: JSON, an array of objects; its CSV is Mastodon's.
import { isTree, type Tree } from '../config/tree.ts'
import { scanJson } from '../json-scan.ts'
import { printable } from '../printable.ts'
import { type AddRow, MAX_ROWS, type Row } from './listed.ts'
import { readMastodon } from './mastodon.ts'
import { whyLesser } from './severity.ts'

const LIMITS = { depth: 8, nodes: 16 * MAX_ROWS } // the entries are flat, of a dozen members

export function readGotosocial(text: string, add: AddRow): string | undefined {
  return looksLikeJson(text) ? readJson(text, add) : readMastodon(text, add)
}

/** A list of IPv6 addresses begins with a bracket too. */
export function looksLikeJson(text: string): boolean {
  return /^\s*(\{|\[\s*([{"\]]|$))/.test(text)
}

function readJson(text: string, add: AddRow): string | undefined {
  const { beyond } = scanJson(Buffer.from(text), LIMITS)
  if (beyond === 'depth') return 'its JSON is nested deeper than any list of blocks'
  if (beyond === 'nodes') return 'its JSON holds more than any list of blocks'
  const parsed = parseJson(text)
  if (parsed.status === 'broken') return parsed.why
  if (!Array.isArray(parsed.value)) return 'its JSON is no array of blocks'
  for (const [index, entry] of parsed.value.entries()) add(rowOf(entry, index + 1))
  return undefined
}

type Parsed =
  | { readonly status: 'parsed'; readonly value: unknown }
  | { readonly status: 'broken'; readonly why: string }

function parseJson(text: string): Parsed {
  try {
    return { status: 'parsed', value: JSON.parse(text) }
  } catch (cause) {
    const why = printable((cause as Error).message, 200)
    return { status: 'broken', why: `it is no valid JSON: ${why}` }
  }
}

function rowOf(entry: unknown, line: number): Row {
  const block = isTree(entry) ? entry : {}
  return {
    line,
    name: textAt(block, 'domain'),
    lesser: isTree(entry) ? whyNoBlock(block) : 'this is no object with a domain',
    // The public list of the API says `comment`.
    reason: textAt(block, 'public_comment') || textAt(block, 'comment'),
    note: textAt(block, 'private_comment'),
    written: () => JSON.stringify(entry),
  }
}

function whyNoBlock(block: Tree): string | undefined {
  if (textAt(block, 'permission_type') === 'allow') return 'this entry allows the domain'
  const isSilenced = textAt(block, 'silenced_at') !== '' && textAt(block, 'suspended_at') === ''
  const severity = textAt(block, 'severity').toLowerCase() || (isSilenced ? 'silence' : undefined)
  return whyLesser({ severity, rejectsMedia: block.reject_media === true })
}

function textAt(block: Tree, key: string): string {
  const value = Object.hasOwn(block, key) ? block[key] : undefined
  return typeof value === 'string' ? value.trim() : ''
}
