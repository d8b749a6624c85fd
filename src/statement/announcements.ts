// The operator's dated announcements: one Markdown file, its entries begun by headings such as `## 2026-02-20 A title`.
import type { Token, Tokens } from 'marked'
import type { Html } from './html.ts'
import { blocksToHtml, inlineToHtml, readMarkdown } from './markdown.ts'

export interface Announcement {
  /** YYYY-MM-DD */
  readonly date: string
  readonly title: Html
  readonly body: Html
}

const DATED = /^(\d{4}-\d{2}-\d{2})(?:[\s:：、・–—-]+|$)/u

/** Latest first; of one day as they stand. What comes before the first dated heading is nobody's announcement. */
export function readAnnouncements(text: string): readonly Announcement[] {
  const entries: { date: string; heading: Tokens.Heading; tokens: Token[] }[] = []
  for (const token of readMarkdown(text)) {
    const date = dateOf(token)
    if (date === undefined) entries.at(-1)?.tokens.push(token)
    else entries.push({ date, heading: token as Tokens.Heading, tokens: [] })
  }
  return entries
    .toSorted((one, other) => (one.date < other.date ? 1 : one.date > other.date ? -1 : 0))
    .map(({ date, heading, tokens }) => ({
      date,
      title: inlineToHtml(withoutDate(heading.tokens)),
      body: blocksToHtml(tokens),
    }))
}

export interface Misdated {
  /** From 1. */
  readonly line: number
  readonly heading: string
}

/** Headings that were meant to be dated, and begin nothing: there is no 31 February, and a month has two digits. */
export function misdatedIn(text: string): readonly Misdated[] {
  const misdated: Misdated[] = []
  let line = 1
  for (const token of readMarkdown(text)) {
    if (isMisdated(token)) misdated.push({ line, heading: token.text })
    line += token.raw.split('\n').length - 1
  }
  return misdated
}

function isMisdated(token: Token): token is Tokens.Heading {
  if (token.type !== 'heading' || dateOf(token) !== undefined) return false
  return token.depth === 2 && /^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)/.test(token.text)
}

function dateOf(token: Token): string | undefined {
  if (token.type !== 'heading' || token.depth !== 2) return undefined
  const date = DATED.exec(token.text)?.[1]
  return date !== undefined && isDay(date) ? date : undefined
}

/** There is no 30 February. */
function isDay(date: string): boolean {
  const at = new Date(`${date}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(date)
}

function withoutDate([first, ...rest]: readonly Token[]): readonly Token[] {
  if (first?.type !== 'text') return rest
  return [{ ...first, text: first.text.replace(DATED, '') } as Token, ...rest]
}
