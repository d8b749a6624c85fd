// A line of text cut out of a picture: upright, and of the height that the recogniser reads.
import type { Frame } from './frame.ts'
import type { TextBox } from './text-boxes.ts'

export const STRIP_HEIGHT = 48
const MAX_WIDTH = 960
const MIN_WIDTH = 48
const STEP = 8 // a step of the recogniser, which widths are multiples of

/** A line laid flat: planes of the recogniser's colours. */
export interface Strip {
  readonly planes: Float32Array
  readonly width: number
  /** How much wider than high a square has become. */
  readonly stretch: number
}

/** The frame should be of about the strip's resolution: one pixel is taken from four. */
export function cutStrip(frame: Frame, box: TextBox, stretch: number): Strip {
  const wanted = Math.round((STRIP_HEIGHT * box.width * stretch) / box.height)
  const width = Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, Math.ceil(wanted / STEP) * STEP))
  const planes = new Float32Array(3 * STRIP_HEIGHT * width)
  const [cos, sin] = [Math.cos(box.angle), Math.sin(box.angle)]
  for (let row = 0; row < STRIP_HEIGHT; row++) {
    const v = ((row + 0.5) / STRIP_HEIGHT - 0.5) * box.height
    for (let column = 0; column < width; column++) {
      const u = ((column + 0.5) / width - 0.5) * box.width
      const x = box.x + u * cos - v * sin
      const y = box.y + u * sin + v * cos
      sample(frame, { x: x - 0.5, y: y - 0.5 }, { planes, at: row * width + column })
    }
  }
  return { planes, width, stretch }
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

/** How much brighter than others parts of a column are where something is drawn, of what is usual in the strip. */
const INK = 0.35

/** What is between two columns: the widest run without anything drawn, and whether the middle has something. */
export function gapIn(strip: Strip, from: number, to: number): { blank: number; hasInk: boolean } {
  const { planes, width } = strip
  const usual = rangeOf(planes, { from: 0, to: width, width })
  const middle = (from + to) / 2
  const reach = (to - from) / 6
  const gap = { blank: 0, hasInk: false }
  let run = 0
  for (let column = from; column < Math.min(to, width); column++) {
    const isInk = rangeOf(planes, { from: column, to: column + 1, width }) > INK * usual
    run = isInk ? 0 : run + 1
    gap.blank = Math.max(gap.blank, run)
    gap.hasInk ||= isInk && Math.abs(column - middle) <= reach
  }
  return gap
}

/** Green is near enough to brightness. */
function rangeOf(
  planes: Float32Array,
  { from, to, width }: { readonly from: number; readonly to: number; readonly width: number },
): number {
  let [low, high] = [1, -1]
  // Lines above and below reach into the edges.
  for (let row = STRIP_HEIGHT / 6; row < (STRIP_HEIGHT * 5) / 6; row++) {
    const start = (STRIP_HEIGHT + row) * width
    for (let at = start + from; at < start + to; at++) {
      low = Math.min(low, planes[at]!)
      high = Math.max(high, planes[at]!)
    }
  }
  return high - low
}
