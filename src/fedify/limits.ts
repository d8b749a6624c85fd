// What Fedify is never given: documents whose reading costs out of proportion, or moves parts of them elsewhere.
import type { JsonObject, JsonValue } from '../json.ts'
import { isObject } from '../plain-keys.ts'

const LIMITS = {
  depth: 16,
  nodes: 4_000,
  /** Objects with a type: the dear part, each becomes an instance of a class. */
  objects: 120,
  mentions: 64,
  /** In all arrays together: references become URLs, and dates become instants, one by one. */
  elements: 1_000,
  contexts: 6,
  entries: 12,
  /** In all inline contexts together. */
  terms: 200,
  /** In all `contentMap`, `nameMap`, … together: each becomes a locale, 20 µs. */
  languages: 100,
}

/** Why this is not for Fedify, or undefined. The recursion ends where the depth does. */
export function beyondJsonLdLimits(json: JsonObject): string | undefined {
  const count = {
    nodes: 0,
    objects: 0,
    mentions: 0,
    contexts: 0,
    terms: 0,
    dear: 0,
    languages: 0,
    elements: 0,
  }
  return whyOfValue(json, 1, count)
}

type Counted =
  | 'nodes'
  | 'objects'
  | 'mentions'
  | 'contexts'
  | 'terms'
  | 'dear'
  | 'languages'
  | 'elements'
type Count = Record<Counted, number>
type Why = string | undefined

const MENTION = /^(as:|https:\/\/www\.w3\.org\/ns\/activitystreams#)?Mention$/
const MOVING = new Set(['@graph', '@included', '@reverse', '@nest', '@index', '@json'])
// Its 2,900 terms are worked through anew wherever it is named.
const DEAR_CONTEXT = /^https?:\/\/schema\.org\/?$/

function whyOfValue(value: JsonValue | undefined, depth: number, count: Count): Why {
  count.nodes++
  if (count.nodes > LIMITS.nodes) return `more than ${LIMITS.nodes} values`
  if (typeof value !== 'object' || value === null) return undefined
  if (depth > LIMITS.depth) return `more than ${LIMITS.depth} levels`
  if (isObject(value)) return whyOfObject(value, depth, count)
  count.elements += value.length
  if (count.elements > LIMITS.elements) return `more than ${LIMITS.elements} elements in arrays`
  return firstOf(value as readonly JsonValue[], (entry) => whyOfValue(entry, depth + 1, count))
}

function whyOfObject(object: JsonObject, depth: number, count: Count): Why {
  const types = [object.type, object['@type']].flat().filter((type) => typeof type === 'string')
  if (types.length > 0) count.objects++
  if (types.some((type) => MENTION.test(type))) count.mentions++
  if (count.objects > LIMITS.objects) return `more than ${LIMITS.objects} objects`
  if (count.mentions > LIMITS.mentions) return `more than ${LIMITS.mentions} mentions`
  return firstOf(Object.keys(object), (key) => {
    if (key === '@context') return whyOfContext(object[key], count)
    if (MOVING.has(key)) return `${key} in the document`
    if (key.endsWith('Map')) count.languages += Object.keys(object[key] ?? {}).length
    if (count.languages > LIMITS.languages) return `more than ${LIMITS.languages} languages`
    return whyOfValue(object[key], depth + 1, count)
  })
}

function whyOfContext(context: JsonValue | undefined, count: Count): Why {
  count.contexts++
  if (count.contexts > LIMITS.contexts) return `more than ${LIMITS.contexts} contexts`
  const entries = Array.isArray(context) ? (context as readonly JsonValue[]) : [context]
  if (entries.length > LIMITS.entries) return `more than ${LIMITS.entries} entries in a context`
  return firstOf(entries, (entry) => {
    if (isObject(entry)) return whyOfInlineContext(entry, count)
    if (typeof entry === 'string' && DEAR_CONTEXT.test(entry)) count.dear++
    if (count.dear > 1) return 'the same big context again'
    return typeof entry === 'string' || entry === null ? undefined : 'a malformed context'
  })
}

function whyOfInlineContext(context: JsonObject, count: Count): Why {
  const terms = Object.keys(context)
  count.terms += terms.length
  if (count.terms > LIMITS.terms) return `more than ${LIMITS.terms} terms`
  const scoping = ['@import', '@propagate', '@context'].find((key) => key in context)
  if (scoping) return `${scoping} in a context`
  return firstOf(terms, (term) => whyOfTerm(term, context[term]))
}

function whyOfTerm(term: string, definition: JsonValue | undefined): Why {
  const target = isObject(definition) ? definition['@id'] : definition
  // Objects are counted by their `type`.
  if (target === '@type' && term !== 'type') return 'another name for @type'
  if (!isObject(definition)) return movedBy(definition)
  if ('@context' in definition) return 'a context inside a term'
  if ('@reverse' in definition) return '@reverse in a context'
  const targets = Object.values(definition).flat()
  if (targets.includes('@language') && !term.endsWith('Map'))
    return 'a language map by another name'
  return firstOf(targets, movedBy)
}

function movedBy(target: JsonValue | undefined): Why {
  return typeof target === 'string' && MOVING.has(target) ? `${target} in a context` : undefined
}

function firstOf<T>(list: readonly T[], why: (entry: T) => Why): Why {
  for (const entry of list) {
    const found = why(entry)
    if (found) return found
  }
  return undefined
}
