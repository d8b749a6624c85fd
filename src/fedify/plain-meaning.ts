// LD signatures cover RDF: a carrier may rewrite the JSON around it, as long as the statements stay the same.

import type { JsonObject, JsonValue } from '../json.ts'
import { isObject } from '../plain-keys.ts'
import { bundledUrl } from './contexts.ts'
import { expandOnce } from './expand.ts'

/**
 * True where a reader of plain keys reads what was signed: one context for the whole document, all
 * of it known, and none of the words that receivers go by has another meaning in it. A carrier could
 * otherwise have the author's `name` read as its `content`, statement for statement the same.
 */
export async function meansWhatItSays(json: JsonObject): Promise<boolean> {
  const { '@context': context, proof: _, signature: __, ...members } = json
  if (context === undefined || !isPlain(members, { values: 0, anonymous: 0 })) return false
  const named = [context].flat().filter((entry) => typeof entry === 'string')
  if (!named.every((url) => bundledUrl(url) === url)) return false
  const [here, plain] = await Promise.all([
    expandOnce({ ...PROBE, '@context': context }),
    expandOnce({ ...PROBE, '@context': 'https://www.w3.org/ns/activitystreams' }),
  ])
  return JSON.stringify(here) === JSON.stringify(plain)
}

// Canonical RDF is dear where many nodes have no id and look alike.
const MAX_VALUES = 1_000
const MAX_ANONYMOUS = 100

/** No second context, no ids that hold only inside the document, and not too much of it. */
function isPlain(
  value: JsonValue | undefined,
  count: { values: number; anonymous: number },
): boolean {
  if (++count.values > MAX_VALUES) return false
  if (typeof value === 'string') return !value.startsWith('_:')
  if (Array.isArray(value)) return value.every((entry) => isPlain(entry, count))
  if (!isObject(value)) return true
  if (value.id === undefined && ++count.anonymous > MAX_ANONYMOUS) return false
  return !('@context' in value) && Object.values(value).every((member) => isPlain(member, count))
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
