// What the API is given, checked at the door; what is wrong with it is said by name.
import type { z } from 'zod'

export function parseRequest<T extends z.ZodType>(schema: T, given: unknown): z.output<T> {
  const parsed = schema.safeParse(given ?? {})
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]!
  const keys = issue.code === 'unrecognized_keys' ? issue.keys : []
  const key = [...issue.path, ...keys].join('.') || 'body'
  throw Object.assign(new Error(`${key}: ${issue.message}`), { statusCode: 400 })
}
