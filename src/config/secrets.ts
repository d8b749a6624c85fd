// What nobody who looks over a shoulder, or reads a pasted listing or a log, should learn. Where it cannot be told
// which part of a URL is secret, too much is masked rather than too little.

const MASK = '***'
const SECRET_KEY =
  /(?:tokens?|passwords?|passwd|passphrases?|secrets?|credentials?|api_?keys?|private_?keys?)$/i
const QUERY_NAME =
  '([?&;#][\\w.%-]{0,60}(?:token|password|passwd|secret|credential|api_?key)[\\w.%-]{0,60}=)'
const SECRET_IN_QUERY = new RegExp(`${QUERY_NAME}.+`, 'is')
const SECRETS_IN_QUERIES = new RegExp(`${QUERY_NAME}\\S+`, 'gi')
const URL_ALONE = /^\s*(?<scheme>[a-z][a-z0-9+.-]{0,30}):\/\/(?<rest>.*)$/is
const URLS = /(?<scheme>[a-z][a-z0-9+.-]{0,30}):\/\/(?<rest>\S*)/gi
/** `host:port,host:port`, and what may follow. */
const HOSTS =
  /^(?:\[[\da-f:.]+\]|[^\s:/?#@,]+)(?::\d{1,5})?(?:,[^\s:/?#@,]+(?::\d{1,5})?)*(?:\/|$)/i
/** Behind such a host an `@` is no login's: https://social.example/@alice. */
const WEB_HOST = /^(?:localhost|\[[\da-f:.]+\]|[^\s:/?#@]+\.[^\s:/?#@]+)(?::\d{1,5})?[/?#]/i

/** A value of the configuration, whatever it holds. */
export function masked(key: string, value: unknown, above: readonly object[] = []): unknown {
  if (SECRET_KEY.test(key)) return value === '' || value === null ? value : MASK
  if (typeof value === 'string') return withoutPassword(value)
  if (typeof value !== 'object' || value === null) return value
  if (above.includes(value)) return '…' // YAML may refer to what is around it
  const here = [...above, value]
  if (Array.isArray(value)) return value.map((each) => masked('', each, here))
  const entries = Object.entries(value)
  return Object.fromEntries(
    entries.map(([name, each]) => [withoutPassword(name), masked(name, each, here)]),
  )
}

/** Of a URL such as redis://user:password@host, to its end: it may hold spaces. */
export function withoutPassword(text: string): string {
  const { scheme, rest } = URL_ALONE.exec(text)?.groups ?? {}
  return scheme === undefined ? withoutPasswords(text) : `${scheme}://${shown(scheme, rest!)}`
}

/** Of all URLs among other words; there each ends with the word. */
export function withoutPasswords(text: string): string {
  return text
    .replace(URLS, (_, scheme: string, rest: string) => `${scheme}://${shown(scheme, rest)}`)
    .replace(SECRETS_IN_QUERIES, `$1${MASK}`)
}

/** What may be seen of the part behind `scheme://`. */
function shown(scheme: string, rest: string): string {
  const query = rest.search(SECRET_IN_QUERY)
  if (query < 0) return withoutLogin(scheme, rest)
  const front = rest.slice(0, query)
  const behind = rest.slice(query)
  // It may be the password itself that looks like the beginning of a query.
  if (behind.includes('@') && !front.includes('@') && !HOSTS.test(front)) return MASK
  return withoutLogin(scheme, front) + behind.replace(SECRET_IN_QUERY, `$1${MASK}`)
}

function withoutLogin(scheme: string, rest: string): string {
  const at = rest.lastIndexOf('@')
  if (at < 0) return rest
  if (isPath(scheme, rest)) return rest
  const user = /^rediss?(?:\+|$)/i.test(scheme) ? (/^[^:/?#@]*:(?!@)/.exec(rest)?.[0] ?? '') : ''
  return `${user}${MASK}${rest.slice(at)}`
}

/** What holds an `@`; with a second URL in it, that may have the login. */
function isPath(scheme: string, rest: string): boolean {
  if (rest.includes('://')) return false
  return /^file$/i.test(scheme) || (/^(?:https?|wss?)$/i.test(scheme) && WEB_HOST.test(rest))
}
