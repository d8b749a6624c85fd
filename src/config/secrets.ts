// What nobody who looks over a shoulder, or reads a pasted listing, should learn.

const MASK = '***'
const SECRET = /(?:^|\.)(?:token|password|secret)$/

export function masked(key: string, value: unknown): unknown {
  if (SECRET.test(key)) return value === '' ? '' : MASK
  return typeof value === 'string' ? withoutPassword(value) : value
}

/** Of a URL such as redis://user:password@host. */
export function withoutPassword(text: string): string {
  return text.replace(/^([a-z+]+:\/\/[^/?#@]*:)[^/?#]*@/i, `$1${MASK}@`)
}
