// LD signatures cover RDF: a carrier may rewrite the JSON around it, as long as the statements stay the same.
import { isShown } from '../facts/silent-keys.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { isObject } from '../plain-keys.ts'
import { bundledUrl } from './contexts.ts'
import { expandOnce } from './expand.ts'

/**
 * True where a reader of plain keys reads what was signed: one context for the whole document, all of
 * it known; none of the words that receivers go by has another meaning in it, and nothing else means
 * the same. A carrier could otherwise have the author's `name` read as its `content`, or what it
 * replies to as a link that it posts, statement for statement the same.
 */
export async function meansWhatItSays(json: JsonObject): Promise<boolean> {
  const { '@context': context, proof: _, signature: __, ...members } = json
  if (context === undefined) return false
  const entries = [context].flat()
  const named = entries.filter((entry) => typeof entry === 'string')
  if (!named.every((url) => bundledUrl(url) === url)) return false
  const terms = entries.filter(isObject).flatMap((entry) => Object.entries(entry))
  if (!terms.every(([term, definition]) => isCalledWhatItIs(term, definition))) return false
  const prefixes = new Set(terms.filter(([, iri]) => isPrefix(iri)).map(([term]) => term))
  if (!isPlain(members, { values: 0, anonymous: 0, prefixes })) return false
  const [here, plain] = await Promise.all([
    expandOnce({ ...PROBE, '@context': context }),
    expandOnce({ ...PROBE, '@context': 'https://www.w3.org/ns/activitystreams' }),
  ])
  return JSON.stringify(here) === JSON.stringify(plain)
}

const TERM = /^[A-Za-z_][\w-]*$/
const DELIMITER = /[:/?#[\]@]/
const DEFINING = new Set(['@id', '@type', '@container'])
const CONTAINERS = new Set<JsonValue | undefined>([undefined, '@list', '@set', '@language'])

/** `"foo": "as:inReplyTo"` is not, and neither is anything that sets more than one term. */
function isCalledWhatItIs(term: string, definition: JsonValue | undefined): boolean {
  if (!TERM.test(term)) return false
  // A prefix is no word: neither a key that receivers know, nor, in capitals, a type.
  if (isPrefix(definition)) return isShown(term) && !WORDS.includes(term) && !/^[A-Z]/.test(term)
  const iri = isObject(definition) ? definition['@id'] : definition
  if (typeof iri !== 'string') return false
  if (isObject(definition) && !isPlainDefinition(definition)) return false
  if (iri.startsWith('@')) return iri === `@${term}` && /^(id|type)$/.test(term)
  return DELIMITER.test(iri) && localName(iri) === term
}

// JSON-LD 1.1 §4.2.2: only such a short definition is a prefix, unless another says `@prefix`.
function isPrefix(definition: JsonValue | undefined): boolean {
  return typeof definition === 'string' && DELIMITER.test(definition.slice(-1))
}

function isPlainDefinition(definition: JsonObject): boolean {
  const { '@type': type = '@id', '@container': container } = definition
  const isTyped = type === '@id' || (typeof type === 'string' && !type.startsWith('@'))
  const isKnown = Object.keys(definition).every((key) => DEFINING.has(key))
  return isKnown && isTyped && CONTAINERS.has(container)
}

function localName(iri: string): string {
  return iri.split(DELIMITER).at(-1)!
}

// Canonical RDF is dear where many nodes have no id and look alike.
const MAX_VALUES = 1_000
const MAX_ANONYMOUS = 100

interface Count {
  values: number
  anonymous: number
  readonly prefixes: ReadonlySet<string>
}

/** No second context, no ids that hold only inside the document, and not too much of it. */
function isPlain(value: JsonValue | undefined, count: Count): boolean {
  if (++count.values > MAX_VALUES) return false
  if (typeof value === 'string') return isPlainText(value, count.prefixes)
  if (Array.isArray(value)) return value.every((entry) => isPlain(entry, count))
  if (!isObject(value)) return true
  if (value.id === undefined && ++count.anonymous > MAX_ANONYMOUS) return false
  return Object.entries(value).every(([key, member]) => isPlainKey(key) && isPlain(member, count))
}

/** No blank node, and no IRI that the context would write out. */
function isPlainText(text: string, prefixes: ReadonlySet<string>): boolean {
  if (text.startsWith('_:')) return false
  const [, prefix = '', rest = ''] = /^([^\s:/?#]+):(\S*)$/.exec(text) ?? []
  return !prefixes.has(prefix) || rest.startsWith('//')
}

const KEYWORDS = new Set(['@id', '@type', '@value']) // `@set` would change a key and nothing else
// What Fedify writes out in full, where the actor's context has no term for it: all the actor's own.
const WRITTEN_OUT = new Set(['featured', 'featuredTags', 'assertionMethod', 'publicKeyMultibase'])

/** No word in another spelling: what is said in silence must not be read out, nor the other way round. */
function isPlainKey(key: string): boolean {
  if (key.startsWith('@')) return KEYWORDS.has(key)
  if (!DELIMITER.test(key)) return true
  const name = localName(key)
  return !WORDS.includes(name) && (isShown(name) || WRITTEN_OUT.has(name))
}

const WORDS = [
  'actor object target attributedTo to cc bto bcc audience inReplyTo context url href tag attachment',
  'icon image preview content name summary source mediaType published updated oneOf anyOf',
  'preferredUsername',
].flatMap((words) => words.split(' '))

const TYPES = [
  'Create Update Announce Delete Note Question Article Page Video Person Service Mention Link',
  'Document Image Collection',
].flatMap((types) => types.split(' '))

const PROBE: JsonObject = {
  id: 'https://probe.example/',
  type: TYPES,
  contentMap: { en: 'text' },
  nameMap: { en: 'text' },
  summaryMap: { en: 'text' },
  ...Object.fromEntries(WORDS.map((word) => [word, `https://probe.example/${word}`])),
}
