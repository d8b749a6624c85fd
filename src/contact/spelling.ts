// The ways in which JSON, HTML, URLs and scripts spell a character, as patterns and back.
// Bodies are looked at as one character a byte, so what lies outside of ASCII is spelt as its UTF-8 bytes.

/** A pattern for the text in any of its spellings, mixed as they may be; for use without regard to case. */
export function spelt(text: string): string {
  return [...text].map(speltCharacter).join('')
}

/** Every run is bounded: a page full of backslashes must not take a second to read. */
const BACKSLASHES = '\\\\{1,4}'
const AMPERSAND = '&(?:amp;){0,3}'
const PERCENT = '%(?:25){0,3}'
const ENTITIES: Readonly<Record<string, string>> = {
  '@': 'commat',
  '&': 'amp',
  '.': 'period',
  '+': 'plus',
  _: 'lowbar',
  '-': '(?:hyphen|dash)',
  ':': 'colon',
}

function speltCharacter(character: string): string {
  const cases = [...new Set([character, character.toLowerCase(), character.toUpperCase()])]
  const points = cases.filter((each) => [...each].length === 1).map((each) => each.codePointAt(0)!)
  const hex = points.map((point) => point.toString(16)).join('|')
  const units = points.filter((point) => point < 0x1_00_00).map((p) => p.toString(16))
  const wide = units.map((unit) => unit.padStart(4, '0')).join('|')
  const named = ENTITIES[character]
  return `(?:${[
    ...cases.map((each) => latin1(each).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')),
    `${AMPERSAND}#0{0,7}(?:${points.join('|')})(?:;|(?!\\d))`,
    `${AMPERSAND}#x0{0,7}(?:${hex})(?:;|(?![\\da-f]))`,
    ...(named ? [`${AMPERSAND}${named};`] : []),
    ...(wide ? [`${BACKSLASHES}u(?:${wide})`] : []),
    `${BACKSLASHES}u\\{0{0,4}(?:${hex})\\}`,
    ...(points[0]! < 0x80 ? [`${BACKSLASHES}x(?:${hex})`] : []),
    ...cases.map((each) => percentCoded(each)),
  ].join('|')})`
}

function latin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

function percentCoded(text: string): string {
  const bytes = [...Buffer.from(text, 'utf8')]
  return bytes.map((byte) => `${PERCENT}${byte.toString(16).padStart(2, '0')}`).join('')
}

const ESCAPE = new RegExp(
  [
    `${BACKSLASHES}(?:u|x)([\\da-f]{4}|(?<=x)[\\da-f]{2})`,
    `${PERCENT}([\\da-f]{2})`,
    `${AMPERSAND}#x([\\da-f]{1,6});?`,
    `${AMPERSAND}#(\\d{1,7});?`,
    `(${AMPERSAND}[a-z]{2,8};|${BACKSLASHES}[nrtbfv])`,
  ].join('|'),
  'gi',
)

/** What a reader sees of a short piece of text; names of entities other than @ count as blanks. */
export function unescaped(text: string): string {
  return text.replace(ESCAPE, (_, unit, byte, hex, decimal, other) => {
    if (other !== undefined) return /commat/i.test(other) ? '@' : ' '
    const point = decimal === undefined ? Number.parseInt(unit ?? byte ?? hex, 16) : Number(decimal)
    return point <= 0x10_ff_ff ? String.fromCodePoint(point) : ' '
  })
}
