// Spam waves call many strangers at once; people rarely do.
import type { Rule } from './rule.ts'

export interface MentionFloodOptions {
  readonly minMentions: number
}

export function mentionFlood({ minMentions }: MentionFloodOptions): Rule {
  return {
    name: 'mention-flood',
    description: 'the post reaches us and mentions many people',
    absolute: false,
    evaluate({ reach }) {
      if (reach.local.length === 0 || reach.mentions < minMentions) return undefined
      return {
        why: `mentions ${reach.mentions} people, ${reach.local.length} of them ours (from ${minMentions} on)`,
      }
    },
  }
}
