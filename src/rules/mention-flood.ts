// Spam waves call many strangers at once; people rarely do.
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
      const known = related(facts)
      const strangers = reach.mentions - known
      // A long thread has some whom we have not seen in it yet.
      if (strangers < Math.max(minMentions, known / 2)) return undefined
      return {
        why: `calls ${reach.mentions} people, ${strangers} of them without a relation (from ${minMentions} on), ${reach.local.length} of them ours`,
      }
    },
  }
}

/**
 * Whoever has not proved who it is has no relations, and while nothing is remembered nobody has. That it answers
 * one of ours is none: anybody can. Those who are in the thread already are acquaintances.
 */
function related({ proof, isServed, history }: Facts): number {
  return (proof === 'verified' || isServed) && history.since !== 0 ? history.acquainted.length : 0
}
