// Hashes of a picture that is to be known from now on.
import { encode } from 'blurhash'
import sharp from 'sharp'
import type { Fingerprinted } from './child-messages.ts'
import { decode } from './decode.ts'
import type { Frame } from './frame.ts'
import { MIN_QUALITY, tabulate, toHex } from './perceptual-hash.ts'
import { hashesToKnow } from './variants.ts'

export async function fingerprint(bytes: Uint8Array): Promise<Fingerprinted> {
  const decoded = await decode(bytes)
  if (decoded.status === 'unread') return decoded
  const tables = await Promise.all(decoded.frames.map(tabulate))
  const hashes = tables
    .flatMap(hashesToKnow)
    .filter(({ quality }) => quality >= MIN_QUALITY)
    .map(toHex)
  if (hashes.length === 0)
    return { status: 'unread', why: 'it is too plain to be told from other plain pictures' }
  const blurhashes = await blurhashesOf(decoded.frames[0]!)
  return { status: 'hashed', hashes: [...new Set(hashes)], blurhashes }
}

/** Of Mastodon and of Misskey. They scale by themselves: equal ones say a lot, other ones nothing. */
const COMPONENTS = [4, 5]

async function blurhashesOf({ data, width, height }: Frame): Promise<readonly string[]> {
  const { data: small, info } = await sharp(data, {
    raw: { width, height, channels: 3 },
    limitInputPixels: false,
  })
    .resize({ width: 64, height: 64, fit: 'inside' })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const pixels = new Uint8ClampedArray(small)
  return COMPONENTS.map((count) => encode(pixels, info.width, info.height, count, count))
}
