// Finds lines of text: a coarse look decides whether there is any, a finer one is taken only where letters are small.
import type { Frame } from './frame.ts'
import { boxesIn, type TextBox } from './text-boxes.ts'
import { type Area, mapText } from './text-map.ts'
import type { Model } from './text-models.ts'

const GATE = 736 // pixels of the longer side
/** Of the shorter side of a tall screenshot: letters of 12 pixels leave a trace. */
const GATE_SHORT = 448
/** Pixels of the map that letters must have for a box to be cut well. */
const FINE_ENOUGH = 16
const FINER = 2
const MAX_LOOKS = 3

export interface Glance {
  readonly boxes: readonly TextBox[]
  /** Pixels of the map for one of the picture. */
  readonly scale: number
}

/** No boxes: nothing is written. */
export async function glance(detector: Model, frame: Frame): Promise<Glance> {
  const [short, long] = [frame.width, frame.height].sort((a, b) => a - b) as [number, number]
  const scale = Math.min(1, Math.max(GATE / long, GATE_SHORT / short))
  const map = await mapText(detector, frame, { scale })
  return { boxes: boxesIn(map), scale: map.scale }
}

/** The boxes of a glance, those of small letters found again on a finer map. */
export async function lookCloser(
  detector: Model,
  frame: Frame,
  seen: Glance,
): Promise<readonly TextBox[]> {
  let { boxes, scale } = seen
  for (let look = 1; look < MAX_LOOKS; look++) {
    const small = boxes.filter(({ height }) => height * scale < FINE_ENOUGH)
    const finer = Math.min(1, scale * FINER)
    if (small.length === 0 || finer < scale * 1.2) break
    const map = await mapText(detector, frame, { scale: finer, areas: small.map(areaOf) })
    const found = boxesIn(map)
    const kept = boxes.filter(
      (box) => !small.includes(box) && !found.some((each) => isOver(each, box)),
    )
    boxes = [...kept, ...found]
    scale = map.scale
  }
  return boxes
}

function areaOf({ x, y, width, height, angle }: TextBox): Area {
  const [cos, sin] = [Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle))]
  const reachX = (width * cos + height * sin) / 2 + height
  const reachY = (width * sin + height * cos) / 2 + height
  return { left: x - reachX, right: x + reachX, top: y - reachY, bottom: y + reachY }
}

/** The middle of one lies in the other: both are the same text. */
function isOver(a: TextBox, b: TextBox): boolean {
  return holds(a, b) || holds(b, a)
}

function holds(box: TextBox, { x, y }: TextBox): boolean {
  const [dx, dy] = [x - box.x, y - box.y]
  const [cos, sin] = [Math.cos(box.angle), Math.sin(box.angle)]
  return (
    Math.abs(dx * cos + dy * sin) < box.width / 2 && Math.abs(dy * cos - dx * sin) < box.height / 2
  )
}
