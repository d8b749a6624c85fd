// Bytes into guarded JSON: what the instance might read in another way is refused before anybody reads it.
import { isUtf8 } from 'node:buffer'
import { JSON_LIMITS, scanJson } from './json-scan.ts'
import { isObject } from './plain-keys.ts'

export type JsonValue = string | number | boolean | null | JsonObject | readonly JsonValue[]
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined
}

export type JsonReading =
  | {
      readonly status: 'read'
      /** The activities: the root, or the items of a top-level Collection. */
      readonly activities: readonly JsonObject[]
      /** `duplicate-keys`, `lone-surrogates`, `collection`, `collection-ids`. */
      readonly flags: readonly string[]
    }
  | { readonly status: 'refused'; readonly why: string }

const MAX_COLLECTION_ITEMS = 20

/** V8 judges the syntax: it is stricter than the readers of other languages, never laxer. */
export function readJson(body: Buffer): JsonReading {
  if (!isUtf8(body)) return refused('not UTF-8')
  const scan = scanJson(body, JSON_LIMITS)
  if (scan.beyond) return refused(`more than ${JSON_LIMITS[scan.beyond]} ${WORDS[scan.beyond]}`)
  const parsed = parse(body.toString('utf8'))
  if (parsed.status === 'refused') return parsed
  if (!isObject(parsed.root)) return refused('the root is not an object')
  const unrolled = unroll(parsed.root)
  if (unrolled.status === 'refused') return unrolled
  const flags = [...unrolled.flags]
  if (countKeys(parsed.root) !== scan.keys) flags.push('duplicate-keys')
  if (scan.loneSurrogates) flags.push('lone-surrogates')
  return { status: 'read', activities: unrolled.activities, flags }
}

const WORDS = { depth: 'levels', nodes: 'values' }

type Refusal = Extract<JsonReading, { status: 'refused' }>

function refused(why: string): Refusal {
  return { status: 'refused', why }
}

function parse(text: string): Refusal | { readonly status: 'parsed'; readonly root: JsonValue } {
  try {
    return { status: 'parsed', root: JSON.parse(text) }
  } catch (error) {
    return refused(`not JSON${positionIn(error)}`)
  }
}

// Of V8's sentence only this: it quotes the text, and a reason is kept longer than a private post may be.
function positionIn(error: unknown): string {
  const at = error instanceof Error ? AT_POSITION.exec(error.message)?.[1] : undefined
  return at === undefined ? '' : ` at position ${at}`
}

const AT_POSITION = / in JSON at position (\d+) \(line \d+ column \d+\)$/

/** A key written twice leaves fewer keys than the bytes had, whatever its spelling was. */
function countKeys(value: JsonValue | undefined): number {
  if (typeof value !== 'object' || value === null) return 0
  let count = 0
  if (Array.isArray(value)) {
    for (const element of value) count += countKeys(element)
    return count
  }
  for (const key in value) count += 1 + countKeys((value as JsonObject)[key])
  return count
}

const COLLECTION =
  /^(as:|https:\/\/www\.w3\.org\/ns\/activitystreams#)?(Ordered)?Collection(Page)?$/
const ITEMS = ['items', 'orderedItems', 'as:items', 'https://www.w3.org/ns/activitystreams#items']

/**
 * Mastodon and Misskey act on every item of a Collection at the root. The root stays in the list
 * when it is anything else besides, or when no item can be judged.
 */
function unroll(root: JsonObject): JsonReading {
  const types = [root.type, root['@type']].flat()
  const isCollection = (type: JsonValue | undefined) =>
    typeof type === 'string' && COLLECTION.test(type)
  if (!types.some(isCollection)) return { status: 'read', activities: [root], flags: [] }

  const items = ITEMS.flatMap((key) => asArray(root[key]))
  if (items.length > MAX_COLLECTION_ITEMS) {
    return refused(`a collection of more than ${MAX_COLLECTION_ITEMS} items`)
  }
  const objects = items.filter(isObject)
  const ids = items.filter((entry) => typeof entry === 'string')
  if (objects.length + ids.length < items.length) {
    return refused('a collection of something other than activities')
  }
  const activities = objects.map((entry) => withContextOf(root, entry))
  const onlyCollection = types.every((type) => type === undefined || isCollection(type))
  if (!onlyCollection || activities.length === 0) activities.push(root)
  return {
    status: 'read',
    activities,
    // An item that is only an id is nothing that we can judge: whoever reads it fetches it.
    flags: ids.length > 0 ? ['collection', 'collection-ids'] : ['collection'],
  }
}

function asArray(value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : [value as JsonValue]
}

function withContextOf(root: JsonObject, entry: JsonObject): JsonObject {
  if ('@context' in entry || root['@context'] === undefined) return entry
  return { '@context': root['@context'], ...entry }
}
