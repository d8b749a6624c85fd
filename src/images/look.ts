// The story of one picture, cheap before dear: the very file → what it looks like → QR codes → what is written in it.
// The first finding ends it, unless everything is to be told.
import { createHash } from 'node:crypto'
import { compileCodeBans } from './code-bans.ts'
import type { Code, CodeReader } from './codes.ts'
import { type Decoded, decode } from './decode.ts'
import { compileDrawnBans } from './drawn-bans.ts'
import { compileNearBans } from './drawn-near.ts'
import type { Frame } from './frame.ts'
import { compileKnownPictures, judgeNearest, type Nearest } from './known-pictures.ts'
import { tabulate } from './perceptual-hash.ts'
import type { Box, Detail, PictureBans, PictureFinding, Sight } from './sight.ts'
import type { Line, TextReader } from './text-reader.ts'
import { hashesToAsk } from './variants.ts'

export type Look = (bytes: Uint8Array, wish: LookWish) => Promise<Sight>

export interface LookWish {
  readonly isThorough: boolean
}

export interface Readers {
  readonly codes: CodeReader
  /** Asked when the first picture gets as far as its text: the models take a second and 200 MB. */
  openText(): Promise<TextReader>
  /** Milliseconds. */
  now(): number
}

/** For the codes of all frames: the largest picture takes a third of it. */
const CODES_MS = 3_000
/** For all frames of a picture; a longer text than is read in it has its address among the largest lines. */
const TEXT_MS = 3_000
const THOROUGH_TEXT_MS = 20_000

/** Throws for a banned URL that is none, and names it. */
export function compileLook(bans: PictureBans, readers: Readers): Look {
  const judges: Judges = {
    known: compileKnownPictures(bans.known),
    code: compileCodeBans(bans.urls),
    line: compileDrawnBans(bans),
    near: compileNearBans(bans),
  }
  return async (bytes, { isThorough }) => {
    const sight: Sighting = {
      findings: [],
      stages: {},
      codes: [],
      lines: [],
      isThorough,
      isPartial: false,
    }
    const looking = { judges, readers, sight }
    const decoded = await lookAt(looking, bytes)
    const { findings, stages } = sight
    if (decoded?.status === 'unread') return { ...decoded, isPassing: false, stages }
    const detail = isThorough && decoded ? { detail: detailOf(decoded, sight) } : {}
    const partial = sight.isPartial ? { isPartial: true as const } : {}
    return { status: 'seen', findings, ...partial, stages, ...detail }
  }
}

interface Judges {
  readonly known: ReturnType<typeof compileKnownPictures>
  readonly code: (text: string) => PictureFinding | undefined
  readonly line: (line: string) => PictureFinding | undefined
  /** Worth reading once more. */
  readonly near: (line: string) => boolean
}

/** What comes together while a picture is looked at. */
interface Sighting {
  readonly findings: PictureFinding[]
  readonly stages: Record<string, number>
  nearest?: Nearest
  readonly codes: Code[]
  readonly lines: Line[]
  /** There was more of it than is read: pages, codes or text. */
  isPartial: boolean
  readonly isThorough: boolean
}

interface Looking {
  readonly judges: Judges
  readonly readers: Readers
  readonly sight: Sighting
}

/** Undefined where the file itself is known and nothing more was wanted. */
async function lookAt(looking: Looking, bytes: Uint8Array): Promise<Decoded | undefined> {
  const { sight, judges } = looking
  note(sight, judges.known.findBytes(createHash('sha256').update(bytes).digest('hex')))
  if (isEnough(sight)) return undefined
  const decoded = await timed(looking, 'decode', () => decode(bytes))
  if (decoded.status === 'unread') return decoded
  sight.isPartial = !decoded.isWhole
  for (const [stage, lookFor] of [
    ['hash', lookForKnown],
    ['qr', lookForCodes],
  ] as const) {
    await timed(looking, stage, () => lookFor(looking, decoded))
    if (isEnough(sight)) return decoded
  }
  await lookForText(looking, decoded)
  return decoded
}

