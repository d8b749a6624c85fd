// Posts with a banned picture are not accepted, wherever they come from: a known one, or one with a banned URL in it.
import { isOfAuthor, type SeenPicture } from '../facts/shown-pictures.ts'
import type { Rule } from './rule.ts'

const MAX_SHOWN = 300

export function bannedImage(): Rule {
  return {
    name: 'banned-image',
    description: 'a picture is one that is not accepted here, or shows a URL that is not',
    absolute: true,
    evaluate({ seen, author }) {
      const banned = seen.filter(({ findings }) => findings.length > 0)
      const own = banned.find((picture) => isOfAuthor(picture, author.id))
      if (own) return { why: whyOf(own) }
      const [linked] = banned
      return linked && { why: `${whyOf(linked)}; it is linked from elsewhere: no offence` }
    },
  }
}

function whyOf({ at, findings: [finding] }: SeenPicture): string {
  return `${(finding?.why ?? '').slice(0, MAX_SHOWN)}, on ${at}`
}
