// Structured fields (RFC 8941) where malformed is an answer, not an exception.
import { ParseError } from 'structured-headers'

export function readStructured<T>(text: string, parse: (text: string) => T): T | undefined {
  try {
    return parse(text)
  } catch (fault) {
    if (fault instanceof ParseError) return undefined
    throw new Error('the structured fields parser failed', { cause: fault })
  }
}
