// Brightness alone, and rectangles of it: what codes are looked for in.
import type { Frame } from './frame.ts'

export interface Luma {
  /** A byte a pixel. */
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
}

/** ITU-R BT.601, in 16 bits of fraction. */
export function lumaOf({ data, width, height }: Frame): Luma {
  const luma = new Uint8Array(width * height)
  for (let at = 0, from = 0; at < luma.length; at++, from += 3) {
    luma[at] = (data[from]! * 19_595 + data[from + 1]! * 38_470 + data[from + 2]! * 7_471) >>> 16
  }
  return { data: luma, width, height }
}

/** Half as wide and high: the mean of four pixels each. */
export function halved({ data, width, height }: Luma): Luma {
  const half = { width: width >> 1, height: height >> 1 }
  const means = new Uint8Array(half.width * half.height)
  for (let y = 0, at = 0; y < half.height; y++) {
    for (let x = 0, from = 2 * y * width; x < half.width; x++, from += 2) {
      const below = from + width
      means[at++] = (data[from]! + data[from + 1]! + data[below]! + data[below + 1]! + 2) >> 2
    }
  }
  return { data: means, ...half }
}

/** Twice as wide and high, straight lines between the pixels' middles. */
export function doubled({ data, width, height }: Luma): Luma {
  const twice = { width: width * 2, height: height * 2 }
  const pixels = new Uint8Array(twice.width * twice.height)
  for (let y = 0, at = 0; y < twice.height; y++) {
    const [near, far] = neighbours(y, height)
    for (let x = 0; x < twice.width; x++) {
      const [by, beyond] = neighbours(x, width)
      const close = 3 * data[near * width + by]! + data[near * width + beyond]!
      const distant = 3 * data[far * width + by]! + data[far * width + beyond]!
      pixels[at++] = (3 * close + distant + 8) >> 4
    }
  }
  return { data: pixels, ...twice }
}

/** The pixel that a half of it belongs to, and the one that this half leans to. */
function neighbours(half: number, length: number): readonly [number, number] {
  const own = half >> 1
  return [own, Math.min(Math.max(own + (half % 2 === 0 ? -1 : 1), 0), length - 1)]
}

export interface Part {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** As grey RGBA, which is how the reader of codes wants it. */
export function rgbaOf({ data, width: stride }: Luma, part: Part): Uint8ClampedArray {
  const { left, top, width, height } = part
  const pixels = new Uint32Array(width * height)
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0, from = (top + y) * stride + left; x < width; x++, from++) {
      pixels[at++] = Math.imul(data[from]!, 0x0001_0101) | 0xff00_0000
    }
  }
  return new Uint8ClampedArray(pixels.buffer)
}
