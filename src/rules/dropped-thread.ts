// Waves answer their own posts; hardly anybody else answers what was dropped here.
import { isTrustedAuthor } from '../facts/established.ts'
import type { Rule } from './rule.ts'

export function droppedThread(): Rule {
  return {
    name: 'dropped-thread',
    description: 'a post that reaches us answers one that was dropped here',
    absolute: false,
    evaluate(facts) {
      const { reach, references, history } = facts
      if (reach.guarded.length === 0 || isTrustedAuthor(facts)) return undefined
      const answered = references.find(
        ({ how, id }) => how === 'reply' && history.dropped.includes(id),
      )
      return answered && { why: `answers a post that was dropped: ${answered.id}` }
    },
  }
}
