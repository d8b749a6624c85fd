// Finds lines of text: a coarse look decides whether there is any, finer ones are taken only where letters are small,
// the largest of them first. Each look is told before the next one is taken: large letters need not wait for it.
import type { Frame } from './frame.ts'
import { boxesIn, lettersOf, type TextBox } from './text-boxes.ts'
import { promiseOf } from './text-lines.ts'
import { type Area, type Mapped, mapText, touches } from './text-map.ts'
import type { Model } from './text-models.ts'

const GATE = 736 // pixels of the longer side
/** Of the shorter side of a tall screenshot: letters of 12 pixels leave a trace. */
const GATE_SHORT = 448
/** Pixels of the first map, four tiles: a strip of any length is seen as a whole before it is seen well. */
const MAX_GLANCE = 1_300_000
/** Pixels of any map: 32 MB, and 24 of the copy that is looked at. */
const MAX_MAP = 8_000_000
/** Pixels of the map that letters must have for a box to be cut well. */
const FINE_ENOUGH = 16
/** And to be cut as well as ever. */
const PLAIN = 24
const FINER = 2
const CLOSER_LOOKS = 2
/** Far more than are read: work with them grows by the square. */
const MAX_BOXES = 1_000

export interface Look {
  readonly boxes: readonly TextBox[]
  /** Pixels of the map for one of the picture. */
  readonly scale: number
  /** False where time was too short for all of it. */
  readonly isWhole: boolean
}

export interface LookTime {
  /** For all looks together, not for what is done between them; milliseconds. */
  readonly purseMs: number
  /** As `performance.now()` tells it. */
  readonly end: number
}

/** At least one. No boxes in the last one: nothing is written. */
export async function* looks(
  detector: Model,
  frame: Frame,
  { purseMs, end }: LookTime,
): AsyncGenerator<Look> {
  let look: Look = { boxes: [], scale: 1, isWhole: true }
  let leftMs = purseMs
  for (let plan: Plan | undefined = firstPlan(frame); plan; plan = nextPlan(frame, plan, look)) {
    const start = performance.now()
    const until = Math.min(start + leftMs, end)
    const isLate: boolean = !plan.isFirst && until <= start
    look = isLate
      ? { ...look, isWhole: false }
      : await lookOnce({ detector, frame }, look, { ...plan, until })
    leftMs -= performance.now() - start
    yield look
    if (isLate) return
  }
}

/** A closer look would not see it better. */
export function isPlain(box: TextBox, { scale }: Look): boolean {
  return lettersOf(box) * scale >= PLAIN
}

function isClear(box: TextBox, { scale }: Look): boolean {
  return lettersOf(box) * scale >= FINE_ENOUGH
}

interface Plan {
  readonly scale: number
  /** The whole picture, not only where small letters were seen. */
  readonly isAll: boolean
  readonly isFirst: boolean
  readonly closerLooks: number
}

function firstPlan(frame: Frame): Plan {
  const gate = gateOf(frame)
  const coarse = scaleFor(frame, MAX_GLANCE)
  const scale = coarse * FINER ** 0.5 < gate ? coarse : gate
  return { scale, isAll: true, isFirst: true, closerLooks: CLOSER_LOOKS }
}

function nextPlan(frame: Frame, last: Plan, look: Look): Plan | undefined {
  const gate = gateOf(frame)
  const after = { ...last, isFirst: false }
  if (last.scale < gate) return { ...after, scale: gate }
  const finer = Math.min(1, last.scale * FINER, Math.max(gate, scaleFor(frame, MAX_MAP)))
  const isNoFiner = last.closerLooks === 0 || finer < last.scale * 1.2
  if (isNoFiner || look.boxes.every((box) => isClear(box, look))) return undefined
  return { ...after, scale: finer, isAll: false, closerLooks: last.closerLooks - 1 }
}

function gateOf({ width, height }: Frame): number {
  const [short, long] = [Math.min(width, height), Math.max(width, height)]
  return Math.min(1, Math.max(GATE / long, GATE_SHORT / short))
}

function scaleFor({ width, height }: Frame, pixels: number): number {
  return Math.sqrt(pixels / (width * height))
}

/** Small letters are found again where it looks, the others are kept. */
async function lookOnce(
  { detector, frame }: { readonly detector: Model; readonly frame: Frame },
  before: Look,
  { scale, isAll, until }: Plan & { readonly until: number },
): Promise<Look> {
  const areas = before.boxes.filter((box) => !isClear(box, before)).map(areaOf)
  const mapped = await mapText(detector, frame, { scale, areas, isAll, until })
  // A part of a line that reaches out of what was looked at is less than the line as it was seen before.
  const unseen = before.boxes.filter((box) => isUnseen(box, mapped))
  const found = largestOf(boxesIn(mapped.map)).filter(
    (box) => !unseen.some((each) => isOver(each, box)),
  )
  const seen = before.boxes.filter((box) => !unseen.includes(box) && isClear(box, before))
  const kept = seen.filter((box) => !found.some((each) => isOver(each, box)))
  const isWhole = mapped.isWhole && (isAll || before.isWhole)
  return { boxes: [...unseen, ...kept, ...found], scale: mapped.map.scale, isWhole }
}

function largestOf(boxes: readonly TextBox[]): readonly TextBox[] {
  if (boxes.length <= MAX_BOXES) return boxes
  return boxes.toSorted((a, b) => promiseOf(b) - promiseOf(a)).slice(0, MAX_BOXES)
}

function isUnseen(box: TextBox, { unseen }: Mapped): boolean {
  const area = areaOf(box)
  return unseen.some((tile) => touches(tile, area))
}

function areaOf(box: TextBox): Area {
  const { x, y, width, height, angle } = box
  const [cos, sin] = [Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle))]
  const reachX = (width * cos + height * sin) / 2 + height
  const reachY = (width * sin + height * cos) / 2 + height
  const sides = { left: x - reachX, right: x + reachX, top: y - reachY, bottom: y + reachY }
  return { ...sides, letters: lettersOf(box) }
}

/** The middle of one lies in the other: both are the same text. */
function isOver(a: TextBox, b: TextBox): boolean {
  return holds(a, b) || holds(b, a)
}

function holds(box: TextBox, { x, y }: TextBox): boolean {
  const [dx, dy] = [x - box.x, y - box.y]
  if (Math.abs(dx) + Math.abs(dy) > box.width + box.height) return false
  const [cos, sin] = [Math.cos(box.angle), Math.sin(box.angle)]
  return (
    Math.abs(dx * cos + dy * sin) < box.width / 2 && Math.abs(dy * cos - dx * sin) < box.height / 2
  )
}
