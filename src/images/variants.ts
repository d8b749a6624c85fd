// What one picture looks like in the forms that it comes back in: cut at the edges, framed, mirrored.
// A crop of two per cent a side still hashes alike; known pictures therefore bring crops of four and eight with them,
// and mirrors and frames are undone on the picture that is asked about, which costs the list nothing.
import { hashOf, type LookHash, type LumaTable, type Rectangle, WHOLE } from './perceptual-hash.ts'

const CROPS = [0, 0.04, 0.08]
const LARGEST_CROP = 0.1 // on all sides at once: there the errors of 0.08 add up

/** The picture itself first. */
export function hashesToKnow(table: LumaTable): readonly LookHash[] {
  return [WHOLE, ...framedIn(table)].flatMap((shown) =>
    cropsOf(shown).map((crop) => hashOf(table, crop).upright),
  )
}

export function hashesToAsk(table: LumaTable): readonly LookHash[] {
  return [WHOLE, ...framedIn(table)].flatMap((shown) => {
    const { upright, mirrored } = hashOf(table, shown)
    return [upright, mirrored]
  })
}

function cropsOf(shown: Rectangle): readonly Rectangle[] {
  const all: Rectangle[] = []
  for (const left of CROPS) {
    for (const top of CROPS) {
      for (const right of CROPS) {
        for (const bottom of CROPS) all.push(cut(shown, { left, top, right, bottom }))
      }
    }
  }
  const side = LARGEST_CROP
  return [...all, cut(shown, { left: side, top: side, right: side, bottom: side })]
}

/** `by` is a share of the width or height for each side. */
function cut(shown: Rectangle, by: Rectangle): Rectangle {
  const [width, height] = [shown.right - shown.left, shown.bottom - shown.top]
  return {
    left: shown.left + by.left * width,
    top: shown.top + by.top * height,
    right: shown.right - by.right * width,
    bottom: shown.bottom - by.bottom * height,
  }
}

const PLAIN = 16 // of 255: what JPEG makes of one colour stays within
const SMALLEST = 1 / 3 // of a side: less is not a picture in a frame but something on a plain ground

/** The picture without a border of one brightness around it, where it has one. */
function framedIn({ luma, side }: LumaTable): readonly Rectangle[] {
  const row = (y: number) => luma.subarray(y * side, (y + 1) * side)
  const top = plainLines(side, row)
  const bottom = plainLines(side, (y) => row(side - 1 - y))
  if (top + bottom > side * (1 - SMALLEST)) return []
  const column = (x: number) =>
    Uint8Array.from({ length: side - top - bottom }, (_, y) => luma[(y + top) * side + x]!)
  const left = plainLines(side, column)
  const right = plainLines(side, (x) => column(side - 1 - x))
  if (left + right > side * (1 - SMALLEST) || top + bottom + left + right < 2) return []
  return [
    { left: left / side, top: top / side, right: 1 - right / side, bottom: 1 - bottom / side },
  ]
}

/** How many lines from the edge inwards are of the edge's own brightness. */
function plainLines(side: number, line: (index: number) => Uint8Array): number {
  const edge = line(0)
  const brightness = edge[edge.length >> 1]!
  const isPlain = (index: number) =>
    line(index).every((value) => Math.abs(value - brightness) <= PLAIN)
  let lines = 0
  while (lines < side && isPlain(lines)) lines += 1
  return lines
}
