// Pixels as a decoder gives them → RGB. What shines through is seen on white and on black: white letters on nothing
// are invisible on one of them.
import type { Frame } from './frame.ts'

export interface Pixels {
  readonly data: Buffer
  readonly width: number
  readonly height: number
  /** 1 grey, 2 with alpha, 3 RGB, 4 with alpha. */
  readonly channels: number
}

/** One frame, or two where a thousandth of the surface shines through. */
export function flatten(pixels: Pixels): readonly Frame[] {
  const { data, width, height, channels } = pixels
  if (channels === 3) return [{ data, width, height }]
  if (channels === 1) return [{ data: onSurface(pixels, 255), width, height }]
  const isSeenThrough = clearPixels(pixels) * 1_000 >= width * height
  const surfaces = isSeenThrough ? [255, 0] : [255]
  return surfaces.map((surface) => ({ data: onSurface(pixels, surface), width, height }))
}

function clearPixels({ data, channels }: Pixels): number {
  let clear = 0
  for (let at = channels - 1; at < data.length; at += channels) if (data[at]! < 200) clear += 1
  return clear
}

function onSurface({ data, width, height, channels }: Pixels, surface: number): Buffer {
  const flat = Buffer.allocUnsafe(width * height * 3)
  const [green, blue] = channels >= 3 ? [1, 2] : [0, 0]
  const alphaAt = channels % 2 === 0 ? channels - 1 : undefined
  for (let from = 0, to = 0; to < flat.length; from += channels, to += 3) {
    const alpha = alphaAt === undefined ? 255 : data[from + alphaAt]!
    const beneath = surface * (255 - alpha)
    flat[to] = (data[from]! * alpha + beneath + 127) / 255
    flat[to + 1] = (data[from + green]! * alpha + beneath + 127) / 255
    flat[to + 2] = (data[from + blue]! * alpha + beneath + 127) / 255
  }
  return flat
}
