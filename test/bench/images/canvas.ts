// Drawing for the image bench: backdrops like photographs, SVG on top, and the formats that servers send.
import sharp, { type Sharp } from 'sharp'
import { between, pick, type Random, whole } from './random.ts'

/** RGB, three bytes a pixel. */
export interface Canvas {
  readonly data: Buffer
  readonly width: number
  readonly height: number
}

/** Noise in octaves: soft large shapes with ever finer grain, in two or three tones. */
export async function photo(random: Random, width: number, height: number): Promise<Canvas> {
  const sum = new Float32Array(SMALL * SMALL * 3)
  const roughness = between(random, 0.4, 0.7)
  for (let octave = 0; octave < 5; octave++) {
    const side = 3 * 2 ** octave
    const noise = Buffer.from(Array.from({ length: side * side * 3 }, () => random() * 256))
    const grown = await enlarge({ data: noise, width: side, height: side }, SMALL, SMALL)
    const weight = roughness ** octave
    for (const [at, value] of grown.entries()) sum[at]! += (value - 128) * weight
  }
  const [contrast, tint] = [
    between(random, 0.7, 1.6),
    [0, 1, 2].map(() => between(random, 90, 170)),
  ]
  const data = Buffer.from(
    Uint8ClampedArray.from(sum, (value, at) => tint[at % 3]! + value * contrast),
  )
  return {
    data: await enlarge({ data, width: SMALL, height: SMALL }, width, height),
    width,
    height,
  }
}

const SMALL = 256

export function plain(width: number, height: number, colour: string): Promise<Canvas> {
  return draw({ width, height }, `<rect width="100%" height="100%" fill="${colour}"/>`)
}

/** A picture of nothing but SVG, on white. */
export async function draw(size: { width: number; height: number }, svg: string): Promise<Canvas> {
  const { data, info } = await sharp(documentOf(size, svg))
    .flatten({ background: 'white' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height }
}

export async function drawOn(canvas: Canvas, svg: string): Promise<Canvas> {
  const over = await sharp(documentOf(canvas, svg)).ensureAlpha().raw().toBuffer()
  const data = Buffer.from(canvas.data)
  for (let at = 0, to = 0; to < data.length; at += 4, to += 3) {
    const alpha = over[at + 3]!
    if (alpha === 0) continue
    for (let band = 0; band < 3; band++) {
      data[to + band] = (over[at + band]! * alpha + data[to + band]! * (255 - alpha)) / 255
    }
  }
  return { ...canvas, data }
}

export function open({ data, width, height }: Canvas): Sharp {
  return sharp(data, { raw: { width, height, channels: 3 } })
}

/** As pictures arrive: mostly JPEG of usual quality. */
export function encode(random: Random, canvas: Canvas): Promise<Buffer> {
  const roll = random()
  if (roll < 0.55 || canvas.data.length > LARGE)
    return open(canvas)
      .jpeg({ quality: whole(random, 70, 92) })
      .toBuffer()
  if (roll < 0.8) return open(canvas).png({ compressionLevel: 2 }).toBuffer()
  return open(canvas)
    .webp({ quality: whole(random, 70, 92), effort: 1 })
    .toBuffer()
}

const LARGE = 9_000_000 // bytes; as PNG it may pass the 10 MB that are read

export function colour(random: Random, lightness: number): string {
  return `hsl(${whole(random, 0, 359)},${whole(random, 20, 90)}%,${Math.round(lightness)}%)`
}

export function usualSize(random: Random): { readonly width: number; readonly height: number } {
  const [long, short] = pick(random, SIZES)
  return random() < 0.5 ? { width: long, height: short } : { width: short, height: long }
}

const SIZES: readonly (readonly [number, number])[] = [
  [640, 480],
  [800, 600],
  [1024, 768],
  [1080, 1080],
  [1200, 675],
  [1280, 720],
  [1600, 1200],
]

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

function documentOf({ width, height }: { width: number; height: number }, svg: string): Buffer {
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${svg}</svg>`,
  )
}

/** Straight lines between the pixels: quick, and soft as out of focus. */
function enlarge({ data, width, height }: Canvas, wide: number, high: number): Promise<Buffer> {
  return sharp(data, { raw: { width, height, channels: 3 } })
    .resize({ width: wide, height: high, fit: 'fill', kernel: 'linear' })
    .raw()
    .toBuffer()
}
