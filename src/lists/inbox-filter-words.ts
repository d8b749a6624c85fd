// mastodonInboxFilter's forbidden words: links go to one list here, words to another.
import { wrongUrlEntry } from '../config/entries.ts'
import { checkText } from '../rules/text-list.ts'
import type { Translation } from './inbox-filter.ts'

export function wordsOf(badText: readonly string[]): Translation {
  if (badText.length === 0) return {}
  const places = badText.map(placeIn)
  const urls = places.filter((place) => place !== undefined)
  const words = badText.filter((_, index) => places[index] === undefined)
  const good = words.filter((word) => whyNoText(word) === undefined)
  const notes = words.flatMap((word) => {
    const why = whyNoText(word)
    return why === undefined ? [] : [`badText: ${why}, and was left out.`]
  })
  const banned = { ...(urls.length > 0 && { urls }), ...(good.length > 0 && { text: good }) }
  return {
    settings: Object.keys(banned).length > 0 ? { banned } : {},
    notes: [...notes, ...(urls.length > 0 ? [URLS] : []), ...(good.length > 0 ? [WORDS] : [])],
  }
}

const URLS =
  'badText: what began with https:// is in banned.urls, with everything below it. A link to it is an offence: the author’s domain is blocked. To drop the post alone, set offence: false for the rule banned-url.'
const WORDS =
  'badText: banned.text takes whole words, whatever their case (in scripts without spaces wherever they stand), in every post; there any part of a text counted, in posts with mentions by names of a certain length.'

/** There it matched whatever went on behind it: so do a host and a path. */
function placeIn(text: string): string | undefined {
  const url = /^https?:\/\/\S+$/i.test(text) ? URL.parse(text) : null
  if (!url) return undefined
  const isPlain = url.search === '' && url.hash === '' && url.port === '' && url.username === ''
  const entry = isPlain ? `${url.hostname}${url.pathname.replace(/\/$/, '')}` : text
  return wrongUrlEntry(entry) === undefined ? entry : undefined
}

function whyNoText(word: string): string | undefined {
  if (/^\/.+\/$/s.test(word.trim())) return `"${word}" would be a pattern here`
  const check = checkText(word)
  return check.status === 'bad' ? check.why : undefined
}
