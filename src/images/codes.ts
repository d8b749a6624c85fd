// QR codes in a picture: several of them, small ones in large photographs, turned, inverted, in colour.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import {
  prepareZXingModule,
  type ReaderOptions,
  type ReadResult,
  readBarcodes,
} from 'zxing-wasm/reader'
import type { Frame } from './frame.ts'
import { doubled, halved, type Luma, lumaOf, type Part, rgbaOf } from './luma.ts'
import type { Box } from './sight.ts'

export interface Code {
  readonly text: string
  /** In the frame's pixels. */
  readonly box: Box
}

export interface CodeReading {
  /** Each text once. */
  readonly codes: readonly Code[]
  /** False where there may be more than were read. */
  readonly isWhole: boolean
}

export interface CodeWish {
  /** Asked of each: true ends the reading. */
  readonly isEnough: (text: string) => boolean
  /** Milliseconds. */
  readonly deadlineMs: number
}

export interface CodeReader {
  read(frame: Frame, wish: CodeWish): Promise<CodeReading>
}

export async function openCodeReader(): Promise<CodeReader> {
  const file = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm')
  const { buffer } = Uint8Array.from(await readFile(file))
  // Without it the library asks a CDN.
  await prepareZXingModule({ overrides: { wasmBinary: buffer }, fireImmediately: true })
  return { read: readCodes }
}

/** What is seen at once. More is cut into parts, or the modules of a small code would be lost in scaling. */
const VIEW = 1_600
/** Parts overlap by this; what doesn't fit in it is seen whole at half the scale. */
const OVERLAP = 400
const SMALL = 800 // up to here twice the size costs little, and helps with modules of two pixels

/** The most that the library counts to: with fewer, a crowd of small codes would hide the one that is meant. */
const MAX_CODES = 255

const OPTIONS: ReaderOptions = {
  formats: ['QRCode', 'MicroQRCode', 'RMQRCode'],
  tryHarder: true,
  tryRotate: true,
  tryInvert: true,
  tryDownscale: true,
  maxNumberOfSymbols: MAX_CODES,
}

async function readCodes(frame: Frame, { isEnough, deadlineMs }: CodeWish): Promise<CodeReading> {
  const start = performance.now()
  const codes = new Map<string, Code>()
  let isCrowded = false
  for (const view of viewsOf(frame)) {
    const isLate = performance.now() - start > deadlineMs
    if (isLate) return { codes: [...codes.values()], isWhole: false }
    const read = await readView(view)
    isCrowded ||= read.length >= MAX_CODES
    keep(codes, read)
    if (read.some(({ text }) => isEnough(text))) break
  }
  return { codes: [...codes.values()], isWhole: !isCrowded }
}

function keep(codes: Map<string, Code>, read: readonly Code[]): void {
  for (const code of read) if (!codes.has(code.text)) codes.set(code.text, code)
}

interface View extends Scaled {
  readonly part: Part
}

/** Of a micro code's side: narrower strips hold none, and the library throws at them. */
const FEWEST_MODULES = 11

/** The whole picture at a glance first, then ever closer. */
function* viewsOf(frame: Frame): Generator<View> {
  for (const { luma, scale } of scalesOf(frame)) {
    for (const part of partsOf(luma)) {
      if (Math.min(part.width, part.height) >= FEWEST_MODULES) yield { luma, scale, part }
    }
  }
}

interface Scaled {
  readonly luma: Luma
  /** Pixels of the frame a pixel. */
  readonly scale: number
}

function scalesOf(frame: Frame): readonly Scaled[] {
  const scales: Scaled[] = [{ luma: lumaOf(frame), scale: 1 }]
  for (let [closest] = scales; Math.max(closest!.luma.width, closest!.luma.height) > VIEW; ) {
    closest = { luma: halved(closest!.luma), scale: closest!.scale * 2 }
    scales.unshift(closest)
  }
  if (Math.max(frame.width, frame.height) > SMALL) return scales
  return [...scales, { luma: doubled(scales[0]!.luma), scale: 0.5 }]
}

function* partsOf({ width, height }: Luma): Generator<Part> {
  for (const [top, high] of spans(height)) {
    for (const [left, wide] of spans(width)) yield { left, top, width: wide, height: high }
  }
}

function spans(length: number): readonly (readonly [start: number, length: number])[] {
  const count = Math.max(1, Math.ceil((length - OVERLAP) / (VIEW - OVERLAP)))
  const each = Math.ceil((length + (count - 1) * OVERLAP) / count)
  return Array.from({ length: count }, (_, at) => {
    const start = Math.min(at * (each - OVERLAP), length - Math.min(each, length))
    return [start, Math.min(each, length)]
  })
}

async function readView({ luma, scale, part }: View): Promise<readonly Code[]> {
  const { width, height } = part
  const pixels = { data: rgbaOf(luma, part), width, height }
  const read = await readBarcodes(pixels as Parameters<typeof readBarcodes>[0], OPTIONS)
  return read
    .filter(({ isValid, text }) => isValid && text !== '')
    .map(({ text, position }) => ({ text, box: boxOf(position, part, scale) }))
}

function boxOf(position: ReadResult['position'], { left, top }: Part, scale: number): Box {
  const { topLeft, topRight, bottomRight, bottomLeft } = position
  return [topLeft, topRight, bottomRight, bottomLeft].map(
    ({ x, y }) => [(x + left) * scale, (y + top) * scale] as const,
  )
}
