// The configuration's JSON Schema: editors complete and check the operator's file with it, and tell what each key is for.
import { z } from 'zod'

type Json = { [key: string]: unknown }

interface Place {
  readonly path: readonly string[]
  /** What the shipped file says beside its keys, by `a.b`. */
  readonly comments: ReadonlyMap<string, string>
}

/** Every key may be left out: the shipped file has a value for it, or the start says what is missing. */
export function schemaForEditors(schema: z.ZodType, comments: Place['comments']): object {
  const whole = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Json
  return { title: 'Settings of Sekisho', ...loosen(whole, { path: [], comments }) }
}

function loosen({ required: _, properties, ...rest }: Json, place: Place): Json {
  const description = place.comments.get(place.path.join('.'))
  return {
    ...(description !== undefined && { description }),
    ...Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, deeper(value, place)])),
    ...(properties !== undefined && { properties: loosenEach(properties as Json, place) }),
  }
}

/** Names of keys are no words of the schema: one of them may be `required`. */
function loosenEach(properties: Json, { path, comments }: Place): Json {
  const each = Object.entries(properties)
  return Object.fromEntries(
    each.map(([name, value]) => [name, loosen(value as Json, { path: [...path, name], comments })]),
  )
}

/** Entries of lists and alternatives are described by their key. */
function deeper(value: unknown, place: Place): unknown {
  const nowhere = { ...place, comments: new Map<string, string>() }
  if (Array.isArray(value)) return value.map((each) => deeper(each, nowhere))
  const isObject = typeof value === 'object' && value !== null
  return isObject ? loosen(value as Json, nowhere) : value
}