type Picture = Extract<Decoded, { status: 'decoded' }>

async function lookForKnown({ judges, sight }: Looking, { frames }: Picture): Promise<void> {
  for (const frame of frames) {
    const nearest = judges.known.nearest(hashesToAsk(await tabulate(frame)))
    note(sight, judgeNearest(nearest))
    if (isNearer(nearest, sight.nearest)) sight.nearest = nearest
  }
}

function isNearer(one: Nearest | undefined, other: Nearest | undefined): one is Nearest {
  return one !== undefined && (!other || one.distance - one.limit < other.distance - other.limit)
}

async function lookForCodes(looking: Looking, picture: Picture): Promise<void> {
  const { judges, readers, sight } = looking
  const isBanned = (text: string) => !sight.isThorough && judges.code(text) !== undefined
  const shareOf = shares(looking, CODES_MS)
  for (const [at, frame] of picture.frames.entries()) {
    const deadlineMs = shareOf(picture.frames.length - at)
    const { codes, isWhole } = await readers.codes.read(frame, { isEnough: isBanned, deadlineMs })
    sight.isPartial ||= !isWhole
    for (const code of codes) note(sight, judges.code(code.text))
    sight.codes.push(...codes.map((code) => asShown(code, frame, picture)))
    if (isEnough(sight)) return
  }
}

async function lookForText(looking: Looking, picture: Picture): Promise<void> {
  const { judges, readers, sight } = looking
  const reader = await readers.openText()
  const shareOf = shares(looking, sight.isThorough ? THOROUGH_TEXT_MS : TEXT_MS)
  for (const [at, frame] of picture.frames.entries()) {
    const { lines, isWhole, stages } = await reader.read(frame, {
      isEnough: (line) => judges.line(line) !== undefined,
      readsAll: sight.isThorough,
      isNear: judges.near,
      deadlineMs: shareOf(picture.frames.length - at),
    })
    sight.isPartial ||= !isWhole
    for (const [stage, took] of Object.entries(stages)) addTime(sight, stage, took)
    for (const { text } of lines) note(sight, judges.line(text))
    sight.lines.push(...lines.map((line) => asShown(line, frame, picture)))
    if (isEnough(sight)) return
  }
}

/** Of the time that is left an equal part for each frame: the first must not use up what others need. */
function shares({ readers }: Looking, wholeMs: number): (frames: number) => number {
  const end = readers.now() + wholeMs
  return (frames) => Math.max(0, end - readers.now()) / frames
}

function note({ findings }: Sighting, finding: PictureFinding | undefined): void {
  const isNew = ({ how, value }: PictureFinding) =>
    !findings.some((each) => each.how === how && each.value === value)
  if (finding && isNew(finding)) findings.push(finding)
}

function isEnough({ findings, isThorough }: Sighting): boolean {
  return findings.length > 0 && !isThorough
}

async function timed<T>({ readers, sight }: Looking, stage: string, work: () => Promise<T>) {
  const start = readers.now()
  const done = await work()
  addTime(sight, stage, readers.now() - start)
  return done
}

function addTime({ stages }: Sighting, stage: string, milliseconds: number): void {
  stages[stage] = (stages[stage] ?? 0) + Math.round(milliseconds)
}

/** Frames may be smaller than the picture: boxes are told in the picture's own pixels. */
function asShown<T extends { readonly box: Box }>(seen: T, frame: Frame, picture: Picture): T {
  const [across, down] = [picture.width / frame.width, picture.height / frame.height]
  const box = seen.box.map(([x, y]) => [Math.round(x * across), Math.round(y * down)] as const)
  return { ...seen, box }
}

function detailOf({ format, width, height, pages }: Picture, sight: Sighting): Detail {
  const { nearest, codes, lines } = sight
  return { format, width, height, pages, ...(nearest && { nearest }), codes, lines }
}
