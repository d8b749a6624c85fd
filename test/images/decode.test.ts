// Bytes from strangers: what a browser shows is read, whatever else is refused with its reason and without much work.
import { crc32, deflateSync } from 'node:zlib'
import sharp, { type Sharp } from 'sharp'
import { describe, expect, test } from 'vitest'
import { type Decoded, decode } from '../../src/images/decode.ts'
import { grain } from './drawing.ts'

type Read = Extract<Decoded, { status: 'decoded' }>

const RED = { r: 230, g: 30, b: 20 }
const BLUE = { r: 20, g: 30, b: 230 }

/** Red, with a blue block in its upper left corner. */
function picture(width = 60, height = 40): Sharp {
  const block = { create: { width: 20, height: 10, channels: 3, background: BLUE } } as const
  return sharp({ create: { width, height, channels: 3, background: RED } }).composite([
    { input: block, left: 0, top: 0 },
  ])
}

async function read(bytes: Uint8Array): Promise<Read> {
  const decoded = await decode(bytes)
  if (decoded.status === 'unread') throw new Error(decoded.why)
  return decoded
}

/** `red`, `blue` or the plain numbers. */
function colourAt({ frames }: Read, x: number, y: number, page = 0): string {
  const { data, width } = frames[page]!
  const [red, green, blue] = data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)
  if (red! > 180 && green! < 90 && blue! < 90) return 'red'
  return blue! > 150 && red! < 90 ? 'blue' : `${red} ${green} ${blue}`
}

describe('the formats that browsers show', () => {
  test.each(['jpeg', 'png', 'webp', 'gif', 'avif'] as const)('%s is read', async (format) => {
    const decoded = await read(await picture().toFormat(format).toBuffer())
    expect(decoded).toMatchObject({ format, width: 60, height: 40, pages: 1 })
    expect(colourAt(decoded, 4, 4)).toBe('blue')
    expect(colourAt(decoded, 50, 30)).toBe('red')
  })

  test.each([
    ['16 bits', () => picture().toColourspace('rgb16').png()],
    ['CMYK', () => picture().toColourspace('cmyk').jpeg()],
    ['a wide colour profile', () => picture().withIccProfile('p3').jpeg()],
    ['a palette', () => picture().png({ palette: true })],
  ])('%s end as three bytes a pixel', async (_, make) => {
    const { frames } = await read(await make().toBuffer())
    expect(frames[0]!.data).toHaveLength(60 * 40 * 3)
  })

  test('grey has three equal bytes a pixel', async () => {
    const decoded = await read(await picture().toColourspace('b-w').png().toBuffer())
    expect(colourAt(decoded, 50, 30)).toMatch(/^(\d+) \1 \1$/)
  })

  test.each([
    [1, 'upper left'],
    [2, 'upper right'],
    [3, 'lower right'],
    [4, 'lower left'],
    [5, 'upper left'],
    [6, 'upper right'],
    [7, 'lower right'],
    [8, 'lower left'],
  ])('orientation %i puts the block into the %s corner', async (orientation, corner) => {
    const decoded = await read(await picture().withMetadata({ orientation }).jpeg().toBuffer())
    const { width, height } = decoded
    expect([width, height]).toEqual(orientation < 5 ? [60, 40] : [40, 60])
    const x = corner.endsWith('left') ? 4 : width - 5
    const y = corner.startsWith('upper') ? 4 : height - 5
    expect(colourAt(decoded, x, y)).toBe('blue')
  })

  test('what shines through is seen on white and on black', async () => {
    const clear = { ...RED, alpha: 0 }
    const block = { create: { width: 20, height: 10, channels: 4, background: '#fff' } } as const
    const bytes = await sharp({ create: { width: 60, height: 40, channels: 4, background: clear } })
      .composite([{ input: block, left: 0, top: 0 }])
      .png()
      .toBuffer()
    const decoded = await read(bytes)
    expect(decoded.frames).toHaveLength(2)
    expect([colourAt(decoded, 4, 4), colourAt(decoded, 50, 30)]).toEqual([
      '255 255 255',
      '255 255 255',
    ])
    expect([colourAt(decoded, 4, 4, 1), colourAt(decoded, 50, 30, 1)]).toEqual([
      '255 255 255',
      '0 0 0',
    ])
  })

  test('an opaque picture with an alpha channel is one frame', async () => {
    const { frames } = await read(await picture().ensureAlpha().png().toBuffer())
    expect(frames).toHaveLength(1)
  })

  test('of a long animation the first, the middle and the last page are read', async () => {
    const pages = Array.from({ length: 60 }, (_, at) => Buffer.alloc(30 * 20 * 3, at * 4))
    const bytes = await sharp(Buffer.concat(pages), {
      raw: { width: 30, height: 20 * 60, channels: 3, pageHeight: 20 },
    })
      .gif({ delay: Array(60).fill(50), keepDuplicateFrames: true })
      .toBuffer()
    const { frames, pages: count } = await read(bytes)
    expect(count).toBe(60)
    const pagesSeen = frames.map(({ data }) => Math.round(data[0]! / 40) * 10)
    expect(pagesSeen).toEqual([0, 30, 60])
  })

  test('pages that are shown longest are read too, and more than are read is told', async () => {
    const pages = Array.from({ length: 60 }, (_, at) => Buffer.alloc(30 * 20 * 3, at * 4))
    const bytes = await sharp(Buffer.concat(pages), {
      raw: { width: 30, height: 20 * 60, channels: 3, pageHeight: 20 },
    })
      .gif({ delay: pages.map((_, at) => (at === 20 ? 60_000 : 50)), keepDuplicateFrames: true })
      .toBuffer()
    const decoded = await read(bytes)
    expect(decoded.isWhole).toBe(false)
    expect(decoded.frames.map(({ data }) => Math.round(data[0]! / 40) * 10)).toContain(20)
  })

  test.each(['jpeg', 'png'] as const)(
    'of a truncated %s the upper part is seen',
    async (format) => {
      const noise = grain(1, 120 * 90 * 3)
      const whole = await sharp(noise, { raw: { width: 120, height: 90, channels: 3 } })
        .toFormat(format)
        .toBuffer()
      const [all, part] = [await read(whole), await read(whole.subarray(0, whole.length / 2))]
      const rows = (from: number, { frames }: Read) =>
        frames[0]!.data.subarray(from * 120 * 3, (from + 20) * 120 * 3)
      expect(rows(0, part).equals(rows(0, all))).toBe(true)
      expect(rows(70, part).equals(rows(70, all))).toBe(false)
    },
  )

  test('what hangs on behind a picture does not hide it', async () => {
    const bytes = await picture().png().toBuffer()
    const decoded = await read(Buffer.concat([bytes, Buffer.from('PK\x03\x04 <svg onload="x()">')]))
    expect(colourAt(decoded, 4, 4)).toBe('blue')
  })

  test('a tall screenshot keeps its width', async () => {
    const tall = { width: 500, height: 12_000, channels: 3, background: '#eee' } as const
    const { frames } = await read(await sharp({ create: tall }).png().toBuffer())
    expect(frames[0]).toMatchObject({ width: 500, height: 12_000 })
  })

  test('frames of 35 megapixels are scaled down, and told as what they were', async () => {
    const decoded = await read(blackPng(7_000, 5_000))
    expect(decoded).toMatchObject({ width: 7_000, height: 5_000 })
    expect(decoded.frames[0]!.data.length).toBeLessThanOrEqual(24_000_000 * 3)
  })
})

