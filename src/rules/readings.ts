// A text as lists of words are compared with it: as it is read, and with letters that only look like ASCII undone.
import { LOOK_ALIKES } from '../links/confusables.ts'
import { withFewMarks } from '../links/marks.ts'

export interface Undisguised {
  readonly text: string
  /** By place in `text`: where that letter stands in what was read; one more for the end. */
  readonly from: Uint32Array
}

/** Without what nobody sees, and stacks of marks that no writing has. */
export function seenText(text: string): string {
  return FOREIGN.test(text) ? withFewMarks(text.replace(HIDDEN, '')) : text
}

/** NFKC of a seen text. Linear. */
export function plainText(seen: string): string {
  return FOREIGN.test(seen) ? seen.replace(SENTENCES, ' ').normalize('NFKC') : seen
}

/** One kind of space. */
export function inOneLine(plain: string): string {
  return plain.replace(/\s{2,}|[^\S ]/g, ' ')
}

/** A Turkish capital and a Greek final letter are what they are elsewhere in a word. */
export function inOneCase(line: string): string {
  const small = line.toLowerCase()
  return FOREIGN.test(small) ? small.replaceAll('i\u0307', 'i').replaceAll('ς', 'σ') : small
}

/** Look-alikes become ASCII, and letters lose marks that no spelling puts on them. Never longer. Linear. */
export function undisguised(words: string): Undisguised {
  const letters = new Uint16Array(words.length)
  const from = new Uint32Array(words.length + 1)
  let length = 0
  for (let at = 0; at < words.length; at++) {
    const letter = letterAt(words, at)
    if (letter === NOTHING) {
      // The letter right before it, unless a mark has done so already.
      if (from[length - 1] === at - 1) letters[length - 1] = withoutMarks(letters[length - 1]!)
      continue
    }
    letters[length] = letter
    from[length++] = at
    if (letter < 0x80 && INSTEAD[words.charCodeAt(at)] === PAIR) at++
  }
  from[length] = words.length
  const text = Buffer.from(letters.buffer, 0, 2 * length).toString('utf16le')
  return { text, from: from.subarray(0, length + 1) }
}

function letterAt(words: string, at: number): number {
  const unit = words.charCodeAt(at)
  const instead = INSTEAD[unit]!
  if (instead === KEEP) return unit
  if (instead === PAIR) return LOOKS_LIKE.get(words.codePointAt(at)!) ?? unit
  return instead === DROP ? NOTHING : instead
}

/**
 * Whether a word that is a banned one only without disguise is disguised: Russian is full of words in which a stranger
 * reads Latin ones. Letters of two scripts in one word are a disguise; a foreign word is none where more is written so.
 */
export function disguisesIn(words: string): (start: number, end: number) => boolean {
  const known = new Map<string, boolean>()
  let written: ReadonlySet<number> | undefined
  return (start, end) => {
    const word = words.slice(start, end)
    written ??= blocksWritten(words)
    const is = known.get(word) ?? isDisguise(word, written)
    known.set(word, is)
    return is
  }
}

function isDisguise(word: string, written: ReadonlySet<number>): boolean {
  if (MARK.test(word)) return true
  const foreign = [...word].filter((char) => char >= FIRST_FOREIGN && /\p{L}|\p{So}/u.test(char))
  if (foreign.length === 0) return false
  if (/[a-z]/.test(word)) return true
  if (FLAG.test(word)) return false
  const codes = foreign.map((char) => char.codePointAt(0)!)
  return codes.every((code) => LOOKS_LIKE.has(code) && !written.has(code >> BLOCK))
}

/** Where there are letters that look like nothing else, somebody writes that script. */
function blocksWritten(words: string): ReadonlySet<number> {
  const blocks = new Set<number>()
  for (const char of words) {
    const code = char.codePointAt(0)!
    if (char < FIRST_FOREIGN || blocks.has(code >> BLOCK) || LOOKS_LIKE.has(code)) continue
    if (/\p{L}/u.test(char)) blocks.add(code >> BLOCK)
  }
  return blocks
}

const FOREIGN = /[^\0-\x7f]/
const HIDDEN = /[\p{Default_Ignorable_Code_Point}\p{Cf}\u2800]/gu
/** Whole sentences in one character. */
const SENTENCES = /[\ufdfa\ufdfb]/g
/** Marks that may be put on any letter; those of one script belong to its spelling. */
const MARK = /[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]/
/** What comes before belongs to Latin alphabets: a Turkish dotless i is no disguise. */
const FIRST_FOREIGN = '\u0250'

const FLAG = /^\p{RI}{2}$/u
const BLOCK = 8 // bits: the alphabets in use have blocks of 256 of their own

/** Code points → ASCII codes. */
const LOOKS_LIKE: ReadonlyMap<number, number> = new Map(
  Object.entries(LOOK_ALIKES).flatMap(([ascii, codes]) =>
    codes
      .split(' ')
      .map((hex) => Number.parseInt(hex, 16))
      .filter((code) => String.fromCodePoint(code) >= FIRST_FOREIGN)
      .map((code) => [code, ascii.charCodeAt(0)] as const),
  ),
)

const KEEP = 0
const DROP = 1
const PAIR = 2
const NOTHING = 0x10000 // no UTF-16 unit
/** By UTF-16 unit: keep, drop, look at the pair, or the ASCII code to read. */
const INSTEAD = Uint8Array.from({ length: 0x10000 }, (_, unit) => {
  if (unit >= 0xd800 && unit < 0xdc00) return PAIR
  return LOOKS_LIKE.get(unit) ?? (MARK.test(String.fromCharCode(unit)) ? DROP : KEEP)
})

/** NFKC put on it what mark it could: one that is left over makes all of them suspect. */
function withoutMarks(letter: number): number {
  if (letter < 0x80) return letter
  const base = String.fromCharCode(letter).normalize('NFD').charCodeAt(0)
  return LOOKS_LIKE.get(base) ?? base
}
