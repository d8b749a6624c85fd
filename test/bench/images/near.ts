// Known pictures as they come back: stored anew, scaled, marked, cut, mirrored, framed.
import sharp, { type Sharp } from 'sharp'
import { type Canvas, colour, drawOn, encode, escaped, open } from './canvas.ts'
import { between, letters, pick, type Random, randomFrom, whole } from './random.ts'
import type { Maker } from './sample.ts'
import { SCENES } from './scenes.ts'

export const KNOWN_COUNT = 200
const KNOWN_SEED = 7_000_000 // of no run

/** What is worth registering: nobody bans a blank surface. */
const WORTHY = ['photo', 'meme', 'poster', 'screenshot', 'comic', 'thread', 'chart'] as const
/** Of writing on a plain ground, a mark across changes as much as there was. */
const WRITING: readonly string[] = ['screenshot', 'thread', 'poster']

export function knownPicture(index: number): Promise<Canvas> {
  const random = randomFrom(KNOWN_SEED + index)
  return SCENES[WORTHY[index % WORTHY.length]!](random)
}

type Edit = (random: Random, canvas: Canvas) => Promise<Canvas>

const EDITS = {
  'near-recompressed': recompressed,
  'near-watermarked': watermarked,
  'near-watermarked-writing': watermarked,
  'near-cropped': cropped,
  'near-mirrored': async (_, canvas) => raw(open(canvas).flop()),
  'near-bordered': bordered,
} as const satisfies Record<string, Edit>

export type NearKind = keyof typeof EDITS

export const NEAR_KINDS = Object.keys(EDITS) as readonly NearKind[]

export function nearMaker(kind: NearKind): Maker {
  return async function* (random, count) {
    for (let number = 0; number < count; number++) {
      const index = indexFor(random, kind)
      const edited = await EDITS[kind](random, await knownPicture(index))
      const bytes = await encode(random, await rescaled(random, edited))
      yield { kind, name: `${number}: known picture ${index}`, bytes, mustBeFound: true }
    }
  }
}

function indexFor(random: Random, kind: NearKind): number {
  const index = whole(random, 0, KNOWN_COUNT - 1)
  if (!kind.startsWith('near-watermarked')) return index
  const isWriting = WRITING.includes(WORTHY[index % WORTHY.length]!)
  return isWriting === kind.endsWith('writing') ? index : indexFor(random, kind)
}

async function recompressed(random: Random, canvas: Canvas): Promise<Canvas> {
  const bytes = await open(canvas)
    .jpeg({ quality: whole(random, 25, 70) })
    .toBuffer()
  return raw(sharp(bytes))
}

/** Half of the pictures keep their size; the others are a third to one and a half times as large. */
async function rescaled(random: Random, canvas: Canvas): Promise<Canvas> {
  if (random() < 0.5) return canvas
  const scale = between(random, 0.33, 1.5)
  return raw(open(canvas).resize({ width: Math.round(canvas.width * scale) }))
}

/** A name across, in a corner or many times over; or a plate with a number. */
async function watermarked(random: Random, canvas: Canvas): Promise<Canvas> {
  const { width, height } = canvas
  const name = escaped(`@${letters(random, whole(random, 5, 10))}`)
  const write = (x: number, y: number, size: number, opacity: number) =>
    `<text x="${x}" y="${y}" font-family="DejaVu Sans" font-weight="bold" font-size="${size}" fill="${pick(random, ['#fff', '#000', '#888'])}" opacity="${opacity}">${name}</text>`
  const svg = pick(random, [
    () => write(width * random() * 0.7, height * between(random, 0.1, 0.95), height / 16, 0.9),
    () =>
      `<g transform="rotate(-25 ${width / 2} ${height / 2})">${write(width * 0.15, height * 0.55, width / 9, 0.35)}</g>`,
    () =>
      Array.from({ length: 12 }, (_, at) =>
        write(
          (at % 3) * (width / 3) + 10,
          Math.floor(at / 3) * (height / 4) + 40,
          width / 26,
          0.35,
        ),
      ).join(''),
    () =>
      `<rect x="${width * 0.7}" y="${height * 0.88}" width="${width * 0.3}" height="${height * 0.12}" fill="${colour(random, 20)}"/>${write(width * 0.72, height * 0.96, height / 20, 1)}`,
  ])()
  return drawOn(canvas, svg)
}

/** Up to a tenth of each side. */
async function cropped(random: Random, canvas: Canvas): Promise<Canvas> {
  const { width, height } = canvas
  const sides = pick(random, [
    () => [random(), random(), random(), random()],
    () => Array<number>(4).fill(random()),
    () => [0, 0, 0, random()],
    () => [random(), 0, random(), 0],
  ])().map((share) => share * 0.1)
  const [left, top] = [Math.round(sides[0]! * width), Math.round(sides[1]! * height)]
  const right = Math.round(sides[2]! * width)
  const bottom = Math.round(sides[3]! * height)
  return raw(
    open(canvas).extract({ left, top, width: width - left - right, height: height - top - bottom }),
  )
}

async function bordered(random: Random, canvas: Canvas): Promise<Canvas> {
  const [across, down] = [whole(random, 0, canvas.width / 4), whole(random, 8, canvas.height / 4)]
  const background = pick(random, ['#000', '#fff', colour(random, between(random, 10, 90))])
  return raw(
    open(canvas).extend({ left: across, right: across, top: down, bottom: down, background }),
  )
}

async function raw(picture: Sharp): Promise<Canvas> {
  const { data, info } = await picture.removeAlpha().raw().toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height }
}
