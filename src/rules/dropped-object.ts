// What was dropped does not come in on the shoulders of a boost or a quote.
import { isTrustedAuthor } from '../facts/established.ts'
import type { Rule } from './rule.ts'

export function droppedObject(): Rule {
  return {
    name: 'dropped-object',
    description: 'boosts or quotes a post that was dropped here',
    absolute: true,
    evaluate(facts) {
      const { references, history } = facts
      // A quote has words of its own; whose they are decides whether they are worth more than what they show.
      const ways = isTrustedAuthor(facts) ? ['boost'] : ['boost', 'quote']
      const shown = references.find(
        ({ how, id }) => ways.includes(how) && history.dropped.includes(id),
      )
      return shown && { why: `the ${shown.how} of a post that was dropped: ${shown.id}` }
    },
  }
}
