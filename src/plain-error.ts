// An error as the log may show it: what libraries hang on theirs (commands with passwords, requests, documents) stays out.
import { withoutPasswords } from './config/secrets.ts'

interface PlainError {
  readonly type: string
  readonly message: string
  readonly code?: string
  readonly stack?: string
}

const MAX_CAUSES = 5
const MAX_TEXT = 2_000
/** So much more that no password is cut before the `@` that gives it away. */
const MAX_READ = 20_000

export function plainError(fault: unknown): PlainError | string {
  if (!(fault instanceof Error)) return `${typeof fault} was thrown`
  const chain = causesOf(fault)
  const stack = chain.map((each) => textOf(each.stack ?? each.message)).join('\ncaused by: ')
  const message = chain.map((each) => textOf(each.message)).join(': ')
  const { code } = fault as { code?: unknown }
  return { type: fault.name, message, ...(typeof code === 'string' && { code }), stack }
}

function causesOf(fault: Error): Error[] {
  const chain = [fault]
  for (
    let next = fault.cause;
    next instanceof Error && chain.length < MAX_CAUSES;
    next = next.cause
  ) {
    chain.push(next)
  }
  return chain
}

function textOf(text: string): string {
  // Node quotes what it could not parse: a stranger's words, or a line of a file with a key in it.
  const unquoted = text
    .slice(0, MAX_READ)
    .replace(/,? (?:\.{3})?"[\s\S]*?"(?:\.{3})? is not valid JSON/g, ' in what is no JSON')
  const plain = withoutPasswords(unquoted)
  return plain.length > MAX_TEXT ? `${plain.slice(0, MAX_TEXT)}…` : plain
}
