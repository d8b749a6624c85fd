// What the waves of 2024 carried: a bare link or a picture, a persona with a shortened link, a QR code.
import type { JsonObject } from '../../../src/json.ts'
import type { Tactics } from './evasions.ts'
import { aPicture, reencoded } from './pictures.ts'
import type { Random } from './random.ts'
import { LANGUAGES, tongueOf } from './words.ts'
import type { Picture, Written } from './writing.ts'

/** What the operator of the simulated instance has listed. */
export const BANNED = ['raid.example/join', 'xn--68j5e377y.example', 'yip.example/25X8U6']

interface Shape {
  readonly misskeyShare: number
  /** People with a story, not scripts with random names. */
  readonly hasPersona: boolean
  readonly calls: (random: Random) => number
}

export const SHAPES: Readonly<Record<string, Shape>> = {
  link: { misskeyShare: 0.1, hasPersona: false, calls: () => 5 },
  persona: { misskeyShare: 0.8, hasPersona: true, calls: (random) => random.between(8, 11) },
  qr: { misskeyShare: 0.4, hasPersona: false, calls: () => 5 },
}

/** What all posts of a wave hold out. */
export interface Lure {
  readonly number: number
  /** Posts of the wave that were shown so far by boosting them. */
  readonly boosted: JsonObject[]
  load(post: Carrying): Pick<Written, 'text' | 'links' | 'pictures'>
}

interface Carrying {
  readonly tactics: Tactics
  readonly host: string
  readonly random: Random
}

interface LureTraits {
  readonly shape: string
  readonly isBanned: boolean
  readonly number: number
  readonly random: Random
}

interface Bait extends LureTraits {
  readonly link: string
  readonly picture: Picture
  readonly story: string
}

export function lureOf(traits: LureTraits): Lure {
  const { number, random } = traits
  const picture = aPicture(random, 'origin.test')
  const story = `${tongueOf('ja', random).post()}${tongueOf('ja', random).post()}`
  const bait = { ...traits, link: linkOf(traits), picture, story }
  return { number, boosted: [], load: (post) => LOADS[traits.shape]!(bait, post) }
}

/** A host of its own for every wave that nobody has listed. */
function linkOf({ shape, isBanned, number, random }: LureTraits): string {
  if (!isBanned) {
    return shape === 'persona'
      ? `https://yip.example/w${number}`
      : `https://lure${number}.test/join`
  }
  if (shape === 'persona') return 'https://yip.example/25X8U6'
  return random.chance(0.5) ? 'https://raid.example/join' : 'https://荒らし.example/'
}

type Load = (bait: Bait, post: Carrying) => ReturnType<Lure['load']>

const LOADS: Readonly<Record<string, Load>> = {
  /** Without a listed link every second post shows a picture in place of it. */
  link(bait, post) {
    const isPicture = !bait.isBanned && post.random.chance(0.5)
    const shown = isPicture ? picturesOf(bait, post, 1) : withLink(bait, post)
    return { text: textOf('', post), ...shown }
  },
  persona: (bait, post) => ({ text: textOf(bait.story, post), ...withLink(bait, post) }),
  /** With a listed link it stands beside the code; without one the code is all there is. */
  qr(bait, post) {
    const link = bait.isBanned ? { links: [addressOf(bait, post)] } : {}
    return { text: textOf('参加', post), ...link, ...picturesOf(bait, post, 1) }
  },
}

function withLink(bait: Bait, post: Carrying) {
  const pictures = picturesOf(bait, post, 0)
  return { links: [addressOf(bait, post)], ...pictures }
}

function addressOf({ link, isBanned }: Bait, { tactics, random }: Carrying): string {
  if (!tactics.isUnique) return link
  const own = random.below(2 ** 40).toString(36)
  if (isBanned) return `${link}?via=${own}`
  return random.chance(0.5) ? `${link}/${own}` : link.replace('https://', `https://${own}.`)
}

function picturesOf({ picture }: Bait, { tactics, host, random }: Carrying, usual: number) {
  const count = tactics.pictures ?? usual
  if (count === 0) return {}
  return { pictures: Array.from({ length: count }, () => reencoded(picture, random, host)) }
}

function textOf(text: string, { tactics, random }: Carrying): string {
  if (!tactics.isVaried) return text
  return tongueOf(random.pick(LANGUAGES), random).post()
}
