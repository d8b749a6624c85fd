// What kind of picture some bytes are, by how they begin: what senders call it is not believed.

/** What browsers show in a post and what is read here; an animated PNG is a `png`. */
export type Format = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif'

export type Kind =
  | { readonly status: 'picture'; readonly format: Format }
  | { readonly status: 'other'; readonly why: string }

/**
 * The first bytes alone decide, as in a browser. What hangs on behind a picture (an archive, a script, a film) is
 * never shown, and refusing it would be an easy way past; what only turns into a picture later on is none.
 */
export function kindOf(bytes: Uint8Array): Kind {
  if (bytes.length === 0) return { status: 'other', why: 'the file is empty' }
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, SNIFFED))
  const format = FORMATS.find(([parts]) => begins(head, parts))?.[1] ?? avifOf(head)
  if (format) return { status: 'picture', format }
  const other = OTHERS.find(([parts]) => begins(head, parts))?.[1]
  return { status: 'other', why: other ?? markupOf(head) ?? UNKNOWN }
}

const SNIFFED = 1_024 // an XML prologue and comments may stand before <svg
const UNKNOWN = 'this is no picture: it begins as no format that is known here'

/** Bytes as Latin-1, and where they stand. */
type Parts = Readonly<Record<number, string>>

const FORMATS: readonly (readonly [Parts, Format])[] = [
  [{ 0: '\xff\xd8\xff' }, 'jpeg'],
  [{ 0: '\x89PNG\r\n\x1a\n' }, 'png'],
  [{ 0: 'RIFF', 8: 'WEBPVP' }, 'webp'],
  [{ 0: 'GIF87a' }, 'gif'],
  [{ 0: 'GIF89a' }, 'gif'],
]

const HEIC = 'HEIC is not read'
const TIFF = 'TIFF is not read'
const FILM = 'this is a film, not a picture'

/** The pictures among them are shown by some: Mastodon converts HEIC, Misskey hands BMP, ICO and TIFF to the browser. */
const OTHERS: readonly (readonly [Parts, string])[] = [
  ...['he', 'mif', 'msf', 'miaf'].map((brand) => [{ 4: `ftyp${brand}` }, HEIC] as const),
  [{ 4: 'ftyp' }, FILM],
  [{ 0: '\x1aE\xdf\xa3' }, FILM],
  [{ 0: '%PDF-' }, 'PDF is not read'],
  [{ 0: 'II*\0' }, TIFF],
  [{ 0: 'MM\0*' }, TIFF],
  [{ 0: 'II+\0' }, TIFF],
  [{ 0: 'MM\0+' }, TIFF],
  [{ 0: '\0\0\0\x0cJXL ' }, 'JPEG XL is not read'],
  [{ 0: '\xff\x0a' }, 'JPEG XL is not read'],
  [{ 0: '\0\0\0\x0cjP  ' }, 'JPEG 2000 is not read'],
  [{ 0: '\xff\x4f\xff\x51' }, 'JPEG 2000 is not read'],
  [{ 0: 'BM' }, 'BMP is not read'],
  [{ 0: '\0\0\x01\0' }, 'ICO is not read'],
  [{ 0: '\0\0\x02\0' }, 'CUR is not read'],
  [{ 0: 'PK\x03\x04' }, 'this is an archive, not a picture'],
]

function begins(head: Buffer, parts: Parts): boolean {
  return Object.entries(parts).every(([at, bytes]) => {
    const from = Number(at)
    return head.toString('latin1', from, from + bytes.length) === bytes
  })
}

function markupOf(head: Buffer): string | undefined {
  const text = head
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart()
  if (!text.startsWith('<')) return undefined
  const isSvg = /<svg\b/i.test(text)
  return isSvg ? 'SVG is not read: it is a program' : 'this is a page or XML, not a picture'
}

/** ISO 14496-12 §4.3: a box of its own size and type, the major brand, a version, then compatible brands. */
function avifOf(head: Buffer): Format | undefined {
  if (head.length < 16 || head.toString('latin1', 4, 8) !== 'ftyp') return undefined
  const end = Math.min(head.readUInt32BE(0), head.length)
  const brands: readonly string[] = head.toString('latin1', 8, end).match(/.{4}/gs) ?? []
  return brands.includes('avif') || brands.includes('avis') ? 'avif' : undefined
}
