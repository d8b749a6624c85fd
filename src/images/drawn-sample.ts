// Text as pictures have it, in the fonts of this machine, for reading it again.
import sharp from 'sharp'
import type { Frame } from './frame.ts'

interface Look {
  /** As Pango names it, without a size. */
  readonly font: string
  /** Pixels. */
  readonly size: number
  readonly isLight: boolean
}

const MARGIN = 24 // pixels

export async function drawSample(text: string, { font, size, isLight }: Look): Promise<Frame> {
  const { data, info } = await ink(text, `${font} ${size}`)
  const width = info.width + 2 * MARGIN
  const height = info.height + 2 * MARGIN
  const frame = { data: Buffer.alloc(width * height * 3, isLight ? 25 : 255), width, height }
  for (let row = 0; row < info.height; row++) {
    for (let column = 0; column < info.width; column++) {
      const shade = data[row * info.width + column]!
      const at = ((row + MARGIN) * width + column + MARGIN) * 3
      frame.data.fill(isLight ? Math.max(25, shade) : 255 - shade, at, at + 3)
    }
  }
  return frame
}

/** Letters that no font here has: a box with the letter's number is drawn instead. */
export async function missingLetters(text: string): Promise<string[]> {
  const letters = [...new Set(text)].filter((letter) => letter > '\x7f')
  const areMissing = await Promise.all(letters.map(isBoxed))
  return letters.filter((_, index) => areMissing[index])
}

/** No letters and never will be, with numbers of four digits and of six. */
const UNASSIGNED = ['\u0378', '\u{10ffff}'] as const

async function isBoxed(letter: string): Promise<boolean> {
  const box = await ink(letter < '\u{10000}' ? UNASSIGNED[0] : UNASSIGNED[1], 'sans 40')
  const drawn = await ink(letter, 'sans 40')
  const isAlike = box.info.width === drawn.info.width && box.info.height === drawn.info.height
  return isAlike && frameOf(box).every((at) => box.data[at] === drawn.data[at])
}

/** The outermost pixels: what the box itself is, without the number in it. */
function frameOf({ info: { width, height } }: Awaited<ReturnType<typeof ink>>): number[] {
  const across = Array.from({ length: width }, (_, x) => [x, (height - 1) * width + x])
  const down = Array.from({ length: height }, (_, y) => [y * width, y * width + width - 1])
  return [...across, ...down].flat()
}

/** One byte a pixel: how much of it is covered. */
async function ink(text: string, font: string) {
  const plain = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return await sharp({ text: { text: plain, font, dpi: 72 } })
    .extractChannel(0)
    .raw()
    .toBuffer({ resolveWithObject: true })
}
