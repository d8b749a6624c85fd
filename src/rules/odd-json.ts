// Keys written twice, or given another meaning: what one server reads there is not what another one reads.
import type { Rule } from './rule.ts'

const ODD = new Set(['duplicate-keys', 'remapped-keys'])

export function oddJson(): Rule {
  return {
    name: 'odd-json',
    description: 'a post that reaches us is written so that servers may read it differently',
    absolute: false,
    evaluate({ reach, flags }) {
      if (reach.guarded.length === 0) return undefined
      const odd = flags.filter((flag) => ODD.has(flag))
      return odd.length > 0 ? { why: odd.join(', ') } : undefined
    },
  }
}
