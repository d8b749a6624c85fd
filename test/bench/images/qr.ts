// QR codes that lead to banned places, in every way that they were seen to be shown or can be expected to be.
import { type Canvas, drawOn, encode, open, photo, plain } from './canvas.ts'
import { extentOf, type Modules, modulesOf, type Placement, qrShape } from './qr-drawing.ts'
import { between, letters, pick, type Random, whole } from './random.ts'
import type { Maker, Sample } from './sample.ts'

interface Wish {
  /** Smallest and largest module, in pixels of the picture. */
  readonly module: readonly [number, number]
  /** Longest side of the picture at most. */
  readonly side: readonly [number, number]
  readonly backdrop: 'photo' | 'plain'
  readonly ecLevel?: 'L' | 'M' | 'Q' | 'H'
  readonly place?: (random: Random) => Partial<Placement>
  readonly encode?: (random: Random, canvas: Canvas) => Promise<Buffer>
}

const WISHES = {
  'qr-plain': { module: [2.5, 12], side: [240, 1_600], backdrop: 'plain' },
  'qr-photo': { module: [2.5, 10], side: [700, 2_400], backdrop: 'photo' },
  'qr-small': { module: [2.5, 3.5], side: [500, 2_400], backdrop: 'photo' },
  'qr-large-photo': { module: [2.5, 5], side: [3_000, 6_000], backdrop: 'photo' },
  'qr-inverted': {
    module: [2.5, 10],
    side: [400, 1_600],
    backdrop: 'photo',
    place: () => ({ dark: '#fff', light: '#000' }),
  },
  'qr-rotated': {
    module: [2.5, 10],
    side: [600, 1_800],
    backdrop: 'photo',
    place: (random) => ({ degrees: between(random, 0, 360) }),
  },
  'qr-slanted': {
    module: [3, 10],
    side: [600, 1_800],
    backdrop: 'photo',
    place: (random) => ({ slant: between(random, 0.05, 0.25), degrees: between(random, -20, 20) }),
  },
  'qr-jpeg': {
    module: [2.5, 8],
    side: [400, 1_600],
    backdrop: 'photo',
    encode: (random, canvas) =>
      open(canvas)
        .jpeg({ quality: whole(random, 35, 60) })
        .toBuffer(),
  },
  'qr-logo': {
    module: [2.5, 8],
    side: [400, 1_600],
    backdrop: 'photo',
    ecLevel: 'H',
    place: (random) => ({ logo: between(random, 0.15, 0.25) }),
  },
  'qr-coloured': {
    module: [2.5, 10],
    side: [400, 1_600],
    backdrop: 'photo',
    place: coloured,
  },
} as const satisfies Record<string, Wish>

export type QrKind = keyof typeof WISHES

export const QR_KINDS = Object.keys(WISHES) as readonly QrKind[]

export function qrMaker(kind: QrKind): Maker {
  return async function* (random, count) {
    for (let number = 0; number < count; number++) yield await makeQr(random, kind, number)
  }
}

async function makeQr(random: Random, kind: QrKind, number: number): Promise<Sample> {
  const wish: Wish = WISHES[kind]
  const text = bannedText(random)
  const modules = await modulesOf(text, wish.ecLevel ?? pick(random, ['L', 'M', 'Q']))
  const { canvas, module } = await codeOn(random, wish, modules)
  const bytes = await (wish.encode ?? encode)(random, canvas)
  const name = `${number}: ${text} at ${module.toFixed(1)} px, ${canvas.width} × ${canvas.height}`
  return { kind, name, bytes, mustBeFound: true }
}

async function codeOn(random: Random, wish: Wish, modules: Modules) {
  const module = between(random, ...wish.module)
  const style = { module, quiet: whole(random, 2, 4), ...wish.place?.(random) }
  const reach = extentOf(modules, { x: 0, y: 0, ...style }) * 0.75 // as far as a corner gets
  const side = Math.max(2 * reach + 8, between(random, ...wish.side))
  const [width, height] = [Math.ceil(side), Math.ceil(Math.max(2 * reach + 8, side * 0.7))]
  const x = between(random, reach, width - reach)
  const y = between(random, reach, height - reach)
  const ground =
    wish.backdrop === 'photo'
      ? await photo(random, width, height)
      : await plain(width, height, '#fff')
  return { canvas: await drawOn(ground, qrShape(modules, { ...style, x, y })), module }
}

/** Dark on light by luma, in any two hues: what scanners on phones manage. */
function coloured(random: Random): Partial<Placement> {
  const [dark, light] = [whole(random, 8, 30), whole(random, 72, 96)]
  const hue = () => whole(random, 0, 359)
  return { dark: `hsl(${hue()},90%,${dark}%)`, light: `hsl(${hue()},85%,${light}%)` }
}

export function bannedText(random: Random): string {
  return pick(random, [
    () => `https://discord.gg/${letters(random, whole(random, 6, 10))}`,
    () => `discord.gg/${letters(random, whole(random, 6, 10))}`,
    () => `https://discord.com/invite/${letters(random, 8)}`,
    () => `HTTPS://DISCORD.GG/${letters(random, 7).toUpperCase()}`,
    () => `https://kuroneko-server.example/?ref=${letters(random, whole(random, 4, 60))}`,
    () => 'https://bit.ly/3xSpamQr',
  ])()
}
