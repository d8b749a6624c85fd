// Leaves out of a document what no rule reads, before Fedify pays for it. The raw view still sees all of it.
import type { JsonObject, JsonValue } from '../json.ts'
import { isObject } from '../plain-keys.ts'

// Proofs are checked in proof.ts, on the document as it came.
const UNREAD = [
  ...['signature', 'proof', 'publicKey', 'assertionMethod'],
  ...['replies', 'likes', 'shares', 'emojiReactions', 'interactionPolicy'],
]

type Value = JsonValue | undefined

/** Left out only with such a value: of any other, Fedify may think that the document is none. */
const UNREAD_IF: ReadonlyMap<string, (value: Value) => boolean> = new Map([
  ...['conversation', 'atomUri', 'inReplyToAtomUri'].map((key) => [key, isText] as const),
  ...['published', 'updated'].map((key) => [key, isDate] as const),
  ['sensitive', (value: Value) => typeof value === 'boolean'] as const,
])

/** An activity, its objects, and theirs: Lemmy's Announce holds a Create that holds a Page. */
const LEVELS = 3

export function slim(json: JsonObject): JsonObject {
  const contexts = [json['@context']].flat().filter(isObject)
  const terms = [...UNREAD, ...UNREAD_IF.keys()]
  const unread = new Set(terms.filter((term) => !contexts.some((c) => moves(c, term))))
  const hasPlainContent = !contexts.some((c) => 'content' in c || 'contentMap' in c)
  if (hasPlainContent) unread.add('contentMap')
  return withoutTerms(json, { unread, levels: LEVELS, parent: {} })
}

interface Place {
  readonly unread: ReadonlySet<string>
  readonly levels: number
  readonly parent: JsonObject
}

/** The context gives the term another name: then it may be anything, `{"likes": "as:content"}`. */
function moves(context: JsonObject, term: string): boolean {
  if (!Object.hasOwn(context, term)) return false
  const definition = context[term]
  const target = isObject(definition) ? definition['@id'] : definition
  return typeof target !== 'string' || !/[:#/]/.test(target) || !target.endsWith(term)
}

function withoutTerms(json: JsonObject, place: Place): JsonObject {
  const { levels } = place
  const kept = Object.entries(json).filter(([key, value]) => isRead(key, value, { json, place }))
  return Object.fromEntries(
    kept.map(([key, value]) => [
      key,
      key === 'object' && levels > 1
        ? withoutTermsBelow(value, { ...place, levels: levels - 1, parent: json })
        : value,
    ]),
  )
}

function isRead(
  key: string,
  value: Value,
  { json, place }: { json: JsonObject; place: Place },
): boolean {
  // Nearly everybody addresses the post like the activity; whom both reach is read as one.
  if (key === 'to' || key === 'cc') return !isSameList(value, place.parent[key])
  if (!place.unread.has(key)) return true
  if (key === 'contentMap') return !repeats(value, json.content)
  return UNREAD_IF.get(key)?.(value) === false
}

function isText(value: Value): boolean {
  return typeof value === 'string' || value === null
}

const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/

/** A moment that there was: `Date` alone takes 30 February for one in March. */
function isDate(value: Value): boolean {
  if (typeof value !== 'string' || !DATE.test(value)) return false
  return new Date(value).getUTCDate() === Number(value.slice(8, 10))
}

function isSameList(a: Value, b: Value): boolean {
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false
  return a.every((entry, at) => typeof entry === 'string' && entry === b[at])
}

/** The same text once more under its language, as nearly everybody sends it. */
function repeats(map: Value, text: Value): boolean {
  return isObject(map) && Object.values(map).every((translation) => translation === text)
}

function withoutTermsBelow(value: Value, place: Place): Value {
  const withoutTermsIn = (entry: Value) =>
    // Its own context may give the terms another meaning.
    isObject(entry) && !('@context' in entry) ? withoutTerms(entry, place) : entry
  if (!Array.isArray(value)) return withoutTermsIn(value)
  return value.map((entry) => withoutTermsIn(entry) as JsonValue)
}
