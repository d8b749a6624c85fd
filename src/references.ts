// Whose words a delivery carries or points at: the hosts that a block must also cover.
import type { RawActivity } from './activity.ts'
import { domainOf } from './domains.ts'
import type { JsonObject, JsonValue } from './json.ts'

const QUOTES = ['quote', 'quoteUrl', 'quoteUri', '_misskey_quote', 'as:quoteUrl']
const AUTHORS = ['attributedTo', 'actor']
/** What would let a "content-free" activity show something after all. */
const CONTENT = ['content', 'contentMap', 'summary', 'summaryMap', 'name', 'nameMap', 'source']
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
  return [raw.json, ...objects].every((object) => CONTENT.every((key) => object[key] === undefined))
}

/** Where a Move leads. */
export function moveTarget(raw: RawActivity): string | undefined {
  const { target } = raw.json
  return typeof target === 'string' ? domainOf(target) : undefined
}

function idsOf(object: JsonObject): readonly (string | undefined)[] {
  const inner = object.object
  return [
    text(object.id),
    ...[...QUOTES, ...AUTHORS].flatMap((key) => references(object[key])),
    ...(isObject(inner) ? idsOf(inner) : references(inner)),
  ]
}

function references(value: JsonValue | undefined): readonly string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap((each) => references(each))
  return isObject(value) && typeof value.id === 'string' ? [value.id] : []
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function text(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}
