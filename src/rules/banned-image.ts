// Posts with a banned picture are not accepted, wherever they come from: a known one, or one with a banned URL in it.
import { isOfAuthor, type SeenPicture } from '../facts/shown-pictures.ts'
import type { Match, Rule } from './rule.ts'

const MAX_SHOWN = 300

export function bannedImage(): Rule {
  return {
    name: 'banned-image',
    description: 'a picture is one that is not accepted here, or shows a URL that is not',
    absolute: true,
    evaluate({ seen, author }) {
      const matches = seen.flatMap((picture) => matchesOf(picture, author.id))
      return matches.find(({ isDoubtful }) => !isDoubtful) ?? matches[0]
    },
  }
}

function matchesOf(picture: SeenPicture, author: string | undefined): readonly Match[] {
  const isOwn = isOfAuthor(picture, author)
  return picture.findings.map(({ how, why }) => {
    const told = `${why.slice(0, MAX_SHOWN)}, on ${picture.at}`
    // Another server may show us one picture and everybody else another: nobody answers for what is only linked.
    if (!isOwn) return { why: `${told}; it is linked from elsewhere: no offence`, isDoubtful: true }
    return how === 'text-alike' ? { why: told, isDoubtful: true } : { why: told }
  })
}
