// URLs in running text, with a scheme and without one. Linear: every character is looked at a bounded number of times.

export interface UrlSpan {
  readonly start: number
  readonly end: number
  readonly text: string
}

export interface UrlSpans {
  readonly spans: readonly UrlSpan[]
  /** There was more than `max`. */
  readonly capped: boolean
}

const MAX_HOST = 253 // RFC 1035 §2.3.4
const SCHEME = /https?:[\\/]{1,8}/gi
/** What no URL in running text contains ends it, quotation marks and brackets of CJK text included. */
const BODY = /[^\s<>"`{}|^[\]\p{Cc}「」『』【】《》（）“”‘’]{1,2048}/uy
const TAIL = new Set(".,;:!?'*_~…。、，．！？")
// Top-level domains in other scripts need a scheme: sentences without spaces look just like them.
const HOST_NAME = /^[^.]+(?:\.[^.]+)*\.(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$/i

/** In the order of the text; of a weight of `max` with a scheme, and of `max` without. */
export function findUrls(text: string, max: number): UrlSpans {
  const withScheme = findWithScheme(text, max)
  const without = findWithout(text, withScheme.spans, max)
  const spans = [...withScheme.spans, ...without.spans].sort((a, b) => a.start - b.start)
  return { spans, capped: withScheme.capped || without.capped }
}

/** `spam.example/xを見て`: the whole, and the ASCII beginning that another script runs on from. */
export function spellings(url: string): readonly string[] {
  const dot = url.search(/\.[a-z0-9-]{2}/i)
  const runOn = dot < 0 ? -1 : url.slice(dot).search(/[^\0-\x7f]/)
  return runOn < 0 ? [url] : [url, trimTail(url.slice(0, dot + runOn))]
}

/** Long ones cost more to read, and they overlap: `https://a/https://b/https://…`. */
export function weightOf(url: string): number {
  return 1 + (url.length >> 6)
}

function findWithScheme(text: string, max: number): UrlSpans {
  const spans: UrlSpan[] = []
  let weight = 0
  for (const { index } of text.matchAll(SCHEME)) {
    if (weight >= max) return { spans, capped: true }
    const url = bodyAt(text, index)
    weight += weightOf(url)
    spans.push({ start: index, end: index + url.length, text: url })
  }
  return { spans, capped: false }
}

function findWithout(text: string, taken: readonly UrlSpan[], max: number): UrlSpans {
  const spans: UrlSpan[] = []
  let weight = 0
  let next = 0
  let from = 0
  for (const { index: dot } of text.matchAll(/\.(?=[a-z0-9-]{2})/gi)) {
    while (next < taken.length && taken[next]!.start < dot) {
      from = Math.max(from, taken[next]!.end)
      next++
    }
    if (dot < from) continue
    if (weight >= max) return { spans, capped: true }
    const span = spanAround(text, dot, from)
    weight += weightOf(span.text)
    from = span.end
    if (span.text !== '') spans.push(span)
  }
  return { spans, capped: false }
}

/** The host that the dot is in, with its path; an empty text where it is none. */
function spanAround(text: string, dot: number, from: number): UrlSpan {
  let start = dot
  while (start > from && dot - start < MAX_HOST && isHost(text.charCodeAt(start - 1))) start--
  while (start < dot && text[start] === '.') start++
  let end = dot + 1
  while (end - start < MAX_HOST && isHost(text.charCodeAt(end))) end++
  const url = readHost(text, start, end)
  return { start, end: Math.max(end, start + url.length), text: url }
}

function readHost(text: string, start: number, end: number): string {
  const host = text.slice(start, end).replace(/\.$/, '')
  if (!HOST_NAME.test(spellings(host).at(-1)!)) return ''
  if (/^(?:[/?#]|:\d)/.test(text.slice(end, end + 2))) return bodyAt(text, start)
  // `@bob@spam.example` names a person; with a path it would not.
  return text[start - 1] === '@' || text[end] === '@' ? '' : host
}

function bodyAt(text: string, start: number): string {
  BODY.lastIndex = start
  const body = BODY.exec(text)?.[0] ?? ''
  return trimTail(body.slice(0, balancedLength(body)))
}

/** Markdown and prose put URLs in parentheses; some URLs have their own. */
function balancedLength(body: string): number {
  let open = 0
  for (let at = 0; at < body.length; at++) {
    if (body[at] === '(') open++
    if (body[at] === ')' && --open < 0) return at
  }
  return body.length
}

function trimTail(url: string): string {
  let end = url.length
  while (end > 0 && TAIL.has(url[end - 1]!)) end--
  return url.slice(0, end)
}

function isHost(code: number): boolean {
  if (code >= 0x80) return isForeignLetter(code)
  const lower = code | 0x20
  const isLetter = lower >= 0x61 && lower <= 0x7a
  return isLetter || (code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x2e
}

/** Letters and digits of any script, roughly: no punctuation, symbols, full-width signs or emoji. */
function isForeignLetter(code: number): boolean {
  if (code < 0xc0 || (code >= 0x2000 && code < 0x2c00)) return false
  if (code >= 0x3000 && code <= 0x3020) return code >= 0x3005 && code <= 0x3007
  if (code >= 0xd800 && code <= 0xdfff) return false
  return code < 0xff00 || (code > 0xff65 && code < 0xffe0)
}
