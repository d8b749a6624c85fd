// Draws boxes and labels onto a picture, and writes it as PNG. Runs in a child process.
import sharp, { type OverlayOptions } from 'sharp'
import type { Annotated, Mark, ToAnnotate } from './annotated.ts'
import { decode } from './decode.ts'
import type { Frame } from './frame.ts'
import type { Box } from './sight.ts'

type Colour = readonly [red: number, green: number, blue: number]

const BANNED: Colour = [214, 0, 28]
const SEEN: Colour = [0, 98, 214]
const MOST_MARKS = 200
const LABEL_LENGTH = 60
const LETTERS_PX = 14

export async function annotate({ bytes, marks }: ToAnnotate): Promise<Annotated> {
  const decoded = await decode(bytes)
  if (decoded.status === 'unread') return { status: 'undrawn', why: decoded.why }
  const [frame] = decoded.frames
  if (!frame) return { status: 'undrawn', why: 'it has no page' }
  // Large pictures are decoded smaller than they are shown.
  const scale = frame.width / decoded.width
  // What is banned last, so that it lies on top.
  const shown = [...marks].sort((a, b) => Number(a.isBanned) - Number(b.isBanned))
  const scaled = shown
    .slice(-MOST_MARKS)
    .map((mark) => ({ ...mark, box: scaledBox(mark.box, scale) }))
  for (const mark of scaled) drawBox(frame, mark)
  const labelled = scaled.filter(({ box, label }) => box.length > 0 && label.trim() !== '')
  const labels = await Promise.all(labelled.map((mark) => labelOf(frame, mark)))
  const raw = { width: frame.width, height: frame.height, channels: 3 } as const
  const png = await sharp(frame.data, { raw }).composite(labels).removeAlpha().png().toBuffer()
  return { status: 'drawn', png }
}

function scaledBox(box: Box, scale: number): Box {
  return box.map(([x, y]) => [x * scale, y * scale] as const)
}

function colourOf({ isBanned }: Mark): Colour {
  return isBanned ? BANNED : SEEN
}

function drawBox(frame: Frame, mark: Mark): void {
  const pen = { colour: colourOf(mark), width: Math.max(2, Math.round(frame.width / 400)) }
  for (const [at, from] of mark.box.entries()) {
    drawLine(frame, [from, mark.box[(at + 1) % mark.box.length]!], pen)
  }
}

interface Pen {
  readonly colour: Colour
  readonly width: number
}

/** Dot by dot: the few lines of a picture are no work. */
function drawLine(frame: Frame, [from, to]: Box, pen: Pen): void {
  if (!from || !to) return
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]]
  const steps = Math.min(20_000, Math.ceil(Math.max(Math.abs(dx), Math.abs(dy), 1)))
  for (let step = 0; step <= steps; step++) {
    dot(frame, [from[0] + (dx * step) / steps, from[1] + (dy * step) / steps], pen)
  }
}

function dot({ data, width, height }: Frame, [x, y]: Box[number], pen: Pen): void {
  const [left, top] = [Math.round(x - pen.width / 2), Math.round(y - pen.width / 2)]
  for (let row = Math.max(0, top); row < Math.min(height, top + pen.width); row++) {
    for (let column = Math.max(0, left); column < Math.min(width, left + pen.width); column++) {
      data.set(pen.colour, (row * width + column) * 3)
    }
  }
}

/** Above its box, or inside of it where there is no room; never beyond the picture. */
async function labelOf(frame: Frame, mark: Mark): Promise<OverlayOptions> {
  const { data, info } = await sharp({ text: { text: markupOf(mark), rgba: true, dpi: 96 } })
    .flatten({ background: hex(colourOf(mark)) })
    .resize({ width: frame.width, height: frame.height, fit: 'inside', withoutEnlargement: true })
    .raw()
    .toBuffer({ resolveWithObject: true })
  const left = Math.min(...mark.box.map(([x]) => x))
  const top = Math.min(...mark.box.map(([, y]) => y)) - info.height
  const within = (place: number, room: number) => Math.round(Math.max(0, Math.min(place, room)))
  return {
    input: data,
    raw: { width: info.width, height: info.height, channels: 3 },
    left: within(left, frame.width - info.width),
    top: within(top, frame.height - info.height),
  }
}

/** Pango's markup. */
function markupOf({ label }: Mark): string {
  const words = label.length > LABEL_LENGTH ? `${label.slice(0, LABEL_LENGTH)}…` : label
  const plain = words
    .replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '\ufffd')
    .replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`)
  return `<span foreground="white" size="${LETTERS_PX * 768}"> ${plain} </span>`
}

function hex(colour: Colour): string {
  return `#${colour.map((part) => part.toString(16).padStart(2, '0')).join('')}`
}
