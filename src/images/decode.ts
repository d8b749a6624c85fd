// Bytes from strangers → upright pages of plain sRGB, as a browser shows them; never more work than is allowed here.
// The bombs that these limits are against are 31 KB of PNG or 1 KB of AVIF.
import sharp, { type Metadata } from 'sharp'
import { closePng } from './cut-png.ts'
import { flatten } from './flatten.ts'
import type { Frame } from './frame.ts'
import { MAX_PICTURE_BYTES } from './incoming.ts'
import { type Format, kindOf } from './magic.ts'

export type Decoded =
  | {
      readonly status: 'decoded'
      readonly format: Format
      /** As it is shown: orientation applied, but not scaled as frames may be. */
      readonly width: number
      readonly height: number
      readonly pages: number
      /** A few pages, in their order; where something shines through, once more on black. */
      readonly frames: readonly Frame[]
      /** False where it has more pages than those. */
      readonly isWhole: boolean
    }
  | { readonly status: 'unread'; readonly why: string }

const MAX_PIXELS = 40_000_000
/** Its decoder needs several times the memory of the others. */
const MAX_AVIF_PIXELS = 16_000_000
/** All frames of a picture together: 72 MB. A single page of 40 MP loses a fifth of its sharpness. */
const MAX_KEPT_PIXELS = 24_000_000
const MAX_SIDE = 16_384 // the longest of strips and screenshots stay legible
/** Pages of an animation, besides three that are always read. */
const LONGEST = 2
/** Frames build upon each other: the last of a long animation costs as much as all of them. */
const MAX_ANIMATED_PIXELS = 200_000_000

// Whatever libvips can open besides (SVG, PDF, ImageMagick, …) is out of reach of strangers' bytes.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'].map((name) => `VipsForeignLoad${name}Buffer`),
})
sharp.cache(false)
sharp.concurrency(1)

export async function decode(bytes: Uint8Array): Promise<Decoded> {
  if (bytes.length > MAX_PICTURE_BYTES) return unread(TOO_LARGE)
  const kind = kindOf(bytes)
  if (kind.status === 'other') return unread(kind.why)
  try {
    const { format } = kind
    const metadata = await sharp(bytes, { ...OPTIONS, limitInputPixels: false }).metadata()
    const why = whyNot(format, metadata)
    if (why) return unread(why)
    return await decodePages(format === 'png' ? closePng(bytes) : bytes, format, metadata)
  } catch (cause) {
    // What sharp throws about strangers' bytes is an outcome: they are broken.
    if (cause instanceof Error) return unread(`broken picture: ${firstLine(cause.message)}`)
    throw cause
  }
}

const TOO_LARGE = `the file is larger than ${MAX_PICTURE_BYTES / 1e6} MB`

const OPTIONS = { failOn: 'none', limitInputPixels: MAX_PIXELS, sequentialRead: true } as const

const LOADED = { jpeg: 'jpeg', png: 'png', webp: 'webp', gif: 'gif', avif: 'heif' } as const

function whyNot(format: Format, metadata: Metadata): string | undefined {
  if (metadata.format !== LOADED[format])
    return `this begins as ${format}, but is read as ${metadata.format}`
  if (format === 'avif' && metadata.compression !== 'av1') return 'HEIC is not read'
  const pixels = metadata.width * metadata.height
  const limit = format === 'avif' ? MAX_AVIF_PIXELS : MAX_PIXELS
  if (pixels <= limit) return undefined
  return `${Math.ceil(pixels / 1e6)} megapixels are more than the ${limit / 1e6} that are read`
}

