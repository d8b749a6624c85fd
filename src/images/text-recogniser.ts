// One line of text: cut out upright and of the recogniser's height, read sign by sign.
import type { Frame } from './frame.ts'
import type { TextBox } from './text-boxes.ts'
import type { TextModels } from './text-models.ts'

export interface ReadLine {
  readonly text: string
  /** The same with the blanks and dots that were weighed and left out. */
  readonly loose: string
  /** Mean of the signs, 0 to 1. */
  readonly score: number
}

const HEIGHT = 48
const STRIDE = 8 // pixels a step of the recogniser
const MAX_WIDTH = 960
const MIN_WIDTH = 48

export async function readLine({ recogniser, signs }: TextModels, strip: Strip): Promise<ReadLine> {
  const likely = await recogniser(strip.planes, { width: strip.width, height: HEIGHT })
  return decode(likely, signs)
}

/** A line laid flat: planes of the recogniser's colours. */
export interface Strip {
  readonly planes: Float32Array
  readonly width: number
}

/** The frame should be of about the strip's resolution: one pixel is taken from four. */
export function cutStrip(frame: Frame, box: TextBox, stretch: number): Strip {
  const wanted = Math.round((HEIGHT * box.width * stretch) / box.height)
  const width = Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, Math.ceil(wanted / STRIDE) * STRIDE))
  const planes = new Float32Array(3 * HEIGHT * width)
  const [cos, sin] = [Math.cos(box.angle), Math.sin(box.angle)]
  for (let row = 0; row < HEIGHT; row++) {
    const v = ((row + 0.5) / HEIGHT - 0.5) * box.height
    for (let column = 0; column < width; column++) {
      const u = ((column + 0.5) / width - 0.5) * box.width
      const x = box.x + u * cos - v * sin
      const y = box.y + u * sin + v * cos
      sample(frame, { x: x - 0.5, y: y - 0.5 }, { planes, at: row * width + column })
    }
  }
  return { planes, width }
}

function sample(
  { data, width, height }: Frame,
  { x, y }: { readonly x: number; readonly y: number },
  { planes, at }: { readonly planes: Float32Array; readonly at: number },
): void {
  const cx = Math.min(width - 1.001, Math.max(0, x))
  const cy = Math.min(height - 1.001, Math.max(0, y))
  const left = Math.floor(cx)
  const top = Math.floor(cy)
  const [fx, fy] = [cx - left, cy - top]
  const upper = (top * width + left) * 3
  const lower = upper + (top + 1 < height ? width * 3 : 0)
  const next = left + 1 < width ? 3 : 0
  const plane = planes.length / 3
  for (let colour = 0; colour < 3; colour++) {
    const above = data[upper + colour]! * (1 - fx) + data[upper + next + colour]! * fx
    const below = data[lower + colour]! * (1 - fx) + data[lower + next + colour]! * fx
    // Blue first, -1 to 1.
    planes[(2 - colour) * plane + at] = (above * (1 - fy) + below * fy) / 127.5 - 1
  }
}

/** Of a blank or dot that was left out, enough for a loose reading; where there is none it has a hundredth. */
const WEIGHED = 0.04

/** A sign lasts for several steps; "nothing" parts it from the next one. */
function decode(likely: Float32Array, signs: readonly string[]): ReadLine {
  const weak = [signs.lastIndexOf(' '), signs.indexOf('.')]
  const line = { text: '', loose: '' }
  let sum = 0
  let last = 0
  for (let start = 0; start < likely.length; start += signs.length) {
    const best = bestOf(likely, start, signs.length)
    if (best !== 0 && best !== last) {
      line.text += signs[best]!
      line.loose += signs[best]!
      sum += likely[start + best]!
    }
    const missed = best === 0 && weak.find((sign) => likely[start + sign]! > WEIGHED)
    if (missed && !line.loose.endsWith(signs[missed]!)) line.loose += signs[missed]!
    last = best
  }
  const count = [...line.text].length
  return { ...line, score: count === 0 ? 0 : sum / count }
}

function bestOf(likely: Float32Array, start: number, length: number): number {
  let best = 0
  for (let sign = 1; sign < length; sign++) {
    if (likely[start + sign]! > likely[start + best]!) best = sign
  }
  return best
}
