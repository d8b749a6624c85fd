// What a picture looks like, in 256 bits that survive scaling and recompression: which of its low spatial frequencies
// are above their median. After Facebook's PDQ (64 × 64 luma, 16 × 16 of its cosine transform without the zeroth).
import sharp from 'sharp'
import type { Frame } from './frame.ts'

/** Luma of a frame, squeezed to a square, as sums: the mean of any rectangle costs four look-ups. */
export interface LumaTable {
  /** A byte a pixel, `side` of them in a row. */
  readonly luma: Uint8Array
  readonly side: number
  readonly sums: Float64Array
}

/** Shares of width and height, 0 to 1. */
export interface Rectangle {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

export interface LookHash {
  /** Eight words of 32 bits. */
  readonly words: Uint32Array
  /** How clearly the bits are what they are: near nothing for flat surfaces and plain gradients. */
  readonly quality: number
  /** Share of the surface that has its commonest brightness: near 1 for writing on a plain ground. */
  readonly plainness: number
}

export const WHOLE: Rectangle = { left: 0, top: 0, right: 1, bottom: 1 }

/** Below, the bits are noise, and two empty pictures look alike. */
export const MIN_QUALITY = 1

const TABLE = 256 // four times the 64 that are sampled from it: crops fall between pixels
const STRIDE = TABLE + 1
const SIDE = 64
const KEPT = 16

export async function tabulate(frame: Frame): Promise<LumaTable> {
  const { data, width, height } = frame
  const luma = await sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false })
    .resize({ width: TABLE, height: TABLE, fit: 'fill', kernel: 'linear' })
    .greyscale()
    .raw()
    .toBuffer()
  const sums = new Float64Array(STRIDE * STRIDE)
  for (let y = 0; y < TABLE; y++) {
    let row = 0
    for (let x = 0; x < TABLE; x++) {
      row += luma[y * TABLE + x]!
      sums[(y + 1) * STRIDE + x + 1] = sums[y * STRIDE + x + 1]! + row
    }
  }
  return { luma, side: TABLE, sums }
}

export interface BothWays {
  readonly upright: LookHash
  /** As it looks in a mirror: every second column of the transform changes its sign. */
  readonly mirrored: LookHash
}

export function hashOf(table: LumaTable, rectangle: Rectangle): BothWays {
  const means = sample(table, rectangle)
  const plainness = plainnessOf(means)
  const coefficients = cosines(means)
  const mirrored = coefficients.map((value, at) => ((at % KEPT) % 2 === 0 ? -value : value))
  return {
    upright: { ...signs(coefficients), plainness },
    mirrored: { ...signs(mirrored), plainness },
  }
}

export function toHex({ words }: Pick<LookHash, 'words'>): string {
  return Array.from(words, (word) => word.toString(16).padStart(8, '0')).join('')
}

export function fromHex(hex: string): Uint32Array {
  if (!/^[0-9a-f]{64}$/i.test(hex)) throw new Error(`"${hex}" is no hash: 64 hex digits are`)
  return Uint32Array.from({ length: 8 }, (_, at) =>
    Number.parseInt(hex.slice(at * 8, at * 8 + 8), 16),
  )
}

/** Bits that are set, all 32 at once: Warren, Hacker's Delight, §5-1. */
export function bitsIn(word: number): number {
  const pairs = word - ((word >>> 1) & 0x5555_5555)
  const fours = (pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24
}

function sample({ sums }: LumaTable, { left, top, right, bottom }: Rectangle): Float64Array {
  const means = new Float64Array(SIDE * SIDE)
  const [wide, high] = [((right - left) * TABLE) / SIDE, ((bottom - top) * TABLE) / SIDE]
  for (let y = 0; y < SIDE; y++) {
    const [from, to] = [top * TABLE + y * high, top * TABLE + (y + 1) * high]
    let before = between(sums, left * TABLE, from, to)
    for (let x = 0; x < SIDE; x++) {
      const after = between(sums, left * TABLE + (x + 1) * wide, from, to)
      means[y * SIDE + x] = (after - before) / (wide * high)
      before = after
    }
  }
  return means
}

const SAME = 6 // of 255, to either side: grain and compression

function plainnessOf(means: Float64Array): number {
  const counts = new Uint16Array(256 + 2 * SAME)
  for (const mean of means) counts[Math.round(Math.min(mean, 255)) + SAME]! += 1
  let within = 0
  let most = 0
  for (let at = 0; at < counts.length; at++) {
    within += counts[at]! - (counts[at - 2 * SAME - 1] ?? 0)
    most = Math.max(most, within)
  }
  return most / means.length
}

/** The sum of all that is left of `x`, between two heights; fractions of a pixel count as such. */
function between(sums: Float64Array, x: number, from: number, to: number): number {
  return sumAt(sums, x, to) - sumAt(sums, x, from)
}

function sumAt(sums: Float64Array, x: number, y: number): number {
  const [column, row] = [Math.min(Math.floor(x), TABLE - 1), Math.min(Math.floor(y), TABLE - 1)]
  const [rightwards, downwards] = [x - column, y - row]
  const at = row * STRIDE + column
  const upper = sums[at]! * (1 - rightwards) + sums[at + 1]! * rightwards
  const lower = sums[at + STRIDE]! * (1 - rightwards) + sums[at + STRIDE + 1]! * rightwards
  return upper * (1 - downwards) + lower * downwards
}

/** cos(π (2 i + 1) u / 128) for u = 1 … 16, a row each. */
const COSINES = Float64Array.from({ length: KEPT * SIDE }, (_, at) => {
  const [u, i] = [Math.floor(at / SIDE) + 1, at % SIDE]
  return Math.cos((Math.PI * (2 * i + 1) * u) / (2 * SIDE)) * Math.sqrt(2 / SIDE)
})

function cosines(means: Float64Array): Float64Array {
  const rows = new Float64Array(SIDE * KEPT)
  for (let y = 0; y < SIDE; y++) {
    for (let u = 0; u < KEPT; u++) rows[u * SIDE + y] = dot(means, y * SIDE, u * SIDE)
  }
  const coefficients = new Float64Array(KEPT * KEPT)
  for (let v = 0; v < KEPT; v++) {
    for (let u = 0; u < KEPT; u++) coefficients[v * KEPT + u] = dot(rows, u * SIDE, v * SIDE)
  }
  return coefficients
}

function dot(values: Float64Array, from: number, cosine: number): number {
  let sum = 0
  for (let i = 0; i < SIDE; i++) sum += values[from + i]! * COSINES[cosine + i]!
  return sum
}

function signs(coefficients: Float64Array): Omit<LookHash, 'plainness'> {
  const sorted = coefficients.toSorted()
  const middle = (sorted[127]! + sorted[128]!) / 2
  const words = new Uint32Array(8)
  for (const [at, value] of coefficients.entries()) {
    if (value > middle) words[at >>> 5]! |= 1 << (at & 31)
  }
  // Half of the bits are further from the median than this, in luma.
  const distances = coefficients.map((value) => Math.abs(value - middle))
  return { words, quality: distances.toSorted()[128]! }
}
