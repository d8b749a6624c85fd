// Reads what is written in pictures: PP-OCRv4 on the processor, one line after the other until it is enough.
import type { Frame } from './frame.ts'
import { learnHost } from './learn-host.ts'
import { openPyramid, type Pyramid } from './pyramid.ts'
import type { Box } from './sight.ts'
import type { TextBox } from './text-boxes.ts'
import { isPlain, type Look, looks } from './text-detector.ts'
import { linesOf } from './text-lines.ts'
import { openTextModels, type TextModels } from './text-models.ts'
import type { Line, Reading, ReadingWish, TextReader } from './text-reader.ts'
import { type ReadLine, readLine } from './text-recogniser.ts'
import { cutStrip } from './text-strip.ts'

const MAX_LINES = 40
/** Below it a line may stand on its head. */
const SURE = 0.87
/** Nothing upside down is read so. */
const CERTAIN = 0.97
const CERTAIN_LENGTH = 8 // signs

export async function openTextReader(): Promise<TextReader> {
  const models = await openTextModels()
  return {
    read: (frame, wish) => read(models, frame, wish),
    learn: (host) => learnHost((frame) => readAll(models, frame), host),
  }
}

async function read(models: TextModels, frame: Frame, wish: ReadingWish): Promise<Reading> {
  const start = performance.now()
  const { deadlineMs } = wish
  const pyramid = openPyramid(frame)
  const end = start + deadlineMs
  const page: Page = { models, pyramid, wish, end, read: [], isUpright: false, isFound: false }
  let gate: number | undefined
  let last: Look | undefined
  // Half of the time is for finding lines: what was found has to be read too.
  for await (const look of looks(models.detector, frame, { purseMs: deadlineMs / 2, end })) {
    gate ??= Math.round(performance.now() - start)
    last = look
    if (!wish.readsAll)
      await readLines(
        page,
        linesOf(look.boxes).filter((line) => isPlain(line, look)),
      )
    if (page.isFound) break
  }
  const boxes = linesOf(last?.boxes ?? [])
  await readLines(page, boxes)
  const took = Math.round(performance.now() - start)
  const isWhole =
    page.isFound || (last?.isWhole === true && boxes.every((box) => isRead(page, box)))
  const stages = boxes.length === 0 ? { gate: took } : { gate: gate!, text: took - gate! }
  return { lines: page.read.map(({ line }) => line), isWhole, stages }
}

/** One after the other until it is enough. */
async function readLines(page: Page, boxes: readonly TextBox[]): Promise<void> {
  for (const box of boxes) {
    if (page.isFound || page.read.length >= MAX_LINES || performance.now() > page.end) return
    if (isRead(page, box)) continue
    const line = await readBox(page, box)
    page.read.push({ box, line })
    page.isFound = !page.wish.readsAll && page.wish.isEnough(line.text)
  }
}

/** A closer look finds the same line again, a little elsewhere. */
function isRead({ read }: Page, box: TextBox): boolean {
  return read.some(({ box: { x, y, width, height } }) => {
    const near = height / 3
    const isThere = Math.abs(x - box.x) < near && Math.abs(y - box.y) < near
    return isThere && Math.abs(width - box.width) < near && Math.abs(height - box.height) < near
  })
}

/** Whatever the same picture could be read as. */
async function readAll(models: TextModels, frame: Frame): Promise<string[]> {
  const readings: string[] = []
  const note = (line: string) => readings.push(line) === 0
  // Never enough, always near: every way to cut a line is tried.
  const wish = { isEnough: note, isNear: () => true, deadlineMs: Number.POSITIVE_INFINITY }
  await read(models, frame, wish)
  return readings
}

interface Page {
  readonly models: TextModels
  readonly pyramid: Pyramid
  readonly wish: ReadingWish
  /** As `performance.now()` tells it. */
  readonly end: number
  readonly read: { readonly box: TextBox; readonly line: Line }[]
  isFound: boolean
  /** A line was read for certain as it stands: the others are not on their heads. */
  isUpright: boolean
}

/** How a line is cut out: everything in shares of its height, but the stretch. */
interface Cut {
  readonly longer: number
  readonly higher: number
  readonly stretch: number
}

const FIRST: Cut = { longer: 0, higher: 0, stretch: 1 }
/** Double letters and dots get lost in narrow type, ends where the detector saw no more. */
const AGAIN: readonly Cut[] = [
  { longer: 0.1, higher: 0.1, stretch: 1.4 },
  { longer: 2, higher: 0, stretch: 1.2 },
  { longer: 0.2, higher: 0, stretch: 0.75 },
  { longer: 0.2, higher: -0.15, stretch: 1.2 },
  { longer: 0.2, higher: 0.3, stretch: 1.2 },
]

async function readBox(page: Page, box: TextBox): Promise<Line> {
  const first = await readEitherWay(page, box)
  const { isEnough, isNear } = page.wish
  if (isEnough(first.text) || !isNear?.(first.text)) return lineOf(first)
  if (isEnough(first.loose)) return lineOf(first, first.loose)
  for (const cut of AGAIN) {
    const again = await readCut(page, first.from, cut)
    const text = [again.text, again.loose].find(isEnough)
    if (text !== undefined) return lineOf(again, text)
  }
  return lineOf(first)
}

interface CutLine extends ReadLine {
  readonly from: TextBox
}

function lineOf({ text, score, from }: CutLine, instead = text): Line {
  return { text: instead.trim(), score, box: cornersOf(from) }
}

async function readEitherWay(page: Page, box: TextBox): Promise<CutLine> {
  const { isEnough, isNear } = page.wish
  const upright = await readCut(page, box, FIRST)
  const { text, score } = upright
  const isLevel = Math.abs(box.angle) < Math.PI / 4
  const isSure = isLevel && (page.isUpright || score >= SURE)
  page.isUpright ||= isLevel && score >= CERTAIN && text.length >= CERTAIN_LENGTH
  if (isSure || isEnough(text) || isNear?.(text)) return upright
  const turned = await readCut(page, { ...box, angle: box.angle + Math.PI }, FIRST)
  return turned.score > score ? turned : upright
}

async function readCut({ models, pyramid }: Page, box: TextBox, cut: Cut): Promise<CutLine> {
  const { frame, scale } = await pyramid.levelFor(box.height)
  const width = box.width + box.height * cut.longer
  const height = box.height * (1 + cut.higher)
  const place = { x: box.x * scale, y: box.y * scale, width: width * scale, height: height * scale }
  const strip = cutStrip(frame, { ...box, ...place }, cut.stretch)
  return { ...(await readLine(models, strip)), from: box }
}

function cornersOf({ x, y, width, height, angle }: TextBox): Box {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const corners = [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
  ] as const
  return corners.map(([u, v]) => {
    const [along, across] = [(u * width) / 2, (v * height) / 2]
    return [Math.round(x + along * cos - across * sin), Math.round(y + along * sin + across * cos)]
  })
}
