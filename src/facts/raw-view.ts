// The activity as plain keys: every string that somebody may be shown, every URL, every tag. Unknown keys included.
import type { JsonObject, JsonValue } from '../json.ts'
import { isObject, plainName, referencesOf, stringsOf, typesOf } from '../plain-keys.ts'

export interface RawView {
  readonly texts: readonly { readonly at: string; readonly text: string }[]
  readonly urls: readonly { readonly at: string; readonly url: string }[]
  readonly mentions: readonly { readonly href: string; readonly name: string }[]
  /** What its Hashtag tags link to. */
  readonly hashtags: readonly string[]
}

/** Shown to nobody: names of things, audiences, keys, dates. A URL there is no content. */
const SILENT = new Set(
  [
    '@context @id @type id type mediaType hreflang rel blurhash published updated deleted',
    'startTime endTime closed duration actor attributedTo to cc bto bcc audience',
    'inReplyTo inReplyToAtomUri atomUri context conversation replies likes shares interactionPolicy',
    'first next prev last current partOf quoteAuthorization alsoKnownAs movedTo copiedTo',
    'inbox outbox followers following liked streams featured featuredTags endpoints sharedInbox',
    'publicKey publicKeyPem publicKeyMultibase assertionMethod signature proof',
  ].flatMap((keys) => keys.split(' ')),
)
/** Silent as an id, content as an embedded object. */
const REFERENCES = new Set(['object', 'target', 'origin', 'result', 'instrument'])

/** Of a path in another view: does it lead to content? */
export function isShown(at: string): boolean {
  const keys = at.split(/[.[]/)
  return !keys.some((key) => SILENT.has(key)) && !REFERENCES.has(keys.at(-1)!)
}

const MAX_KEY = 64 // a sender's own key must not fill a reason

export function viewRaw(within: readonly { at: string; json: JsonObject }[]): RawView {
  const texts = new Map<string, string>()
  const urls = new Map<string, string>()
  const tags: JsonObject[] = []
  const take = (text: string, at: string) => {
    const places = /^https?:\/\/[^\s<>"]+$/i.test(text) ? urls : texts
    if (text.trim() !== '' && !places.has(text)) places.set(text, at)
  }
  for (const { at, json } of within) walk(json, { at, key: '', take, tags })
  return {
    texts: [...texts].map(([text, at]) => ({ at, text })),
    urls: [...urls].map(([url, at]) => ({ at, url })),
    ...sortTags(tags),
  }
}

interface Place {
  readonly at: string
  readonly key: string
  readonly take: (text: string, at: string) => void
  readonly tags: JsonObject[]
}

// Recursion is safe: json.ts refuses what is deeper than 32.
function walk(value: JsonValue | undefined, place: Place): void {
  if (typeof value === 'string') {
    if (!REFERENCES.has(place.key)) place.take(value, place.at)
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
    if (!SILENT.has(key)) walk(value, { ...place, at, key })
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
