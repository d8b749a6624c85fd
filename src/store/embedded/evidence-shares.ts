// How much evidence there is of each domain, author and day, and what must give way: all of it in memory, a line 100 bytes.
import { createHash } from 'node:crypto'
import { AUTHOR_A_DAY, DOMAIN_PART, dayOf, PUSHED_OUT_AT_ONCE } from '../evidence-rules.ts'
import type { Evidence } from '../evidence-store.ts'
import type { RecordEntry } from './records-index.ts'

type Whose = Pick<Evidence, 'id' | 'at' | 'domain' | 'author'>

export interface EvidenceShares {
  has(id: string): boolean
  /** Whether its author has less of that day than is kept. */
  hasRoom(evidence: Whose): boolean
  add(evidence: Whose, entry: RecordEntry): void
  /** Whatever stands in these places. */
  drop(places: ReadonlySet<number>): void
  dropOlder(than: number): void
  /** What must go: of a domain with more than its part, then of whoever has most; the oldest first, some at once. */
  surplus(maxBytes: number): readonly RecordEntry[]
}

interface Held {
  readonly id: string
  readonly entry: RecordEntry
  readonly authorDay: string
}

/** Oldest first. */
interface Share {
  readonly held: Held[]
  bytes: number
}

export function createEvidenceShares(): EvidenceShares {
  const shares = new Map<string, Share>()
  const authorDays = new Map<string, number>()
  const ids = new Set<string>()

  function forget({ id, authorDay }: Held): void {
    ids.delete(id)
    const left = (authorDays.get(authorDay) ?? 0) - 1
    if (left > 0) authorDays.set(authorDay, left)
    else authorDays.delete(authorDay)
  }

  function sift(isGone: (entry: RecordEntry) => boolean): void {
    for (const [domain, share] of shares) {
      const gone = share.held.filter(({ entry }) => isGone(entry))
      if (gone.length === 0) continue
      gone.forEach(forget)
      const held = share.held.filter(({ entry }) => !isGone(entry))
      if (held.length === 0) shares.delete(domain)
      else shares.set(domain, { held, bytes: bytesOf(held) })
    }
  }

  return {
    has: (id) => ids.has(id),
    hasRoom: (evidence) => (authorDays.get(authorDayOf(evidence)) ?? 0) < AUTHOR_A_DAY,
    add(evidence, entry) {
      const { id, domain } = evidence
      const share = shares.get(domain) ?? { held: [], bytes: 0 }
      const authorDay = authorDayOf(evidence)
      const later = share.held.findLastIndex((held) => isBefore(held.entry, entry)) + 1
      share.held.splice(later, 0, { id, entry, authorDay })
      share.bytes += entry.length
      shares.set(domain, share)
      authorDays.set(authorDay, (authorDays.get(authorDay) ?? 0) + 1)
      ids.add(id)
    },
    drop: (places) => sift(({ place }) => places.has(place)),
    dropOlder(than) {
      const isOld = ({ at }: RecordEntry) => at <= than
      if ([...shares.values()].some(({ held }) => isOld(held[0]!.entry))) sift(isOld)
    },
    surplus: (maxBytes) => surplusOf(shares, maxBytes),
  }
}

/** Nothing is taken out of the shares. */
function surplusOf(shares: ReadonlyMap<string, Share>, maxBytes: number): readonly RecordEntry[] {
  const left = new Map([...shares].map(([domain, { bytes }]) => [domain, { bytes, gone: 0 }]))
  let total = [...left.values()].reduce((sum, { bytes }) => sum + bytes, 0)
  const doomed: RecordEntry[] = []
  while (doomed.length < PUSHED_OUT_AT_ONCE) {
    const [domain, share] = largestOf(left) ?? []
    if (domain === undefined || share === undefined) break
    if (total <= maxBytes && share.bytes <= maxBytes * DOMAIN_PART) break
    const { entry } = shares.get(domain)!.held[share.gone++]!
    share.bytes -= entry.length
    total -= entry.length
    doomed.push(entry)
  }
  return doomed
}

/** Of equals the name that comes last, as in Redis. */
function largestOf<Share extends { readonly bytes: number }>(shares: ReadonlyMap<string, Share>) {
  let largest: readonly [string, Share] | undefined
  for (const one of shares) {
    const lead = largest === undefined ? 1 : one[1].bytes - largest[1].bytes
    if (lead > 0 || (lead === 0 && one[0] > largest![0])) largest = one
  }
  return largest && largest[1].bytes > 0 ? largest : undefined
}

function bytesOf(held: readonly Held[]): number {
  return held.reduce((sum, { entry }) => sum + entry.length, 0)
}

function isBefore(one: RecordEntry, other: RecordEntry): boolean {
  return one.at < other.at || (one.at === other.at && one.place < other.place)
}

function authorDayOf({ author, at }: Whose): string {
  return `${createHash('sha256').update(author).digest('base64url')} ${dayOf(at).from}`
}
