// Posts with a banned picture are not accepted, wherever they come from: a known one, or one with a banned URL in it.
import type { Rule } from './rule.ts'

const MAX_SHOWN = 300

export function bannedImage(): Rule {
  return {
    name: 'banned-image',
    description: 'a picture is one that is not accepted here, or shows a URL that is not',
    absolute: true,
    evaluate({ seen }) {
      for (const { at, findings } of seen) {
        const [finding] = findings
        if (finding) return { why: `${finding.why.slice(0, MAX_SHOWN)}, on ${at}` }
      }
      return undefined
    },
  }
}
