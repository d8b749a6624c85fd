// Every URL in texts and in places made for URLs, in one canonical spelling; plain ones and, as such, disguised ones.

import type { Link } from './facts.ts'
import { findUrls, spellings, weightOf } from './links/bare-urls.ts'
import { disguisesIn } from './links/disguises.ts'
import type { Reading } from './links/gaps.ts'
import { isMarkup, type Markup, type MarkupReader, markupOnce } from './links/markup.ts'
import { isShortener } from './links/shorteners.ts'

export interface LinkSources {
  readonly texts: readonly { readonly at: string; readonly text: string }[]
  readonly urls: readonly { readonly at: string; readonly url: string }[]
  /** Where others read the same texts. */
  readonly read?: MarkupReader
}

export interface Links {
  /** The plain ones first. */
  readonly links: readonly Link[]
  /** There were more candidates than are read. */
  readonly capped: boolean
}

/** Several times what the longest honest post has. Texts, places and disguises have as many each: none uses up another's. */
const MAX_CANDIDATES = 1_500
const EFFORT = 50 // of reading a candidate, in steps towards a disguised one
const MAX_URL = 2_048 // no host and no path prefix needs more

export function linksIn({ texts, urls, read = markupOnce() }: LinkSources): Links {
  const found: Found = { plain: new Map(), disguised: new Map(), seen: new Set() }
  const budget: Budget = { read, left: MAX_CANDIDATES, capped: false }
  for (const { at, text } of texts) {
    for (const candidate of candidatesIn(text, budget)) takePlain(found, candidate, at)
    budget.capped ||= budget.left <= 0
    if (budget.capped) break
  }
  const places = urls.slice(0, MAX_CANDIDATES).map(({ at, url }) => ({ at, text: url }))
  for (const { at, text } of places) takePlain(found, text, at)
  const hasMore = [texts, places].map((sources) => takeDisguised(found, sources, read))
  const capped = budget.capped || urls.length > MAX_CANDIDATES || hasMore.includes(true)
  return { links: [...found.plain.values(), ...found.disguised.values()], capped }
}

/** Reads a URL as a browser does, with a scheme or without; undefined for what leads to no web page. */
export function canonicalUrl(
  text: string,
): { readonly href: string; readonly host: string } | undefined {
  const written = text.slice(0, MAX_URL).replace(/^[\s\\/]+|[\t\r\n]+/g, '')
  const hasScheme = /^https?:/i.test(written)
  if (!hasScheme && /^[a-z][a-z0-9+.-]*:\/\//i.test(written)) return undefined
  const url = URL.parse(hasScheme ? written : `https://${written}`)
  if (!url || url.hostname === '') return undefined
  // ASCII and lower case by now; `a_b.example` is no name by RFC 952, but it resolves.
  const host = url.hostname.replace(/\.+$/, '')
  const port = url.port === '' ? '' : `:${url.port}`
  const path = decodeUnreserved(url.pathname).replace(/\/{2,}/g, '/')
  return { href: `${url.protocol}//${host}${port}${path}${url.search}${url.hash}`, host }
}

function linkOf(text: string, at: string): Link | undefined {
  const canonical = canonicalUrl(text)
  if (!canonical) return undefined
  const link = { text, ...canonical, at }
  return isShortener(canonical.host) ? { ...link, shortener: true } : link
}

interface Found {
  readonly plain: Map<string, Link>
  readonly disguised: Map<string, Link>
  /** What was taken already; as a doubtful disguise, with a mark. */
  readonly seen: Set<string>
}

function takePlain({ plain, seen }: Found, spelling: string, at: string): void {
  if (seen.has(spelling)) return
  seen.add(spelling)
  const link = linkOf(spelling, at)
  if (link && !plain.has(link.href)) plain.set(link.href, link)
}

/** True where there was more than is read. */
function takeDisguised(found: Found, sources: LinkSources['texts'], read: MarkupReader): boolean {
  const effort = { left: MAX_CANDIDATES * EFFORT }
  for (const { at, text } of sources) {
    for (const reading of disguisesIn(text, { read, effort })) {
      effort.left -= takeReading(found, reading, at)
      if (effort.left < 0) return true
    }
  }
  return effort.left < 0
}

/** The effort that it took: ordinary posts have the same links in several readings, and these cost next to none. */
function takeReading(found: Found, reading: Reading, at: string): number {
  const { url, doubtful } = reading
  const key = doubtful ? `${url} ?` : url
  if (found.seen.has(url) || found.seen.has(key)) return 1
  for (const spelling of spellings(url)) addDisguise(found, { url: spelling, doubtful }, at)
  found.seen.add(key)
  return EFFORT * weightOf(url)
}

function addDisguise({ plain, disguised, seen }: Found, { url, doubtful }: Reading, at: string) {
  const link = seen.has(url) ? undefined : linkOf(url, at)
  if (!link || plain.has(link.href)) return
  const known = disguised.get(link.href)
  if (known && (!known.doubtful || doubtful)) return
  disguised.set(link.href, { ...link, role: 'disguise', ...(doubtful && { doubtful }) })
}

/** What is left to read of all texts together. */
interface Budget {
  readonly read: MarkupReader
  left: number
  capped: boolean
}

function* candidatesIn(text: string, budget: Budget): Generator<string> {
  const seen = new Set<string>()
  for (const found of readingsOf(text, budget)) {
    if (seen.has(found)) continue
    seen.add(found)
    budget.left -= weightOf(found)
    yield* spellings(found)
  }
}

/** Each reading finds what it finds. */
function* readingsOf(text: string, budget: Budget): Generator<string> {
  yield* inRunningText(text, budget)
  if (!isMarkup(text)) return
  const markup = budget.read(text)
  yield* inMarkup(markup, budget)
  // Escaped markup is markup for whoever unescapes twice.
  if (markup.joined !== text && isMarkup(markup.joined))
    yield* inMarkup(budget.read(markup.joined), budget)
}

function* inMarkup(markup: Markup, budget: Budget): Generator<string> {
  yield* inRunningText(markup.joined, budget)
  if (markup.separated !== markup.joined) yield* inRunningText(markup.separated, budget)
  const others: string[] = []
  for (const value of markup.attributes) {
    // `//host`, `https:host` and spaces lead somewhere in an attribute only.
    if (!/^\s*(?:https?:|[\\/]{2})/i.test(value)) others.push(value)
    else if (budget.left > 0) yield value
    else budget.capped = true
  }
  yield* inRunningText(others.join('\n'), budget)
}

function* inRunningText(text: string, budget: Budget): Generator<string> {
  const { spans, capped } = findUrls(text, Math.max(0, budget.left))
  budget.capped ||= capped
  for (const span of spans) yield span.text
}

function decodeUnreserved(path: string): string {
  if (!path.includes('%')) return path
  return path.replace(/%[2-7][0-9a-f]/gi, (triplet) => {
    const character = String.fromCharCode(Number.parseInt(triplet.slice(1), 16))
    return /[\w.~-]/.test(character) ? character : triplet
  })
}
