// URLs whose parts stand apart: `discord . gg / abc`, broken by line ends, l e t t e r s p a c e d.
// Linear: from each gap some hundred characters are read to either side.
import { findUrls } from './bare-urls.ts'
import { unmask, withoutMarks } from './unmask.ts'

export interface Reading {
  readonly url: string
  /**
   * Parts stand apart and no scheme before them. Sentences and lines end in each of these ways somewhere (`I play on
   * discord. gg everybody`, `discord . me too`, `spam .NET`, `Discord。Gg`): the host that they make up means nothing.
   * Together with just the path that is looked for it is no accident.
   */
  readonly doubtful: boolean
}

/** What may still be done, in steps from one part to the next; below nothing, there was more to read. */
export interface Effort {
  left: number
}

export function* bridgeGaps(text: string, effort: Effort): Generator<Reading> {
  if (!BLANK.test(text)) return
  for (const gaps of [GAP, LINE_END]) {
    for (const { index, 0: gap } of text.matchAll(gaps)) {
      if (effort.left < 0) return
      effort.left--
      yield* bridgeGap({ text, index, gap }, effort)
    }
  }
  for (const [letters] of text.matchAll(LETTERS)) {
    const word = letters.replace(/\s/g, '').replaceAll('。', '.')
    const { spans } = findUrls(unmask(withoutMarks(word)), 1)
    for (const { text: url } of spans) yield { url, doubtful: false }
  }
}

// Most dots before a blank end a sentence: what follows must go on as a URL does, or a scheme stand before it.
const GAP =
  /\s{1,3}(?:[./。]|(?:dot|slash)(?=\s))\s{0,3}|\.\s{1,3}(?=[^\s./]{1,63}\s{0,3}(?:[./。\r\n]|dot\s|slash\s))|\.(?=\s)(?<=\/\/[^\s/]{1,253}\.)\s{1,3}|\/\s{1,3}|。\s{0,3}(?=[a-z0-9])/gi
const LINE_END = /[ \t]{0,3}[\r\n]\s{0,8}/g
const LETTERS = /(?<!\S)(?:https?:\/\/)?\S(?:\s{1,3}\S){7,}(?!\S)/gi
/** Each of them has one: addresses rarely do. */
const BLANK = /[\s。]/
/** What may go on: a dot or slash with blanks around it or none, a line end. */
const SEPARATOR =
  /\s{0,3}(?:\.?\/{1,8}|[.。])\s{0,3}|\s{1,3}(?:dot|slash)(?=\s)\s{1,3}|[ \t]{0,3}[\r\n]\s{0,8}/iy
const WORD = /[^\s<>"`{}|^[\]/。.]{1,100}/y
const HAS_PATH = /[^:/]\//
const BREAK = new Set(' \t\n\r\f\v<>"`{}|^[]。')
const MAX_LEFT = 253
const MAX_STEPS = 10
const LOOK = 15 // steps that looking for URLs costs

interface Gap {
  readonly text: string
  readonly index: number
  readonly gap: string
}

/** Each gap starts anew, so that the words before it do no harm; and any word may be the last. */
function* bridgeGap({ text, index, gap }: Gap, effort: Effort): Generator<Reading> {
  const left = runBefore(text, index)
  if (!canGoOn(left, gap)) return
  let whole = left
  let at = index
  let next = stepAt(text, at)
  for (let steps = 0; next && steps < MAX_STEPS; steps++) {
    effort.left--
    whole += signOf(next.separator) + next.word
    at += next.separator.length + next.word.length
    next = stepAt(text, at)
    const isUrl = whole.includes('.') && whole.includes('/')
    if (!isUrl || (next && !isEnd(text, at))) continue
    effort.left -= LOOK
    yield* crossing(whole, left.length)
  }
}

function stepAt(text: string, at: number) {
  const separator = take(SEPARATOR, text, at)
  const word = separator === '' ? '' : take(WORD, text, at + separator.length)
  return word === '' ? undefined : { separator, word }
}

/** Where nothing goes on without a gap. */
function isEnd(text: string, at: number): boolean {
  return text[at] !== '/' && (text[at] !== '.' || /\s/.test(text[at + 1] ?? ' '))
}

/** Spares the ends of sentences and lines the rest. */
function canGoOn(left: string, gap: string): boolean {
  if (left === '') return false
  const hasPath = HAS_PATH.test(left)
  if (signOf(gap) === '/') return hasPath || /\.[\p{L}\p{N}]{2}/u.test(left)
  return signOf(gap) === '' || (!hasPath && /[\p{L}\p{N}]$/u.test(left))
}

function signOf(separator: string): string {
  if (/\/|slash/i.test(separator)) return '/'
  return /[.。]|dot/i.test(separator) ? '.' : ''
}

/** Only what lies on both sides of the gap is news. */
function* crossing(piece: string, gap: number): Generator<Reading> {
  const spans = findUrls(piece, MAX_STEPS).spans.filter(
    ({ start, end }) => start < gap && end > gap,
  )
  for (const { start, text } of spans) {
    // A scheme vouches for its host: `https://spam . example`. What comes behind a URL is not its path for that.
    const host = /^https?:\/\/[^/]*/i.exec(text)?.[0] ?? ''
    const doubtful = start + host.length <= gap
    if (doubtful && !/[^/]\/[^/]/.test(text)) continue
    yield { url: text, doubtful }
    if (/%|xn--/i.test(text)) yield { url: unmask(text), doubtful }
  }
}

function take(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? ''
}

function runBefore(text: string, end: number): string {
  let start = end
  while (start > 0 && end - start < MAX_LEFT && !BREAK.has(text[start - 1]!)) start--
  return text.slice(start, end)
}
