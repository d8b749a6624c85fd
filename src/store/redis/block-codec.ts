// A block as Redis keeps it: an entry of some 60 bytes in the list, the explanation apart.
import { parseBlock, parseOffence } from '../journal-line.ts'
import { inOrder } from '../limits.ts'
import type { Block, BlockEntry } from '../store.ts'

const SCOPES: Readonly<Record<string, BlockEntry['scope']>> = { 'h|': 'host', 's|': 'subtree' }

/** `scope|since|id|by`; the list puts the block's place and `|` before it. */
export function entryTail({ scope, id, by }: BlockEntry, since: number): string {
  return `${scope === 'host' ? 'h' : 's'}|${since.toString(36)}|${id}|${by}`
}

export interface StoredEntry extends BlockEntry {
  readonly place: number
  readonly since: number
}

/** From `place|scope|since|id|by`. */
export function parseEntry(domain: string, text: string): StoredEntry {
  const bar = text.indexOf('|')
  const entry = parseTailOf(domain, text.slice(bar + 1))
  const place = Number(text.slice(0, bar))
  const since = Number.parseInt(text.slice(bar + 3), 36)
  if (!Number.isSafeInteger(place) || !Number.isSafeInteger(since)) throw brokenEntry(domain)
  return { ...entry, place, since }
}

/** From `scope|since|id|by`; a million of them are read at a start, so nothing is split that is not asked for. */
export function parseTailOf(domain: string, tail: string): BlockEntry {
  const scope = SCOPES[tail.slice(0, 2)]
  const idAt = tail.indexOf('|', 2) + 1
  const byAt = tail.indexOf('|', idAt) + 1
  if (scope === undefined || idAt === 0 || byAt === 0) throw brokenEntry(domain)
  return { id: tail.slice(idAt, byAt - 1), domain, scope, by: tail.slice(byAt) }
}

export function evidenceText({ offences: _, ...block }: Block): string {
  return JSON.stringify({ ...block, offences: [] })
}

/** The whole block; a list that was restored may have lost its explanation. */
export function assembleBlock(
  entry: StoredEntry,
  evidence: string | null,
  offences: readonly string[],
): Block {
  const { id, domain, scope, since, by } = entry
  const lost: Block = {
    ...{ id, domain, scope, since, by },
    reason: 'not known any more: the store was restored without it',
    offences: [],
  }
  const base = evidence === null ? lost : parseBlock(evidence)
  return { ...base, offences: inOrder(offences.map(parseOffence)) }
}

function brokenEntry(of: string): Error {
  return new Error(`the block list in Redis has a broken entry: ${JSON.stringify(of)}`)
}
