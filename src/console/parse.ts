// What the API is given, checked at the door; what is wrong with it is said by name.
import { z } from 'zod'
import { plainWords } from '../config/complaints.ts'

/** `next` of blocks and notices: a place in the order of adding. */
export const placeBefore = z.string().regex(/^\d{1,15}$/, 'is not the `next` of an earlier answer')

export function parseRequest<T extends z.ZodType>(schema: T, given: unknown): z.output<T> {
  const checked = checkRequest(schema, given)
  if (checked.error) throw checked.error
  return checked.value
}

type Checked<T extends z.ZodType> =
  | { readonly value: z.output<T>; readonly error?: never }
  | { readonly error: Error; readonly value?: never }

/** The error has the status 400. */
export function checkRequest<T extends z.ZodType>(schema: T, given: unknown): Checked<T> {
  const parsed = schema.safeParse(given ?? {}, { error: plainWords })
  if (parsed.success) return { value: parsed.data }
  const issue = parsed.error.issues[0]!
  const [strange] = issue.code === 'unrecognized_keys' ? issue.keys : []
  const key = [...issue.path, ...(strange === undefined ? [] : [strange])].join('.') || 'body'
  const what = strange === undefined ? issue.message : 'is no key here'
  return { error: Object.assign(new Error(`${key}: ${what}`), { statusCode: 400 }) }
}

/** A record that a damaged disk has left unreadable must not keep the others from being read: it is counted. */
export function parseRecord<Kept>(json: string, onFault: (what: string) => void): Kept | undefined {
  try {
    return JSON.parse(json) as Kept
  } catch {
    onFault('record-unreadable')
    return undefined
  }
}
