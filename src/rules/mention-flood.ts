// Spam waves call many strangers at once; people rarely do.
import { domainOf } from '../domains.ts'
import { personKey } from '../facts/people.ts'
import type { Facts } from '../facts.ts'
import type { Rule } from './rule.ts'

export interface MentionFloodOptions {
  readonly minMentions: number
}

export function mentionFlood({ minMentions }: MentionFloodOptions): Rule {
  return {
    name: 'mention-flood',
    description: 'the post reaches us and calls many people who have no relation to its author',
    absolute: false,
    evaluate(facts) {
      const { reach } = facts
      if (reach.guarded.length === 0 || reach.mentions < minMentions) return undefined
      const strangers = reach.mentions - related(facts)
      if (strangers < minMentions) return undefined
      return {
        why: `calls ${reach.mentions} people, ${strangers} of them without a relation (from ${minMentions} on), ${reach.local.length} of them ours`,
      }
    },
  }
}

/** Whoever has not proved who it is has no relations, and while nothing is remembered nobody has. */
function related(facts: Facts): number {
  const { proof, history } = facts
  if (proof !== 'verified' || history.since === 0) return 0
  return history.acquainted.length + (answersOurs(facts) ? 1 : 0)
}

/**
 * Exactly one is no stranger to whom answers it in words, and only where it is not counted as an acquaintance:
 * a link hung on a thread answers nobody.
 */
function answersOurs({ inReplyTo, reach, history, words }: Facts): boolean {
  const home = domainOf(inReplyTo ?? '')
  if (home === undefined || !/[\p{L}\p{N}]/u.test(words)) return false
  const acquainted = new Set(history.acquainted)
  return reach.local.some((id) => domainOf(id) === home && !acquainted.has(personKey(id)))
}
