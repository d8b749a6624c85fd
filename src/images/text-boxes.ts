// From a map of text to boxes: connected pixels, the smallest turned rectangle around them, grown to the letters' size.
import type { TextMap } from './text-map.ts'

/** A line of text or a piece of one, in pixels of the picture. */
export interface TextBox {
  readonly x: number
  readonly y: number
  /** Along the line. */
  readonly width: number
  readonly height: number
  /** Radians, clockwise, of the line; -π/2 up to π/2. Whether it runs there or back is not known. */
  readonly angle: number
  /** Mean of the map, 0 to 1. */
  readonly score: number
  /** How much of it the map marks, 0 to 1: lines of small letters that run into each other leave holes. */
  readonly fill: number
}

const SOLID = 0.65

/** How high its letters are, as far as can be told. */
export function lettersOf({ height, fill }: TextBox): number {
  return fill < SOLID ? height * fill : height
}

const CORE = 0.3
const MIN_SCORE = 0.5
const MIN_CORE = 2 // pixels of the map
/** The detector marks the core of a line, shrunk by this share of area by circumference. */
const GROW = 1.6

export function boxesIn(map: TextMap): TextBox[] {
  const boxes: TextBox[] = []
  clearBorder(map)
  const seen = new Uint8Array(map.likely.length)
  for (let start = 0; start < seen.length; start++) {
    if (seen[start] === 1 || map.likely[start]! < CORE) continue
    const box = boxOf(spread(map, seen, start))
    if (box) boxes.push(toPicture(box, map.scale))
  }
  return boxes
}

function clearBorder({ likely, width, height }: TextMap): void {
  likely.fill(0, 0, width)
  likely.fill(0, (height - 1) * width)
  for (let row = 0; row < height; row++) likely[row * width] = likely[(row + 1) * width - 1] = 0
}

interface Blob {
  readonly points: readonly Point[]
  readonly score: number
  /** Pixels. */
  readonly area: number
}

interface Point {
  readonly x: number
  readonly y: number
}

/** What is connected to `start`; of each row its ends, which is enough for a hull. */
function spread({ likely, width }: TextMap, seen: Uint8Array, start: number): Blob {
  const ends = new Map<number, readonly [left: number, right: number]>()
  const open = [start]
  seen[start] = 1
  let sum = 0
  let count = 0
  while (open.length > 0) {
    const place = open.pop()!
    const x = place % width
    const y = (place - x) / width
    const [left, right] = ends.get(y) ?? [x, x]
    ends.set(y, [Math.min(left, x), Math.max(right, x)])
    sum += likely[place]!
    count++
    for (const next of [place - 1, place + 1, place - width, place + width]) {
      // The border has no core: no step leaves the map.
      if (seen[next] === 1 || likely[next]! < CORE) continue
      seen[next] = 1
      open.push(next)
    }
  }
  return { points: [...ends].flatMap(cornersOf), score: sum / count, area: count }
}

function cornersOf([y, [left, right]]: [number, readonly [number, number]]): Point[] {
  return [left, right + 1].flatMap((x) => [
    { x, y },
    { x, y: y + 1 },
  ])
}

function boxOf({ points, score, area }: Blob): TextBox | undefined {
  if (score < MIN_SCORE) return undefined
  const core = smallestRectangle(hullOf(points))
  if (core.height < MIN_CORE) return undefined
  const { width, height } = core
  const distance = (width * height * GROW) / (2 * (width + height))
  const grown = { width: width + 2 * distance, height: height + 2 * distance }
  return { ...core, ...grown, score, fill: area / (width * height) }
}

function toPicture(box: TextBox, scale: number): TextBox {
  const { x, y, width, height } = box
  return { ...box, x: x / scale, y: y / scale, width: width / scale, height: height / scale }
}

/** Andrew's monotone chain. */
function hullOf(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y)
  return [...halfHull(sorted), ...halfHull(sorted.reverse())]
}

function halfHull(points: readonly Point[]): Point[] {
  const hull: Point[] = []
  for (const point of points) {
    while (hull.length > 1 && !turnsLeft(hull.at(-2)!, hull.at(-1)!, point)) hull.pop()
    hull.push(point)
  }
  return hull.slice(0, -1)
}

function turnsLeft(a: Point, b: Point, c: Point): boolean {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x) > 0
}

/** One of its sides lies on a side of the hull. */
function smallestRectangle(hull: readonly Point[]): TextBox {
  let best: TextBox | undefined
  for (const [index, from] of hull.entries()) {
    const to = hull[(index + 1) % hull.length]!
    const rectangle = rectangleAlong(hull, Math.atan2(to.y - from.y, to.x - from.x))
    if (!best || rectangle.width * rectangle.height < best.width * best.height) best = rectangle
  }
  return best!
}

function rectangleAlong(hull: readonly Point[], angle: number): TextBox {
  const cos = Math.cos(angle)
  const sin = Math.sin(angle)
  const along = hull.map(({ x, y }) => x * cos + y * sin)
  const across = hull.map(({ x, y }) => y * cos - x * sin)
  const [left, right] = [Math.min(...along), Math.max(...along)]
  const [top, bottom] = [Math.min(...across), Math.max(...across)]
  const [u, v] = [(left + right) / 2, (top + bottom) / 2]
  const centre = { x: u * cos - v * sin, y: u * sin + v * cos, score: 0, fill: 0 }
  const [width, height] = [right - left, bottom - top]
  // Text is wider than high.
  return width >= height
    ? { ...centre, width, height, angle: halfTurn(angle) }
    : { ...centre, width: height, height: width, angle: halfTurn(angle + Math.PI / 2) }
}

/** The same line, pointing to the right. */
function halfTurn(angle: number): number {
  return angle - Math.PI * Math.round(angle / Math.PI)
}
