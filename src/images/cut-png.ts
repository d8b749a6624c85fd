// A PNG whose end is missing: browsers show what has come so far, libpng shows nothing of a part that isn't whole.
// Without this, one byte less would hide a picture from us alone.
import { crc32 } from 'node:zlib'

/** PNG 3rd edition §5.3: length, type, contents, CRC. */
const AROUND = 12
const END = Buffer.from('\0\0\0\0IEND\xae\x42\x60\x82', 'latin1')

/** The same bytes where nothing is missing. */
export function closePng(bytes: Uint8Array): Uint8Array {
  const png = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  let at = 8
  while (at + AROUND <= png.length) {
    const next = at + AROUND + png.readUInt32BE(at)
    if (next > png.length) break
    at = next
  }
  const contents = png.subarray(at + 8)
  if (at === png.length || png.toString('latin1', at + 4, at + 8) !== 'IDAT') return bytes
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(contents.length)
  sum.writeUInt32BE(crc32(png.subarray(at + 4)))
  return Buffer.concat([png.subarray(0, at), length, png.subarray(at + 4), sum, END])
}
