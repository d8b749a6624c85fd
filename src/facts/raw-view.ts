// The activity as plain keys: every string that somebody may be shown, every URL, every tag. Unknown keys included.
import type { JsonObject, JsonValue } from '../json.ts'
import { isObject, plainName, referencesOf, stringsOf, typesOf } from '../plain-keys.ts'
import { ALWAYS_SILENT, REFERENCES, SILENT } from './silent-keys.ts'

export interface RawView {
  readonly texts: readonly { readonly at: string; readonly text: string }[]
  readonly urls: readonly { readonly at: string; readonly url: string }[]
  readonly mentions: readonly { readonly href: string; readonly name: string }[]
  /** What its Hashtag tags link to. */
  readonly hashtags: readonly string[]
}

const MAX_KEY = 64 // a sender's own key must not fill a reason

/** `isLoud`: content may stand under any key, since a context gave it another meaning. */
export function viewRaw(
  within: readonly { at: string; json: JsonObject }[],
  isLoud: boolean,
): RawView {
  const texts = new Map<string, string>()
  const urls = new Map<string, string>()
  const tags: JsonObject[] = []
  const take = (text: string, at: string) => {
    if (text.trim() === '') return
    const isUrl = /^https?:\/\/[^\s<>"]+$/i.test(text)
    if (isUrl && !urls.has(text)) urls.set(text, at)
    if (!(isUrl && ONE_URL.test(text)) && !texts.has(text)) texts.set(text, at)
  }
  const silent = isLoud ? ALWAYS_SILENT : SILENT
  const pointing = isLoud ? NONE : REFERENCES
  for (const { at, json } of within) walk(json, { at, key: '', take, tags, silent, pointing })
  return {
    texts: [...texts].map(([text, at]) => ({ at, text })),
    urls: [...urls].map(([url, at]) => ({ at, url })),
    ...sortTags(tags),
  }
}

const NONE: ReadonlySet<string> = new Set()
/** Nothing in it can begin another one: receivers link several URLs that only a comma parts. */
const ONE_URL = /^https?:\/\/(?:(?!https?:)[!-~])+$/i

interface Place {
  readonly at: string
  readonly key: string
  readonly take: (text: string, at: string) => void
  readonly tags: JsonObject[]
  readonly silent: ReadonlySet<string>
  readonly pointing: ReadonlySet<string>
}

// Recursion is safe: json.ts refuses what is deeper than 32.
function walk(value: JsonValue | undefined, place: Place): void {
  if (typeof value === 'string') {
    if (!place.pointing.has(place.key)) place.take(value, place.at)
  } else if (Array.isArray(value)) {
    value.forEach((each: JsonValue, index) => {
      walk(each, { ...place, at: `${place.at}[${index}]` })
    })
  } else if (isObject(value)) {
    walkObject(value, place)
  }
}

function walkObject(object: JsonObject, place: Place): void {
  place.tags.push(object)
  for (const [name, value] of Object.entries(object)) {
    const key = plainName(name)
    const short = name.slice(0, MAX_KEY)
    const at = place.at === '' ? short : `${place.at}.${short}`
    if (!place.silent.has(key)) walk(value, { ...place, at, key })
  }
}

function sortTags(objects: readonly JsonObject[]): Pick<RawView, 'mentions' | 'hashtags'> {
  const mentions: { href: string; name: string }[] = []
  const hashtags: string[] = []
  for (const object of objects) {
    const types = typesOf(object)
    if (types.includes('Hashtag')) hashtags.push(...stringsOf(object.href))
    if (types.includes('Mention')) mentions.push(...mentionsOf(object))
  }
  return { mentions, hashtags }
}

function mentionsOf(tag: JsonObject): { href: string; name: string }[] {
  const name = stringsOf(tag.name)[0] ?? ''
  const hrefs = referencesOf(tag.href)
  // One that cannot be resolved still calls somebody.
  return (hrefs.length > 0 ? hrefs : ['']).map((href) => ({ href, name }))
}
