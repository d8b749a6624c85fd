// An activity without what it only shows of others: nobody answers for the words of whom it quotes.
import type { JsonObject, JsonValue } from '../json.ts'
import { isObject, plainName, referencesOf } from '../plain-keys.ts'
import { isSamePerson } from './people.ts'

/** Undefined where everything in it is the author's own. */
export function withoutOthers(json: JsonObject, author: string): JsonObject | undefined {
  const found = { others: 0 }
  const own = strip(json, { author, key: '', found })
  return found.others === 0 ? undefined : (own as JsonObject)
}

interface Place {
  readonly author: string
  readonly key: string
  readonly found: { others: number }
}

/** Attached and tagged is what the author attached and tagged, whatever name is on it. */
const ALWAYS_OWN = new Set(['', 'attachment', 'tag', 'icon', 'image', 'url', 'oneOf', 'anyOf'])

// Recursion is safe: json.ts refuses what is deeper than 32.
function strip(value: JsonValue | undefined, place: Place): JsonValue | undefined {
  if (Array.isArray(value)) {
    const kept = (value as readonly JsonValue[]).map((each) => strip(each, place))
    return kept.filter((each) => each !== undefined)
  }
  if (!isObject(value)) return value
  if (!ALWAYS_OWN.has(place.key) && isAnothers(value, place.author)) {
    place.found.others++
    return undefined
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      strip(member, { ...place, key: plainName(key) }),
    ]),
  )
}

function isAnothers(object: JsonObject, author: string): boolean {
  const named = Object.entries(object)
    .filter(([key]) => /^(?:actor|attributedTo)$/.test(plainName(key)))
    .flatMap(([, value]) => referencesOf(value))
  return named.length > 0 && !named.some((id) => isSamePerson(id, author))
}
