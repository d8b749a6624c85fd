// Sums that honest people come to as well: such a post is held at most, and held against nobody.
import type { Facts } from './facts.ts'
import type { Hit } from './rules/rule.ts'

/** Why a sum of points must not drop a post; undefined where nothing speaks for it. What stands on a list knows no doubt. */
export function doubtOf(facts: Facts, hits: readonly Hit[]): string | undefined {
  if (facts.history.isPartial) return 'the memory is away: nobody’s relations are known'
  const isWave = hits.some(({ rule, shadow }) => rule === 'campaign' && !shadow)
  return isAnswerInWords(facts) && !isWave ? 'an answer in words, and no campaign' : undefined
}

/** A newcomer who answers a thread calls whom it called before. A link hung on a thread answers nobody. */
function isAnswerInWords({ inReplyTo, words }: Facts): boolean {
  return inReplyTo !== undefined && /[\p{L}\p{N}]/u.test(words)
}
