// What may stand inside an address without being seen: characters of no width, and marks of HTML.
import { AMPERSAND, BACKSLASHES, PERCENT, spelt } from './spelling.ts'

/** A pattern for the text, though something unseen stands between its characters. */
export function speltApart(text: string): string {
  return [...text].map(spelt).join(GAP)
}

/** The marks of HTML in a match, bare: what they open or close stays so. */
export function marksIn(match: string): string {
  const marks = [...match.matchAll(MARK)]
  return marks.map(([, less, slash, name, more]) => `${less}${slash}${name}${more}`).join('')
}

/** Whether the text ends in `@`, with marks behind it or without. */
export function endsInAt(text: string): boolean {
  return ENDING_AT.test(text)
}

/** Deterministic, each of them: what begins a gap is nothing else, and it ends in one place only. */
const HEX = '0{0,4}(?:ad|34f|61c|180e|20(?:0[b-f]|2[a-e]|6[\\da-f])|fe0[\\da-f]|feff)'
const DECIMAL =
  '0{0,4}(?:173|847|1564|6158|820[3-7]|823[4-8]|82(?:8[89]|9\\d)|830[0-3]|650(?:2[4-9]|3\\d)|65279)'
const NAMED = 'shy|zwn?j|[lr]rm|zerowidthspace|nobreak'
const UNSEEN = [
  '\0|\xc2\xad|\xcd\x8f|\xd8\x9c|\xe1\xa0\x8e|\xef\xbb\xbf|\xef\xb8[\x80-\x8f]',
  '\xe2(?:\x80[\x8b-\x8f\xaa-\xae]|\x81[\xa0-\xaf])',
  `${AMPERSAND}(?:#(?:x${HEX}|${DECIMAL})|${NAMED});`,
  `${BACKSLASHES}(?:u(?:${HEX}|\\{${HEX}\\})|xad)`,
  `${PERCENT}(?:c2${PERCENT}ad|e2${PERCENT}8(?:0${PERCENT}(?:8[b-f]|a[a-e])|1${PERCENT}a[\\da-f])|ef${PERCENT}bb${PERCENT}bf)`,
].join('|')

const NAME = '(?:wbr|span|[abisu]|em|strong|small|bd[io]|font|code|tt|mark)'
const LESS = `(?:${BACKSLASHES}(?:u00|x)3c|${AMPERSAND}(?:lt|#60|#x3c);)`
const MORE = `(?:${BACKSLASHES}(?:u00|x)3e|${AMPERSAND}(?:gt|#62|#x3e);)`
const SLASH = '(?:\\\\{0,4}/)?'
const ATTRIBUTES = `(?:[^<>\\\\&]|\\\\{1,4}["'/]|${AMPERSAND}(?:quot|apos|#3[49]);){0,200}`
const TAG = [
  `<(?:!--|${SLASH}${NAME}(?![\\w-]))[^<>]{0,300}>`,
  `${LESS}(?:!--|${SLASH}${NAME}(?![\\w-]))${ATTRIBUTES}${MORE}`,
].join('|')

const MAX_IN_A_ROW = 4

/** A pattern for them, or for none. */
export const GAP = `(?:${UNSEEN}|${TAG}){0,${MAX_IN_A_ROW}}`
const ENDING_AT = new RegExp(`${spelt('@')}${GAP}$`, 'i')
const MARK = new RegExp(`(<|${LESS})(${SLASH})(${NAME})(?![\\w-])[^<>]*?(>|${MORE})`, 'gi')
