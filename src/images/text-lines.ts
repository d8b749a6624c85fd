// Boxes become lines: pieces on one baseline belong together, a URL is often found in two of them.
import { lettersOf, type TextBox } from './text-boxes.ts'

const MAX_TURN = 0.12 // radians between two pieces
const MAX_GROWTH = 1.7 // of one piece's height over the other's
const MAX_SHIFT = 0.45 // off the baseline, in heights
const MAX_GAP = 1.2 // in heights

/** Those that are likest to hold a URL come first: large letters, and enough of them. */
export function linesOf(boxes: readonly TextBox[]): TextBox[] {
  const lines: TextBox[] = []
  const left = [...boxes].sort((a, b) => a.x - b.x)
  while (left.length > 0) {
    let line = left.shift()!
    for (let next = nextOf(line, left); next >= 0; next = nextOf(line, left)) {
      line = join(line, left.splice(next, 1)[0]!)
    }
    lines.push(line)
  }
  return lines.sort((a, b) => promiseOf(b) - promiseOf(a))
}

/** Nobody needs less than this for a host: heights. */
const SHORTEST = 2.5

export function promiseOf(box: TextBox): number {
  return box.width < SHORTEST * box.height ? box.height / 1000 : lettersOf(box)
}

function nextOf(line: TextBox, boxes: readonly TextBox[]): number {
  return boxes.findIndex((box) => belongs(line, box))
}

function belongs(a: TextBox, b: TextBox): boolean {
  const turn = Math.abs(Math.sin(a.angle - b.angle))
  // What is hardly wider than high has no direction of its own.
  const isStub = Math.min(a.width / a.height, b.width / b.height) < 1.6
  if (!isStub && turn > MAX_TURN) return false
  const small = Math.min(a.height, b.height)
  if (Math.max(a.height, b.height) > small * MAX_GROWTH) return false
  const wide = a.width > b.width ? a : b
  const { along, across } = apart(wide, { x: wide === a ? b.x : a.x, y: wide === a ? b.y : a.y })
  const gap = Math.abs(along) - (a.width + b.width) / 2
  return Math.abs(across) < MAX_SHIFT * small && gap < MAX_GAP * small
}

/** Of a point from the middle of a box, along its line and across it. */
function apart(box: TextBox, { x, y }: { readonly x: number; readonly y: number }) {
  const [dx, dy] = [x - box.x, y - box.y]
  const [cos, sin] = [Math.cos(box.angle), Math.sin(box.angle)]
  return { along: dx * cos + dy * sin, across: dy * cos - dx * sin }
}

/** The box around both, turned as the wider one is. */
function join(a: TextBox, b: TextBox): TextBox {
  const [wide, other] = a.width > b.width ? [a, b] : [b, a]
  const { along, across } = apart(wide, other)
  const left = Math.min(-wide.width / 2, along - other.width / 2)
  const right = Math.max(wide.width / 2, along + other.width / 2)
  const top = Math.min(-wide.height / 2, across - other.height / 2)
  const bottom = Math.max(wide.height / 2, across + other.height / 2)
  const [cos, sin] = [Math.cos(wide.angle), Math.sin(wide.angle)]
  const [u, v] = [(left + right) / 2, (top + bottom) / 2]
  return {
    x: wide.x + u * cos - v * sin,
    y: wide.y + u * sin + v * cos,
    width: right - left,
    height: bottom - top,
    angle: wide.angle,
    score: Math.max(a.score, b.score),
    fill: wide.fill,
  }
}