async function decodePages(
  bytes: Uint8Array,
  format: Format,
  metadata: Metadata,
): Promise<Decoded> {
  const { width, height, orientation = 1, hasAlpha, pages: all = 1 } = metadata
  // The other pictures of an AVIF (a preview, a depth map) are not what is shown.
  const pages = format === 'avif' ? 1 : all
  const numbers = pages > 1 ? pagesToRead(pages, metadata) : [0]
  const scale = scaleOf({ width, height }, numbers.length * (hasAlpha ? 2 : 1))
  const size = { width: scaled(width, scale), height: scaled(height, scale) }
  const frames: Frame[] = []
  for (const page of numbers) {
    const options = pages > 1 ? { ...OPTIONS, page } : OPTIONS
    frames.push(...(await decodePage(bytes, { options, size, orientation })))
  }
  const shown = orientation >= 5 ? { width: height, height: width } : { width, height }
  const isWhole = numbers.length === pages
  return { status: 'decoded', format, ...shown, pages, frames, isWhole }
}

/** Those that are seen longest, and the first, the middle and the last one of what is within reach. */
function pagesToRead(pages: number, { width, height, delay = [] }: Metadata): readonly number[] {
  const reach = Math.min(pages, Math.max(1, Math.floor(MAX_ANIMATED_PIXELS / (width * height))))
  const longest = Array.from({ length: reach }, (_, page) => page)
    .sort((a, b) => timeOf(delay[b]) - timeOf(delay[a]))
    .slice(0, LONGEST)
  // Where all last equally long these say nothing.
  const isTold = new Set(delay.slice(0, reach).map(timeOf)).size > 1
  const chosen = new Set([0, Math.floor((reach - 1) / 2), reach - 1, ...(isTold ? longest : [])])
  return [...chosen].sort((a, b) => a - b)
}

/** Milliseconds that a page is shown: viewers take a hundred for what says less than twenty. */
function timeOf(delay = 0): number {
  return delay < 20 ? 100 : delay
}

interface Size {
  readonly width: number
  readonly height: number
}

function scaleOf({ width, height }: Size, frames: number): number {
  const byPixels = Math.sqrt(MAX_KEPT_PIXELS / frames / (width * height))
  return Math.min(1, byPixels, MAX_SIDE / Math.max(width, height))
}

function scaled(length: number, scale: number): number {
  return Math.max(1, Math.floor(length * scale))
}

interface PageToDecode {
  readonly options: typeof OPTIONS & { readonly page?: number }
  /** Before it is turned. */
  readonly size: Size
  readonly orientation: number
}

async function decodePage(
  bytes: Uint8Array,
  { options, size, orientation }: PageToDecode,
): Promise<readonly Frame[]> {
  // Turned afterwards, when it is small: turning needs the whole picture in memory.
  const { data, info } = await sharp(bytes, options)
    .resize({ ...size, fit: 'fill' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  const { width, height, channels } = info
  const frames = flatten({ data, width, height, channels })
  return await Promise.all(frames.map((frame) => turn(frame, orientation)))
}

/** EXIF 2.32 §4.6.4, tag 274: mirrored where even up to 4 and odd from 5, then turned. */
async function turn(frame: Frame, orientation: number): Promise<Frame> {
  const turned = TURNS[orientation]
  if (!turned) return frame
  const raw = { width: frame.width, height: frame.height, channels: 3 } as const
  const picture = sharp(frame.data, { raw, limitInputPixels: false })
  if (turned.isMirrored) picture.flop()
  const upright = await (turned.isMirrored
    ? sharp(await picture.raw().toBuffer(), { raw })
    : picture
  )
    .rotate(turned.degrees)
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { data: upright.data, width: upright.info.width, height: upright.info.height }
}

const TURNS: Readonly<Record<number, { readonly isMirrored: boolean; readonly degrees: number }>> =
  {
    2: { isMirrored: true, degrees: 0 },
    3: { isMirrored: false, degrees: 180 },
    4: { isMirrored: true, degrees: 180 },
    5: { isMirrored: true, degrees: 270 },
    6: { isMirrored: false, degrees: 90 },
    7: { isMirrored: true, degrees: 90 },
    8: { isMirrored: false, degrees: 270 },
  }

function unread(why: string): Decoded {
  return { status: 'unread', why }
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0]!.slice(0, 200)
}
