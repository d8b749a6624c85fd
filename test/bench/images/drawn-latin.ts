// Pictures with a banned URL in Latin letters: large and small, slanted and turned, on plain grounds and on photos.

import {
  contrasting,
  cssOf,
  encode,
  gradientBackdrop,
  LATIN_FONTS,
  paint,
  photoBackdrop,
  plainBackdrop,
  type Random,
  type Size,
  type Writing,
  widthOf,
} from './drawn-canvas.ts'
import { bannedUrl, between, neighbour, pick, talk } from './drawn-words.ts'
import type { Sample } from './sample.ts'

type Maker = (random: Random, count: number) => AsyncIterable<Sample>

/** Capital letters of 12 to 60 pixels. */
export const drawnLarge = maker('drawn-large', { glyphs: [12, 60] })
export const drawnSmall = maker('drawn-small', { glyphs: [7, 11.9] })
export const drawnSlanted = maker('drawn-slanted', {
  glyphs: [12, 40],
  turns: [-15, -12, -8, -5, 5, 8, 12, 15],
})
export const drawnTurned = maker('drawn-turned', { glyphs: [12, 40], turns: [90, -90, 180] })
export const drawnOnPhoto = maker('drawn-on-photo', { glyphs: [12, 50], ground: 'photo' })
/** Not banned, but near it. */
export const drawnNeighbours = maker('drawn-neighbours', {
  glyphs: [10, 50],
  text: neighbour,
  mustBeFound: false,
})
export const wordless: Maker = async function* (random, count) {
  for (let index = 0; index < count; index++) {
    const size = sizeFor(random, 300)
    const picture = await paint(await photoBackdrop(size, random), { size, writings: [] })
    yield {
      kind: 'wordless',
      name: `wordless-${index}`,
      bytes: await encode(picture, random),
      mustBeFound: false,
    }
  }
}

interface Plan {
  /** Height of capital letters, in pixels. */
  readonly glyphs: readonly [number, number]
  readonly turns?: readonly number[]
  readonly ground?: 'photo'
  readonly text?: (random: Random) => string
  readonly mustBeFound?: boolean
}

export function maker(kind: string, plan: Plan): Maker {
  return async function* (random, count) {
    for (let index = 0; index < count; index++) {
      const { bytes, text, glyph } = await draw(plan, random)
      const name = `${kind}-${index} ${glyph.toFixed(1)}px ${text}`
      yield { kind, name, bytes, mustBeFound: plan.mustBeFound ?? true }
    }
  }
}

async function draw(plan: Plan, random: Random) {
  const text = (plan.text ?? bannedUrl)(random)
  // Half of them among the smaller ones, which are the hard ones.
  const glyph = between(
    random,
    plan.glyphs[0],
    random() < 0.5 ? plan.glyphs[1] : (plan.glyphs[0] * 2 + plan.glyphs[1]) / 3,
  )
  const turn = plan.turns ? pick(random, plan.turns) : 0
  const around =
    random() < 0.4
      ? `${pick(random, ['Join ', 'visit: ', '→ ', 'NEW! ', 'server: ', '参加 '])}${text}`
      : text
  const fontSize = glyph / 0.7
  const length = widthOf(around, fontSize)
  const isUpright = Math.abs(turn) === 90
  const level = sizeFor(random, length + 30)
  const size = isUpright ? { width: level.height, height: level.width } : level
  const flat = random()
  const [ink, paper] = contrasting(random)
  const backdrop =
    plan.ground === 'photo'
      ? await photoBackdrop(size, random)
      : flat < 0.6
        ? plainBackdrop(size, paper)
        : gradientBackdrop(size, [paper, paper.map((each) => Math.max(0, each - 25)) as never])
  const isOutlined = plan.ground === 'photo' ? random() < 0.7 : random() < 0.15
  const light = random() < 0.5
  const style = {
    font: pick(random, LATIN_FONTS),
    weight: random() < 0.35 ? 'bold' : 'normal',
    style: random() < 0.12 ? 'italic' : 'normal',
    colour: isOutlined
      ? light
        ? 'white'
        : 'black'
      : plan.ground === 'photo'
        ? pick(random, ['white', 'yellow', 'black', '#f22', '#0f0'])
        : cssOf(ink),
    ...(isOutlined && { outline: light ? 'black' : 'white' }),
    turn,
  } as const
  const reach = ((isUpright ? size.height : size.width) - length) / 2 - 10
  const shift = reach > 0 ? between(random, -reach, reach) : 0
  const x = size.width / 2 + (isUpright ? 0 : shift)
  const y = size.height * between(random, 0.35, 0.65) + (isUpright ? shift / 3 : 0)
  const writings: Writing[] = [
    { text: around, x, y: isUpright ? size.height / 2 : y, size: fontSize, ...style },
  ]
  if (random() < 0.6 && turn === 0) {
    const other = talk(random)
    const otherSize = Math.min(
      fontSize * between(random, 0.7, 2.2),
      (size.width * 0.9) / widthOf(other, 1),
    )
    const otherY = y > size.height / 2 ? y - fontSize - otherSize : y + fontSize + otherSize
    writings.push({ ...style, text: other, x: size.width / 2, y: otherY, size: otherSize })
  }
  const picture = await paint(backdrop, { size, writings })
  return { text: around, glyph, bytes: await encode(picture, random) }
}

/** A picture as posts have them, wide enough for the text. */
export function sizeFor(random: Random, length: number): Size {
  const long = Math.max(length, pick(random, [500, 640, 800, 1000, 1200, 1280, 1600]))
  const short = Math.round(long * pick(random, [0.56, 0.67, 0.75, 1]))
  const isTall = random() < 0.25 && short > length
  return isTall
    ? { width: short, height: Math.round(long) }
    : { width: Math.round(long), height: short }
}
