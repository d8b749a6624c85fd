// Reading what strangers publish of themselves: wrong types are nothing, numbers and texts have bounds.
import type { JsonValue } from '../json.ts'
import { isObject } from '../plain-keys.ts'
import { printable } from '../printable.ts'
import type { Description } from './description.ts'

const MAX_COUNT = 1_000_000_000 // more than all people of the fediverse: no sum of it overflows
const MAX_TEXT = 64

type Fields = { readonly [K in keyof Description]: Description[K] | undefined }

/** Without what is not said. */
export function described(fields: Fields): Description {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

/** Of two that say the same the later is believed. */
export function joined(parts: readonly Description[]): Description {
  const { activeUsers, ...rest }: Description = Object.assign({}, ...parts)
  // Mastodon says 0 where federation is limited, whatever the number is.
  const isHidden = activeUsers === undefined || (activeUsers === 0 && rest.positiveList)
  return isHidden ? rest : { ...rest, activeUsers }
}

export function memberOf(json: JsonValue | undefined, ...path: string[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>(
    (within, key) => (isObject(within) ? within[key] : undefined),
    json,
  )
}

/** A non-negative integer within bounds. */
export function countOf(value: JsonValue | undefined): number | undefined {
  if (typeof value !== 'number' || Number.isNaN(value)) return undefined
  return Math.min(Math.max(Math.trunc(value), 0), MAX_COUNT)
}

export function flagOf(value: JsonValue | undefined): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined
}

/** On one line and short. */
export function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? printable(value, MAX_TEXT) : undefined
}

/** Is anything there: a text, a member, an element? */
export function hasContent(value: JsonValue | undefined): boolean {
  if (typeof value === 'string') return value.trim() !== ''
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0
}

export function entriesOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : []
}
