// Leaves out of a document what no rule reads, before Fedify pays for it. The raw view still sees all of it.
import type { JsonObject, JsonValue } from './json.ts'
import { isObject } from './plain-keys.ts'

// Proofs are checked in proof.ts, on the document as it came.
const UNREAD =
  'signature proof publicKey assertionMethod replies likes shares emojiReactions interactionPolicy'.split(
    ' ',
  )

/** An activity, its objects, and theirs: Lemmy's Announce holds a Create that holds a Page. */
const LEVELS = 3

export function slim(json: JsonObject): JsonObject {
  const contexts = [json['@context']].flat().filter(isObject)
  const unread = new Set(UNREAD.filter((term) => !contexts.some((c) => moves(c, term))))
  const hasPlainContent = !contexts.some((c) => 'content' in c || 'contentMap' in c)
  if (hasPlainContent) unread.add('contentMap')
  return withoutTerms(json, unread, LEVELS)
}

/** The context gives the term another name: then it may be anything, `{"likes": "as:content"}`. */
function moves(context: JsonObject, term: string): boolean {
  if (!Object.hasOwn(context, term)) return false
  const definition = context[term]
  const target = isObject(definition) ? definition['@id'] : definition
  return typeof target !== 'string' || !/[:#/]/.test(target) || !target.endsWith(term)
}

function withoutTerms(json: JsonObject, unread: ReadonlySet<string>, levels: number): JsonObject {
  const kept = Object.entries(json).filter(
    ([key, value]) => !unread.has(key) && !(key === 'contentMap' && repeats(value, json.content)),
  )
  return Object.fromEntries(
    kept.map(([key, value]) => [
      key,
      key === 'object' && levels > 1 ? withoutTermsBelow(value, unread, levels - 1) : value,
    ]),
  )
}

/** The same text once more under its language, as nearly everybody sends it. */
function repeats(map: JsonValue | undefined, text: JsonValue | undefined): boolean {
  return isObject(map) && Object.values(map).every((translation) => translation === text)
}

function withoutTermsBelow(
  value: JsonValue | undefined,
  unread: ReadonlySet<string>,
  levels: number,
): JsonValue | undefined {
  if (Array.isArray(value)) {
    return value.map((entry) => withoutTermsBelow(entry, unread, levels) as JsonValue)
  }
  // Its own context may give the terms another meaning.
  if (!isObject(value) || '@context' in value) return value
  return withoutTerms(value, unread, levels)
}
