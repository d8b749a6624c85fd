// A list of words, phrases and /patterns/, compiled: what a search costs does not grow with the list.
import { RE2JS, RE2Set } from 're2js'
import { compilePhrases, type PhraseMatch, type Phrases } from './phrases.ts'
import { disguisesIn, inOneCase, inOneLine, plainText, seenText, undisguised } from './readings.ts'
import { standsAlone } from './word-edges.ts'

export interface TextList {
  /** In a text without markup. */
  find(visible: string): TextMatch | undefined
}

export interface TextMatch {
  /** As the operator wrote it. */
  readonly entry: string
  /** What matched, without what nobody sees. */
  readonly words: string
}

export type EntryCheck =
  | { readonly status: 'good' }
  | { readonly status: 'bad'; readonly why: string }

/** Throws for the first entry that is none, and names it. */
export function compileTextList(entries: readonly string[]): TextList {
  const trimmed = entries.map((entry) => entry.trim())
  for (const entry of trimmed) {
    const check = checkText(entry)
    if (check.status === 'bad') throw new Error(`banned.text: ${check.why}`)
  }
  const findWords = wordFinder(trimmed.filter((entry) => !isPattern(entry)))
  const findPattern = patternFinder(trimmed.filter(isPattern))
  return {
    find(visible) {
      const seen = seenText(visible)
      const plain = plainText(seen)
      return findWords({ seen, plain }) ?? findPattern({ seen, plain })
    },
  }
}

const MAX_ENTRY = 500
/** Paragraphs are lines, and a pattern's ^ and $ the ends of one. */
const FLAGS = RE2JS.CASE_INSENSITIVE | RE2JS.MULTILINE
const MAX_SHOWN = 100 // a file that is no list at all may be one line

/** One entry by itself; `why` names it. */
export function checkText(written: string): EntryCheck {
  const entry = written.trim()
  const why = isPattern(entry) ? wrongPattern(entry) : wrongWords(entry)
  if (why === undefined) return { status: 'good' }
  const shown = entry.length > MAX_SHOWN ? `${entry.slice(0, MAX_SHOWN)}…` : entry
  return { status: 'bad', why: `${isPattern(entry) ? shown : `"${shown}"`} ${why}` }
}

function isPattern(entry: string): boolean {
  return /^\/.+\/$/s.test(entry)
}

function sourceOf(entry: string): string {
  return entry.slice(1, -1)
}

function wrongWords(entry: string): string | undefined {
  if (entry.length > MAX_ENTRY) return `is longer than ${MAX_ENTRY} characters`
  const isSomething = /[\p{L}\p{N}\p{S}]/u.test(plainText(seenText(entry)))
  return isSomething ? undefined : 'has no letter, digit or sign to look for'
}

function wrongPattern(entry: string): string | undefined {
  try {
    const pattern = RE2JS.compile(sourceOf(entry), FLAGS)
    return pattern.test('') ? 'matches every text' : undefined
  } catch (cause) {
    const reason = (cause as Error).message.replace(/^error parsing regexp: /, '')
    return `is no regular expression: ${reason}`
  }
}

type Finder = (text: { readonly seen: string; readonly plain: string }) => TextMatch | undefined

/** As it is written first; what only looks like an entry must be disguised. */
function wordFinder(entries: readonly string[]): Finder {
  if (entries.length === 0) return () => undefined
  const phrases = entries.map((entry) => inOneCase(inOneLine(plainText(seenText(entry)))))
  const written = compilePhrases(phrases)
  const alike = compilePhrases(phrases.map((phrase) => undisguised(phrase).text))
  const find = (text: string, search: (words: string) => PhraseMatch | undefined) => {
    const line = inOneLine(text)
    const words = inOneCase(line)
    const found = search(words)
    // As it was written, where no letter became two.
    const shown = line.length === words.length ? line : words
    return found && { entry: entries[found.phrase]!, words: shown.slice(found.start, found.end) }
  }
  const asWritten = (words: string) =>
    written.find(words, ({ start, end }) => standsAlone(words, start, end))
  return ({ seen, plain }) =>
    find(plain, (words) => asWritten(words) ?? findDisguised(alike, words)) ??
    // NFKC makes letters of signs: `spam™` becomes `spamTM`.
    (seen === plain ? undefined : find(seen, asWritten))
}

function findDisguised(alike: Phrases, words: string): PhraseMatch | undefined {
  if (!/[^\0-\x7f]/.test(words)) return undefined
  const { text, from } = undisguised(words)
  const isDisguised = disguisesIn(words)
  const found = alike.find(
    text,
    ({ start, end }) => standsAlone(text, start, end) && isDisguised(from[start]!, from[end]!),
  )
  return found && { ...found, start: from[found.start]!, end: from[found.end]! }
}

/** All patterns in one pass. */
function patternFinder(entries: readonly string[]): Finder {
  if (entries.length === 0) return () => undefined
  const any = new RE2Set(RE2Set.UNANCHORED, FLAGS)
  for (const entry of entries) any.add(sourceOf(entry))
  any.compile()
  return ({ plain }) => {
    const [first] = any.match(plain)
    if (first === undefined) return undefined
    const entry = entries[first]!
    const matcher = RE2JS.compile(sourceOf(entry), FLAGS).matcher(plain)
    return { entry, words: matcher.find() ? (matcher.group() ?? '') : '' }
  }
}
