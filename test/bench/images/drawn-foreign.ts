// Pictures with a banned host in Japanese, in Noto's fonts: where the IPA fonts are the system's own, its readings
// are learned from others.
import {
  contrasting,
  cssOf,
  encode,
  gradientBackdrop,
  paint,
  photoBackdrop,
  type Random,
} from './drawn-canvas.ts'
import { sizeFor } from './drawn-latin.ts'
import { between, DRAWN_BANS, pick } from './drawn-words.ts'
import type { Sample } from './sample.ts'

const FONTS = [
  'Noto Sans CJK JP',
  'Noto Serif CJK JP',
  'Noto Sans CJK HK',
  'Noto Sans Mono CJK JP',
] as const

/** Not banned, though the recogniser passes over much of them. */
const NEIGHBOURS = [
  '荒.example',
  '荒れ地.example',
  '大荒らし.example',
  '荒らし.example.org',
  '荒らし対策.example',
  '無料.example',
  '配布.example',
  '黒猫.test',
  '猫団.test',
  '破壊.example',
  '新破壊者.example',
  '闇市.example',
  '事.example',
  '時事.example',
  '日本連合.example',
  '裏.test',
  '荒らしは通報してください',
  '王.example',
] as const

export const drawnForeign = (random: Random, count: number) =>
  draw(random, { count, kind: 'drawn-foreign', names: DRAWN_BANS.foreign, mustBeFound: true })

export const drawnForeignNeighbours = (random: Random, count: number) =>
  draw(random, { count, kind: 'drawn-foreign-neighbours', names: NEIGHBOURS, mustBeFound: false })

interface Plan {
  readonly kind: string
  readonly count: number
  readonly names: readonly string[]
  readonly mustBeFound: boolean
}

async function* draw(random: Random, plan: Plan): AsyncIterable<Sample> {
  const { kind, count, names, mustBeFound } = plan
  for (let index = 0; index < count; index++) {
    const name = pick(random, names)
    const around = pick(random, ['', '', '', 'https://', '参加 ', '→ '])
    const size = Math.round(between(random, 17, 64))
    const length = (name.length + around.length) * size
    const canvas = sizeFor(random, length + 40)
    const [ink, paper] = contrasting(random)
    const isPhoto = random() < 0.3
    const backdrop = isPhoto
      ? await photoBackdrop(canvas, random)
      : gradientBackdrop(canvas, [paper, paper.map((each) => Math.max(0, each - 30)) as never])
    const writing = {
      text: `${around}${name}`,
      x: canvas.width / 2,
      y: canvas.height * between(random, 0.3, 0.7),
      size,
      font: pick(random, FONTS),
      colour: isPhoto ? 'white' : cssOf(ink),
      ...(isPhoto && { outline: 'black' }),
      weight: random() < 0.3 ? 'bold' : 'normal',
    } as const
    const picture = await paint(backdrop, { size: canvas, writings: [writing] })
    const bytes = await encode(picture, random)
    yield {
      kind,
      name: `${kind}-${index} ${size}px ${writing.font} ${writing.text}`,
      bytes,
      mustBeFound,
    }
  }
}
