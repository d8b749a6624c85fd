// What both stores agree on about evidence: how long and how much of it is kept, and what can be kept at all.
import { canonicalDomain } from '../domains.ts'
import type { Evidence } from './evidence-store.ts'

const DAY_MS = 86_400_000

/** `retention.evidence` as it is shipped. */
export const EVIDENCE_KEPT_MS = 90 * DAY_MS

/** Whoever asks for evidence without bounds asks for all times. */
export const ALL_TIMES = { since: 0, until: Number.MAX_SAFE_INTEGER } as const

/** An author and UTC day: the first ones are the evidence, and one author must not push out that of others. */
export const AUTHOR_A_DAY = 20

/** No domain has more than this part of the bytes; where all of it is too much, who has most gives way. */
export const DOMAIN_PART = 1 / 8

/** Entries that one more may push out: what has piled up must not hold up the store. */
export const PUSHED_OUT_AT_ONCE = 100

/** Of the UTC day: its first millisecond, and that of the next. */
export function dayOf(at: number): { readonly from: number; readonly to: number } {
  const from = at - (at % DAY_MS)
  return { from, to: from + DAY_MS }
}

/** Refuses what could not be found again, before it is written down anywhere. Says nothing of what is in it. */
export function checkEvidence({ id, at, domain, author }: Evidence): void {
  if (!Number.isSafeInteger(at) || at < 0) throw new TypeError('the evidence has no time')
  if (!/^[\w.:-]{1,64}$/.test(id)) throw new TypeError('the evidence has no usable id')
  if (author === '') throw new TypeError('the evidence names no author')
  const isAddress = /^\[[0-9a-f:.]{2,45}\]$/.test(domain)
  if (!isAddress && canonicalDomain(domain) !== domain) {
    throw new TypeError('the domain of the evidence is not canonical')
  }
}
