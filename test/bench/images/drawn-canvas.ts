// Draws texts on backdrops as pictures of posts have them, and writes them in the formats that they come in.
import sharp, { type Sharp } from 'sharp'
import { between } from './drawn-words.ts'

export interface Writing {
  readonly text: string
  /** Of the middle of the text, in pixels. */
  readonly x: number
  readonly y: number
  /** Font size in pixels: capital letters are about 0.7 of it high, which is what "glyph" means in the figures. */
  readonly size: number
  readonly font: string
  readonly colour: string
  readonly outline?: string
  readonly weight?: 'bold' | 'normal'
  readonly style?: 'italic' | 'normal'
  /** Degrees, clockwise. */
  readonly turn?: number
  readonly anchor?: 'start' | 'middle'
}

export interface Size {
  readonly width: number
  readonly height: number
}

export const LATIN_FONTS = [
  'DejaVu Sans',
  'DejaVu Serif',
  'DejaVu Sans Mono',
  'Liberation Sans',
  'Liberation Serif',
  'Liberation Mono',
  'Noto Sans',
  'Noto Serif',
  'Noto Sans Display',
  'Noto Sans CJK JP',
  'DejaVu Sans Condensed',
] as const

export type Random = () => number

export async function paint(
  backdrop: Buffer,
  { size, writings, shapes = '' }: { size: Size; writings: readonly Writing[]; shapes?: string },
): Promise<Sharp> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}">${shapes}${writings.map(elementOf).join('')}</svg>`
  const whole = await sharp(backdrop, { raw: { ...size, channels: 3 } })
    .composite([{ input: Buffer.from(svg) }])
    .removeAlpha()
    .raw()
    .toBuffer()
  return sharp(whole, { raw: { ...size, channels: 3 } })
}

function elementOf(writing: Writing): string {
  const { text, x, y, size, font, colour, outline, turn = 0 } = writing
  const stroke = outline
    ? `stroke="${outline}" stroke-width="${(size / 8).toFixed(1)}" paint-order="stroke" stroke-linejoin="round"`
    : ''
  return `<text transform="translate(${x.toFixed(1)} ${y.toFixed(1)}) rotate(${turn})" dy="0.35em" text-anchor="${writing.anchor ?? 'middle'}" font-family="${font}" font-size="${size.toFixed(1)}" font-weight="${writing.weight ?? 'normal'}" font-style="${writing.style ?? 'normal'}" fill="${colour}" ${stroke}>${escaped(text)}</text>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

/** As programs write them, and sites write them again. */
export async function encode(picture: Sharp, random: Random): Promise<Buffer> {
  const quality = Math.round(between(random, 55, 92))
  const choice = random()
  if (choice < 0.25) return picture.png({ compressionLevel: 3 }).toBuffer()
  if (choice < 0.45) return picture.webp({ quality, effort: 1 }).toBuffer()
  return picture.jpeg({ quality }).toBuffer()
}

/** A width for each character that no font exceeds by much. */
export function widthOf(text: string, size: number): number {
  return [...text].reduce((sum, sign) => sum + (sign > '\u2fff' ? 1 : 0.62), 0) * size
}

export type Colour = readonly [red: number, green: number, blue: number]

export function someColour(random: Random): Colour {
  return [random() * 255, random() * 255, random() * 255]
}

export function cssOf([red, green, blue]: Colour): string {
  return `rgb(${Math.round(red)},${Math.round(green)},${Math.round(blue)})`
}

export function brightness([red, green, blue]: Colour): number {
  return 0.299 * red + 0.587 * green + 0.114 * blue
}

/** Two that can be told apart: text nobody can read is no advertisement. */
export function contrasting(random: Random): readonly [Colour, Colour] {
  for (;;) {
    const [one, other] = [someColour(random), someColour(random)]
    if (Math.abs(brightness(one) - brightness(other)) > 80) return [one, other]
  }
}

export function plainBackdrop({ width, height }: Size, colour: Colour): Buffer {
  const row = Buffer.from(Array.from({ length: width }, () => colour.map(Math.round)).flat())
  return Buffer.concat(Array.from({ length: height }, () => row))
}

/** From one colour to another, at a slant. */
export function gradientBackdrop({ width, height }: Size, [from, to]: readonly [Colour, Colour]) {
  const data = Buffer.alloc(width * height * 3)
  for (let at = 0; at < width * height; at++) {
    const share = ((at % width) / width + at / width / height) / 2
    for (let c = 0; c < 3; c++) data[at * 3 + c] = from[c]! * (1 - share) + to[c]! * share
  }
  return data
}

/** What a camera sees, roughly: blurred shapes with edges, texture on several scales, grain. */
export async function photoBackdrop(size: Size, random: Random): Promise<Buffer> {
  const { width, height } = size
  const shapes = Array.from({ length: 14 + Math.floor(random() * 30) }, () => shapeOf(size, random))
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="${cssOf(someColour(random))}"/>${shapes.join('')}</svg>`
  const base = await sharp(Buffer.from(svg))
    .removeAlpha()
    .blur(between(random, 0.6, 5))
    .raw()
    .toBuffer()
  const grains = await Promise.all([3, 12, 50].map((cell) => noise(size, { cell, random })))
  const weights = [0.1, 0.2, 0.35].map((weight) => weight * random())
  for (let at = 0; at < base.length; at++) {
    let value = base[at]!
    for (let g = 0; g < 3; g++) value += (grains[g]![at]! - 128) * weights[g]!
    base[at] = Math.max(0, Math.min(255, value))
  }
  return base
}

function shapeOf({ width, height }: Size, random: Random): string {
  const colour = cssOf(someColour(random))
  const [x, y] = [random() * width, random() * height]
  const reach = between(random, 0.03, 0.4) * width
  const turn = `transform="rotate(${Math.round(random() * 180)} ${x.toFixed()} ${y.toFixed()})"`
  if (random() < 0.4) {
    return `<ellipse cx="${x.toFixed()}" cy="${y.toFixed()}" rx="${reach.toFixed()}" ry="${(reach * random()).toFixed()}" fill="${colour}" ${turn}/>`
  }
  if (random() < 0.4) {
    return `<line x1="${x.toFixed()}" y1="${y.toFixed()}" x2="${(random() * width).toFixed()}" y2="${(random() * height).toFixed()}" stroke="${colour}" stroke-width="${between(random, 1, 12).toFixed(1)}"/>`
  }
  return `<rect x="${x.toFixed()}" y="${y.toFixed()}" width="${reach.toFixed()}" height="${(reach * random()).toFixed()}" fill="${colour}" ${turn}/>`
}

async function noise(
  { width, height }: Size,
  { cell, random }: { readonly cell: number; readonly random: Random },
): Promise<Buffer> {
  const small = {
    width: Math.ceil(width / cell),
    height: Math.ceil(height / cell),
    channels: 3,
  } as const
  const dots = Buffer.from(
    Uint8Array.from({ length: small.width * small.height * 3 }, () => random() * 256),
  )
  return sharp(dots, { raw: small }).resize(width, height, { fit: 'fill' }).raw().toBuffer()
}
