// Hits in, one action out.
import type { Hit } from './rules/rule.ts'

export type Action = 'forward' | 'drop' | 'hold' | 'defer' | 'refuse'

export type Proof = 'verified' | 'missing' | 'invalid' | 'unavailable'

/** The decision on one delivery, as it is recorded and shown everywhere. */
export interface Verdict {
  readonly id: string
  /** ISO 8601. */
  readonly at: string
  readonly action: Action
  readonly score: number
  readonly hits: readonly Pick<Hit, 'rule' | 'score' | 'why' | 'shadow'>[]
  readonly sender: {
    readonly domain?: string
    readonly keyId?: string
    readonly actor?: string
    /** The signer's domain where it is not the author's. */
    readonly carrier?: string
    readonly proof: Proof
  }
  readonly activity: { readonly id?: string; readonly type?: string; readonly object?: string }
  readonly reach: { readonly local: number; readonly mentions: number }
  /** The block that refused it, or that it led to. */
  readonly block?: { readonly domain: string; readonly by: string }
  /** What else was decided, in the operator's words: `observe`, `dry-run`, `notice`, `cap`, `protected`, … */
  readonly notes: readonly string[]
  /** For `refuse`: which limit or fault (errors.ts). */
  readonly error?: string
  readonly tookMs: number
}

export interface Grounds {
  readonly thresholds: { readonly hold: number; readonly drop: number }
  readonly proof: Proof
  /** Honest people may come to such a sum: it holds at most. */
  readonly isInDoubt?: boolean
  /** Its pictures may be read when it comes again. */
  readonly isUnread?: boolean
}

export interface Decision {
  readonly action: Exclude<Action, 'refuse'>
  readonly score: number
}

/** Adding a hit never softens it: forward < defer = hold < drop. */
export function decide(hits: readonly Hit[], grounds: Grounds): Decision {
  const { thresholds, proof, isInDoubt, isUnread } = grounds
  const counted = hits.filter((hit) => !hit.shadow)
  const score = sumOf(counted)
  if (counted.some((hit) => hit.absolute)) return { action: 'drop', score }
  if (score < thresholds.hold) return { action: isUnread ? 'defer' : 'forward', score }
  // Who the author is will be known by the next attempt.
  if (proof === 'unavailable') return { action: 'defer', score }
  return { action: score >= thresholds.drop && !isInDoubt ? 'drop' : 'hold', score }
}

/** In thousandths: 0.1 + 0.2 must reach 0.3. */
function sumOf(hits: readonly Hit[]): number {
  return Math.round(hits.reduce((sum, hit) => sum + Math.max(0, hit.score), 0) * 1_000) / 1_000
}
