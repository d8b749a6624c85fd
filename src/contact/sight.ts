// What a body is by its own bytes: where no type is told, browsers look at it themselves.

/** As far as browsers look, and we wait for something to see. */
export const ENOUGH_BYTES = 512

/** `blank`: nothing to see yet. `other`: pictures, films, archives; and JSON, which no browser shows as a page. */
export type Sight = 'page' | 'text' | 'other' | 'blank'

export function lookAt(bytes: Buffer): Sight {
  const text = bytes.toString('latin1', 0, ENOUGH_BYTES)
  if (WIDE_PAGE.test(text)) return 'page'
  const shown = text.replace(/^(?:\xef\xbb\xbf)?[\t\n\f\r ]*/, '')
  if (shown === '') return text.length < ENOUGH_BYTES ? 'blank' : 'text'
  if (shown.startsWith('<')) return 'page'
  return OTHER.test(shown) || isBinary(shown) ? 'other' : 'text'
}

/** Characters of two or four bytes: an address in them is none of its bytes in a row. */
export function isWide(text: string): boolean {
  return text.includes('\0') && WIDE.test(text)
}

export function hasWideMark(text: string): boolean {
  return /^(?:\xff\xfe|\xfe\xff)/.test(text)
}

/** What `charset` calls them, by encoding.spec.whatwg.org; of Unicode's names some mean UTF-8. */
export const WIDE_NAME =
  /charset\s*=\s*["']?\s*(?:utf-?(?:7|16|32)|(?:iso-10646-)?ucs-?[24]|(?:cs)?unicode(?!-?[12]))/i

const WIDE = /(?:[ -~]\0{1,3}){3}|(?:\0{1,3}[ -~]){3}/
const WIDE_PAGE = /^(?:\xff\xfe|\xfe\xff|\0{0,3}<\0)/
/** Media that begin as a text would: GIF, PDF, RIFF, FLAC, fonts, MP3, PostScript, zstd; then JSON. */
const OTHER = /^(?:GIF8|%PDF|RIFF|fLaC|wOF[F2]|OTTO|ID3|%!PS|\(\xb5\/\xfd|\xff[\xd8-\xff]|[[{])/

/** mimesniff.spec.whatwg.org §3: below the blank a text holds these alone. */
const CONTROLS = new Set(['\t', '\n', '\f', '\r', '\x1b'])

function isBinary(text: string): boolean {
  return [...text].some((each) => each < ' ' && !CONTROLS.has(each))
}
