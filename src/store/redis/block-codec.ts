// A block as Redis keeps it: an entry of some 60 bytes in the list, the explanation apart.
import { parseBlock, parseOffence } from '../journal-line.ts'
import type { Block, BlockEntry } from '../store.ts'

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
  const { scope, since, id, by } = parseTail(text.slice(bar + 1))
  const place = Number(text.slice(0, bar))
  if (!Number.isSafeInteger(place)) throw brokenEntry(domain)
  return { domain, place, scope, since, id, by }
}

export function parseTailOf(domain: string, tail: string): BlockEntry {
  const { scope, id, by } = parseTail(tail)
  return { id, domain, scope, by }
}

function parseTail(tail: string): Omit<StoredEntry, 'domain' | 'place'> {
  const [scope, since = '', id = '', ...by] = tail.split('|')
  if ((scope !== 'h' && scope !== 's') || by.length === 0) throw brokenEntry(tail)
  return {
    scope: scope === 'h' ? 'host' : 'subtree',
    since: Number.parseInt(since, 36),
    id,
    by: by.join('|'),
  }
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
  return { ...base, offences: offences.map(parseOffence).sort((a, b) => a.at - b.at) }
}

function brokenEntry(of: string): Error {
  return new Error(`the block list in Redis has a broken entry: ${JSON.stringify(of)}`)
}
