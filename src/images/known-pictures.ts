// Known pictures, compiled once: which of them a picture looks like.
import { bitsIn, fromHex, type LookHash, MIN_QUALITY } from './perceptual-hash.ts'
import type { PictureBans, PictureFinding } from './sight.ts'

export interface Nearest {
  readonly id: string
  readonly name: string
  /** Bits of 256 that differ. */
  readonly distance: number
}

export interface KnownPictures {
  /** The very file that was registered. */
  findBytes(sha256: string): PictureFinding | undefined
  /** None where nothing is known, or where the picture is too flat to look like anything. */
  nearest(hashes: readonly LookHash[]): Nearest | undefined
}

/** Unrelated pictures differ in 128 bits ± 8; 49 to 60 is for people to look at. */
const CONDEMNED = 48

export function compileKnownPictures(known: PictureBans['known']): KnownPictures {
  const byId = new Map(known.map((picture) => [picture.id, picture]))
  const shelf = shelve(known)
  return {
    findBytes(sha256) {
      const picture = byId.get(sha256)
      return picture && finding(picture, 'this is the very file of')
    },
    nearest(hashes) {
      const clear = hashes.filter(({ quality }) => quality >= MIN_QUALITY)
      const best = { row: -1, distance: 257 }
      for (const { words } of clear) search(shelf, words, best)
      const owner = known[shelf.owners[best.row] ?? -1]
      return owner && { id: owner.id, name: owner.name, distance: best.distance }
    },
  }
}

export function judgeNearest(nearest: Nearest | undefined): PictureFinding | undefined {
  if (!nearest || nearest.distance > CONDEMNED) return undefined
  return finding(nearest, `differs in ${nearest.distance} of 256 bits from`)
}

function finding(picture: { readonly id: string; readonly name: string }, how: string) {
  return {
    how: 'hash',
    value: picture.id,
    why: `${how} the known picture ${picture.name}`,
  } as const
}

interface Shelf {
  /** Eight words a row. */
  readonly words: Uint32Array
  /** The known picture of each row. */
  readonly owners: Uint32Array
}

function shelve(known: PictureBans['known']): Shelf {
  const rows = known.reduce((sum, { hashes }) => sum + hashes.length, 0)
  const shelf: Shelf = { words: new Uint32Array(rows * 8), owners: new Uint32Array(rows) }
  let row = 0
  for (const [owner, { hashes }] of known.entries()) {
    for (const hex of hashes) {
      shelf.words.set(fromHex(hex), row * 8)
      shelf.owners[row++] = owner
    }
  }
  return shelf
}

interface Best {
  row: number
  distance: number
}

/** Half of the bits tell nearly always that a row is no better than the best so far. */
function search({ words, owners }: Shelf, wanted: Uint32Array, best: Best): void {
  const [a, b, c, d, e, f, g, h] = wanted as unknown as readonly number[]
  for (let row = 0, at = 0; row < owners.length; row++, at += 8) {
    const half =
      bitsIn(words[at]! ^ a!) +
      bitsIn(words[at + 1]! ^ b!) +
      bitsIn(words[at + 2]! ^ c!) +
      bitsIn(words[at + 3]! ^ d!)
    if (half >= best.distance) continue
    const distance =
      half +
      bitsIn(words[at + 4]! ^ e!) +
      bitsIn(words[at + 5]! ^ f!) +
      bitsIn(words[at + 6]! ^ g!) +
      bitsIn(words[at + 7]! ^ h!)
    if (distance < best.distance) [best.row, best.distance] = [row, distance]
  }
}
