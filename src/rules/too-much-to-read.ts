// Decoys by the thousand before what must not be found; no honest post has as many links, texts or people.
import type { Rule } from './rule.ts'

export function tooMuchToRead(): Rule {
  return {
    name: 'too-much-to-read',
    description: 'the post holds more links, texts or people than are read',
    absolute: false,
    evaluate({ flags }) {
      const capped = flags.filter((flag) => flag.endsWith('-capped'))
      return capped.length > 0 ? { why: `not read to its end: ${capped.join(', ')}` } : undefined
    },
  }
}
