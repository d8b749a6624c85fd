// What was dropped does not come in on the shoulders of a boost or a quote.
import type { Rule } from './rule.ts'

export function droppedObject(): Rule {
  return {
    name: 'dropped-object',
    description: 'boosts or quotes a post that was dropped here',
    absolute: true,
    evaluate({ references, history }) {
      const shown = references.find(
        ({ how, id }) => how !== 'reply' && history.dropped.includes(id),
      )
      return shown && { why: `the ${shown.how} of a post that was dropped: ${shown.id}` }
    },
  }
}
