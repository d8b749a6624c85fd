// What both stores agree on about evidence: how long and how much of it is kept, and what can be kept at all.
import { canonicalDomain } from '../domains.ts'
import type { Evidence } from './evidence-store.ts'

const DAY_MS = 86_400_000

/** `retention.evidence` as it is shipped. */
export const EVIDENCE_KEPT_MS = 90 * DAY_MS

/** Whoever asks for evidence without bounds asks for all times. */
export const ALL_TIMES = { since: 0, until: Number.MAX_SAFE_INTEGER } as const

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
