// Which request targets are inboxes, in every spelling that an instance or a proxy before it may route to one.

export type Target =
  | { readonly kind: 'inbox' }
  /** Under /sekisho/, in exactly that spelling: never forwarded. */
  | { readonly kind: 'own' }
  | { readonly kind: 'webfinger' }
  | { readonly kind: 'other' }
  | { readonly kind: 'refused'; readonly status: 400 | 404 | 405; readonly why: string }

/** The rest of US-ASCII would have to be percent-encoded; `#` never belongs to a target. */
const ORIGIN_FORM = /^\/[!"$-~]*$/
/** Paths that everybody reads alike, apart from case, doubled slashes and formats. */
const PLAIN = /^[\w\-.~@!$&'()*,=:/]*$/
const DOT_SEGMENT = /(?:^|\/)\.\.?(?:\/|$)/
/** `inbox`, `inbox.json`, `inbox=1`, but neither `inboxes` nor Misskey's `inbox-delayed`. */
const INBOX = /^(?:site_|shared_?)?inbox(?![\w-])/
const READS = /^(?:GET|HEAD|OPTIONS)$/
const NEVER_PASSED = /^(?:CONNECT|TRACE)$/
/** Proxies decode once, frameworks once more; nobody honest encodes deeper than that. */
const MAX_DECODINGS = 8

const OTHER: Target = { kind: 'other' }

export function classifyTarget(method: string, target: string): Target {
  if (!ORIGIN_FORM.test(target)) return refused(400, 'the target is no path of this server')
  const verb = method.toUpperCase()
  if (NEVER_PASSED.test(verb)) return refused(405, `${verb} is not served`)
  const path = target.split('?', 1)[0]!
  const isPlain = PLAIN.test(path) && !DOT_SEGMENT.test(path)
  if (isPlain && /^\/sekisho(?:\/|$)/.test(path)) return { kind: 'own' }
  if (path === '/.well-known/webfinger' && READS.test(verb)) return { kind: 'webfinger' }
  return isPlain ? classifyPlain(verb, path) : classifyObscure(verb, path)
}

/** A plain path has one reading: its last segment names the place, whatever the folder. */
function classifyPlain(verb: string, path: string): Target {
  const segments = path.toLowerCase().split('/')
  const last = segments.findLast((segment) => segment !== '' && !segment.startsWith('.'))
  return INBOX.test(last ?? '') ? inboxFor(verb) : OTHER
}

/** Encodings, dot segments, parameters and backslashes leave it open which segment is the last one: any counts. */
function classifyObscure(verb: string, path: string): Target {
  const meaning = canonicalise(path)
  if (meaning === undefined) {
    return verb === 'POST' ? refused(400, 'the path has no certain meaning') : OTHER
  }
  const segments = meaning.split(/[/\\?#;]/)
  return segments.some((segment) => INBOX.test(segment)) ? inboxFor(verb) : OTHER
}

function inboxFor(verb: string): Target {
  if (verb === 'POST') return { kind: 'inbox' }
  return READS.test(verb) ? OTHER : refused(405, 'an inbox takes POST')
}

/** Undefined for what readers end, skip or repair in different ways: controls, broken UTF-8, endless encodings. */
function canonicalise(path: string): string | undefined {
  let text = path
  for (let round = 0; round < MAX_DECODINGS; round += 1) {
    const decoded = decode(text)
    if (decoded === undefined || /\p{Cc}/u.test(decoded)) return undefined
    const folded = fold(decoded)
    if (folded === text) return text
    text = folded
  }
  return undefined
}

/** Width, ligatures, case, accents and invisible characters; and the blanks and plusses that are trimmed away. */
function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '')
    .toLowerCase()
    .replace(/(^|[/\\?#;])[\s+]+/g, '$1')
}

/** Percent-encoding, and the `%u0069` of older servers; undefined where the bytes are no UTF-8. */
function decode(text: string): string | undefined {
  const withoutU = text.replace(/%u([\da-f]{4})/gi, (_, hex) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  try {
    return withoutU.replace(/(?:%[\da-f]{2})+/gi, decodeURIComponent)
  } catch {
    return undefined
  }
}

function refused(status: 400 | 404 | 405, why: string): Target {
  return { kind: 'refused', status, why }
}