describe('what is not read', () => {
  test.each([
    ['nothing', () => Buffer.alloc(0), 'the file is empty'],
    ['garbage', () => Buffer.from('not at all a picture'), 'no picture'],
    ['SVG', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'SVG is not read'],
    [
      'SVG behind a prologue',
      () => Buffer.from('\uFEFF<?xml version="1.0"?>\n<!-- a --><svg/>'),
      'SVG',
    ],
    [
      'a page',
      () => Buffer.from('<!doctype html><img src="data:image/png;base64,…">'),
      'a page or XML',
    ],
    ['PDF', () => Buffer.from('%PDF-1.7\n\xff\xd8\xff', 'latin1'), 'PDF'],
    ['a film', () => Buffer.from('\0\0\0\x18ftypisom\0\0\0\0isommp42', 'latin1'), 'a film'],
    ['HEIC', () => Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'), 'HEIC'],
    ['more than 10 MB', () => Buffer.alloc(10_000_001, 0xff), 'larger than 10 MB'],
    ['a GIF that goes on as a script', () => Buffer.from('GIF89a=1;alert(1)//'), 'broken picture'],
    ['a JPEG of three bytes', () => Buffer.from([0xff, 0xd8, 0xff]), 'broken picture'],
  ])('%s', async (_, make, why) => {
    expect(await decode(make())).toEqual({ status: 'unread', why: expect.stringContaining(why) })
  })

  test('a PNG of 31 KB that unfolds to 256 megapixels', async () => {
    const bytes = blackPng(16_000, 16_000)
    expect(bytes.length).toBeLessThan(40_000)
    const why = '256 megapixels are more than the 40 that are read'
    expect(await decode(bytes)).toEqual({ status: 'unread', why })
  })

  test('an AVIF that says it has more than 16 megapixels', async () => {
    const bytes = await picture().avif().toBuffer()
    const size = bytes.indexOf('ispe') + 8 // ISO 23008-12 §6.5.3: version and flags come first
    bytes.writeUInt32BE(4_200, size)
    bytes.writeUInt32BE(4_000, size + 4)
    const why = '17 megapixels are more than the 16 that are read'
    expect(await decode(bytes)).toEqual({ status: 'unread', why })
  })

  test('formats that the library could open, behind the first bytes of others', async () => {
    const tiff = await picture().tiff().toBuffer()
    tiff.write('GIF89a', 0, 'latin1')
    expect(await decode(tiff)).toMatchObject({ status: 'unread' })
  })
})

/** Zeroes, one bit a pixel. */
function blackPng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = 1
  const rows = deflateSync(Buffer.alloc((width / 8 + 1) * height), { level: 9 })
  const parts = [chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...parts])
}

function chunk(name: string, contents: Buffer): Buffer {
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  const named = Buffer.concat([Buffer.from(name, 'latin1'), contents])
  length.writeUInt32BE(contents.length)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, sum])
}
