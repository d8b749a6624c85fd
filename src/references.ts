// Whose words a delivery carries or points at: the hosts that a block must also cover.
import type { RawActivity } from './activity.ts'
import { domainOf } from './domains.ts'
import type { JsonObject } from './json.ts'
import { objectsOf, plainName, referencesOf, stringsOf, typesOf } from './plain-keys.ts'

const QUOTING = new Set(['quote', 'quoteUrl', 'quoteUri', '_misskey_quote'])
const AUTHORS = new Set(['attributedTo', 'actor'])
/** What would let a "content-free" activity show something after all. */
const CONTENT = new Set('content contentMap summary summaryMap name nameMap source'.split(' '))
const WITHOUT_CONTENT = new Set(['Delete', 'Undo', 'Reject', 'Move'])

/** Hosts of the object, its authors and what it quotes; a reply's target is no reference: people answer anybody. */
export function referencedDomains(raw: RawActivity): ReadonlySet<string> {
  const ids = [raw.objectId, ...raw.objects.flatMap(idsOf)]
  return new Set(ids.flatMap((id) => (id === undefined ? [] : (domainOf(id) ?? []))))
}

/** Delete, Undo, Reject and Move let earlier content vanish; they pass even from a blocked domain. */
export function isContentFree(raw: RawActivity): boolean {
  const { types, objects } = raw
  if (types.length === 0 || !types.every((type) => WITHOUT_CONTENT.has(type))) return false
  return [raw.json, ...objects].every((object) =>
    Object.keys(object).every((key) => !CONTENT.has(plainName(key))),
  )
}

/** What a post quotes, by id or address. */
export function quotedBy(post: JsonObject): readonly string[] {
  const tagged = objectsOf(post.tag).filter(isQuote)
  return [...pointed(post, QUOTING), ...tagged.flatMap((tag) => stringsOf(tag.href))]
}

/** Where a Move leads. */
export function moveTarget(raw: RawActivity): string | undefined {
  const { target } = raw.json
  return typeof target === 'string' ? domainOf(target) : undefined
}

function idsOf(object: JsonObject): readonly string[] {
  return [
    ...stringsOf(object.id),
    ...pointed(object, AUTHORS),
    ...quotedBy(object),
    ...stringsOf(object.object),
    ...objectsOf(object.object).flatMap(idsOf),
  ]
}

function pointed(object: JsonObject, names: ReadonlySet<string>): readonly string[] {
  const keys = Object.keys(object).filter((key) => names.has(plainName(key)))
  return keys.flatMap((key) => referencesOf(object[key]))
}

/** FEP-e232: a Link to an ActivityPub object, or called a quote; a link to a page quotes nobody. */
function isQuote(tag: JsonObject): boolean {
  if (!typesOf(tag).includes('Link')) return false
  const isNamed = stringsOf(tag.rel).some((rel) => rel.endsWith('#_misskey_quote'))
  return isNamed || stringsOf(tag.mediaType).some((type) => QUOTABLE.test(type))
}

const QUOTABLE = /^\s*application\/(?:activity\+json|ld\+json\s*;.*activitystreams)/i
