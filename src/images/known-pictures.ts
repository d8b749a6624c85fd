// Known pictures, compiled once: which of them a picture looks like.
import { bitsIn, fromHex, type LookHash, MIN_QUALITY } from './perceptual-hash.ts'
import type { PictureBans, PictureFinding } from './sight.ts'

export interface Nearest {
  readonly id: string
  readonly name: string
  /** Bits of 256 that differ. */
  readonly distance: number
  /** Up to here, it is that picture. */
  readonly limit: number
}

export interface KnownPictures {
  /** The very file that was registered. */
  findBytes(sha256: string): PictureFinding | undefined
  /** None where nothing is known, or where the picture is too flat to look like anything. */
  nearest(hashes: readonly LookHash[]): Nearest | undefined
}

/**
 * Unrelated photographs differ in 84 bits and more, textures of one kind in 42. Drawings on plain grounds share their
 * layout, and screenshots of one program nearly everything: 32 bits apart were two that had no word in common.
 */
const LIMITS = [
  { upToPlainness: 0.25, limit: 40 },
  { upToPlainness: 0.75, limit: 36 },
  { upToPlainness: 1, limit: 22 },
] as const

export function compileKnownPictures(known: PictureBans['known']): KnownPictures {
  const byId = new Map(known.map((picture) => [picture.id, picture]))
  const shelf = shelve(known)
  return {
    findBytes(sha256) {
      const picture = byId.get(sha256)
      return picture && finding(picture, 'this is the very file of')
    },
    nearest(hashes) {
      const found = hashes
        .filter(({ quality }) => quality >= MIN_QUALITY)
        .map((hash) => judged(hash, search(shelf, hash.words)))
        .toSorted((one, other) => one.distance - one.limit - (other.distance - other.limit))[0]
      const owner = found && known[shelf.owners[found.row] ?? -1]
      return (
        owner && { id: owner.id, name: owner.name, distance: found.distance, limit: found.limit }
      )
    },
  }
}

export function judgeNearest(nearest: Nearest | undefined): PictureFinding | undefined {
  if (!nearest || nearest.distance > nearest.limit) return undefined
  return finding(nearest, `differs in ${nearest.distance} of 256 bits from`)
}

function finding(picture: { readonly id: string; readonly name: string }, how: string) {
  return {
    how: 'hash',
    value: picture.id,
    why: `${how} the known picture ${picture.name}`,
  } as const
}

function judged(hash: LookHash, best: Best): Best & { readonly limit: number } {
  const { limit } = LIMITS.find(({ upToPlainness }) => hash.plainness <= upToPlainness)!
  return { ...best, limit }
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
  readonly row: number
  readonly distance: number
}

/** Half of the bits tell nearly always that a row is no better than the best so far. */
function search({ words, owners }: Shelf, wanted: Uint32Array): Best {
  const [a, b, c, d, e, f, g, h] = wanted as unknown as readonly number[]
  const best = { row: -1, distance: 257 }
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
    if (distance >= best.distance) continue
    best.row = row
    best.distance = distance
  }
  return best
}
