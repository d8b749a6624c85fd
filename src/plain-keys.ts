// ActivityStreams as plain JSON keys: one value or many, a string or an object, a prefix or none.
import type { JsonObject, JsonValue } from './json.ts'

/** The names of a JSON value's `type`, without a JSON-LD prefix. */
export function typesOf(object: JsonObject): readonly string[] {
  return [...stringsOf(object.type), ...stringsOf(object['@type'])].map(plainName)
}

/** `as:Note` and `https://www.w3.org/ns/activitystreams#Note` are Note. */
export function plainName(name: string): string {
  if (!name.includes(':')) return name // nearly always
  return name.replace(/^(?:as:|https?:\/\/www\.w3\.org\/ns\/activitystreams#)/, '')
}

export function stringsOf(value: JsonValue | undefined): readonly string[] {
  if (typeof value === 'string') return [value] // nearly always
  return asArray(value).filter((each) => typeof each === 'string')
}

export function objectsOf(value: JsonValue | undefined): readonly JsonObject[] {
  return asArray(value).filter((each) => isObject(each))
}

/** Strings, and the `id` or `href` of objects. */
export function referencesOf(value: JsonValue | undefined): readonly string[] {
  if (typeof value === 'string') return [value]
  return asArray(value).flatMap((each) =>
    isObject(each) ? [...stringsOf(each.id), ...stringsOf(each.href)] : stringsOf(each),
  )
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function asArray(value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : [value as JsonValue]
}
