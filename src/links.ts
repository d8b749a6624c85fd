// Every URL in texts and in places made for URLs, in one canonical spelling.

import type { Link } from './facts.ts'
import { findUrls, spellings, weightOf } from './links/bare-urls.ts'
import { isMarkup, type Markup, type MarkupReader, markupOnce } from './links/markup.ts'

export interface LinkSources {
  readonly texts: readonly { readonly at: string; readonly text: string }[]
  readonly urls: readonly { readonly at: string; readonly url: string }[]
  /** Where others read the same texts. */
  readonly read?: MarkupReader
}

export interface Links {
  readonly links: readonly Link[]
  /** There were more candidates than are read. */
  readonly capped: boolean
}

/** Several times what the longest honest post has. Texts and places each have as many: neither uses up the other's. */
const MAX_CANDIDATES = 3_000
const MAX_URL = 2_048 // no host and no path prefix needs more

export function linksIn({ texts, urls, read = markupOnce() }: LinkSources): Links {
  const links = new Map<string, Link>()
  const take = (text: string, at: string) => {
    const canonical = canonicalUrl(text)
    if (!canonical || links.has(canonical.href)) return
    links.set(canonical.href, { text, ...canonical, at })
  }
  const budget: Budget = { read, left: MAX_CANDIDATES, capped: false }
  for (const { at, text } of texts) {
    for (const candidate of candidatesIn(text, budget)) take(candidate, at)
    budget.capped ||= budget.left <= 0
    if (budget.capped) break
  }
  for (const { at, url } of urls.slice(0, MAX_CANDIDATES)) take(url, at)
  const capped = budget.capped || urls.length > MAX_CANDIDATES
  return { links: [...links.values()], capped }
}

/** Reads a URL as a browser does, with a scheme or without; undefined for what leads to no web page. */
export function canonicalUrl(
  text: string,
): { readonly href: string; readonly host: string } | undefined {
  const written = text.slice(0, MAX_URL).replace(/^[\s\\/]+/, '')
  const url = URL.parse(/^https?:/i.test(written) ? written : `https://${written}`)
  if (!url || url.hostname === '') return undefined
  // ASCII and lower case by now; `a_b.example` is no name by RFC 952, but it resolves.
  const host = url.hostname.replace(/\.$/, '')
  const port = url.port === '' ? '' : `:${url.port}`
  const path = decodeUnreserved(url.pathname).replace(/\/{2,}/g, '/')
  return { href: `${url.protocol}//${host}${port}${path}${url.search}${url.hash}`, host }
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

/** Each reading finds what it finds; a disguise to see through is one more reading. */
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
