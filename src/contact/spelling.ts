// The ways in which JSON, HTML, URLs and scripts spell a character, as patterns and back.
// Bodies are looked at as one character a byte, so what lies outside of ASCII is spelt as its UTF-8 bytes.

/** A pattern for the text in any of its spellings, mixed as they may be; for use without regard to case. */
export function spelt(text: string): string {
  return [...text].map(speltCharacter).join('')
}

/** Every run is bounded: a page full of backslashes must not take a second to read. */
export const BACKSLASHES = '\\\\{1,4}'
export const AMPERSAND = '&(?:amp;){0,3}'
export const PERCENT = '%(?:25){0,3}'
const ENTITIES: Readonly<Record<string, string>> = {
  '@': 'commat',
  '&': 'amp',
  '.': 'period',
  '+': 'plus',
  _: 'lowbar',
  '-': '(?:hyphen|dash)',
  ':': 'colon',
}

/** Each way of escaping begins once: a run of what they begin with is not tried over and over. */
function speltCharacter(character: string): string {
  const variants = variantsOf(character)
  const points = variants.filter((each) => [...each].length === 1).map((p) => p.codePointAt(0)!)
  const hex = points.map((point) => point.toString(16))
  const units = hex.filter((unit) => unit.length <= 4).map((unit) => unit.padStart(4, '0'))
  const named = ENTITIES[character]
  const entity = [
    `#0{0,7}(?:${points.join('|')})(?:;|(?!\\d))`,
    `#x0{0,7}(?:${hex.join('|')})(?:;|(?![\\da-f]))`,
    ...(named ? [`${named};`] : []),
  ]
  const backslashed = [
    ...(units.length > 0 ? [`u(?:${units.join('|')})`] : []),
    `u\\{0{0,4}(?:${hex.join('|')})\\}`,
    ...(points[0]! < 0x80 ? [`x(?:${hex.filter((unit) => unit.length === 2).join('|')})`] : []),
  ]
  return `(?:${[
    ...variants.map((each) => latin1(each).replace(SPECIAL, '\\$&')),
    `${AMPERSAND}(?:${entity.join('|')})`,
    `${BACKSLASHES}(?:${backslashed.join('|')})`,
    `${PERCENT}(?:${variants.map(percentCoded).join('|')})`,
  ].join('|')})`
}

const SPECIAL = /[\\^$.*+?()[\]{}|]/g

/** In either case and width; and the other marks that part the names of a domain (RFC 3490 §3.1). */
function variantsOf(character: string): readonly string[] {
  const cases = [character, character.toLowerCase(), character.toUpperCase()]
  const wide = cases.filter((each) => /^[!-~]$/.test(each)).map(fullWidth)
  const others = { '@': ['\ufe6b'], '.': ['\u3002', '\uff61'] }[character] ?? []
  return [...new Set([...cases, ...wide, ...others])]
}

function fullWidth(character: string): string {
  return String.fromCharCode(character.charCodeAt(0) + 0xfe_e0)
}

function latin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

/** Without its first percent sign. */
function percentCoded(text: string): string {
  const bytes = [...Buffer.from(text, 'utf8')]
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(PERCENT)
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
