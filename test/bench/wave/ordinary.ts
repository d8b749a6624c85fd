// Ordinary days: scenes in the mixture in which they happen, at the hours when people are awake.
import { DAY, HOUR } from './calendar.ts'
import * as daily from './daily.ts'
import type { Planned, Scene, Stage } from './scene.ts'
import { accepted, smallThings } from './small-things.ts'
import * as talk from './talk.ts'

/** Share of all posts; a scene that brings many posts is drawn less often. */
const MIXTURE: readonly {
  readonly scene: Scene
  readonly share: number
  readonly posts: number
}[] = [
  { scene: daily.followedPost, share: 30, posts: 1 },
  { scene: daily.boost, share: 10, posts: 1 },
  { scene: talk.thread, share: 14, posts: 15 },
  { scene: talk.viral, share: 8, posts: 200 },
  { scene: talk.strangersAnswer, share: 6, posts: 3.5 },
  { scene: daily.relayed, share: 5, posts: 7 },
  { scene: daily.lemmy, share: 4, posts: 5 },
  { scene: daily.news, share: 4, posts: 17 },
  { scene: talk.birthday, share: 3, posts: 18 },
  { scene: daily.greetingBot, share: 3, posts: 8 },
  { scene: talk.directMessages, share: 3, posts: 4.5 },
  { scene: daily.edit, share: 2.5, posts: 2 },
  { scene: talk.support, share: 2, posts: 12 },
  { scene: daily.wordlessPicture, share: 1.5, posts: 1 },
  { scene: daily.quote, share: 1.5, posts: 1 },
  { scene: talk.firstPosts, share: 1.5, posts: 2 },
  { scene: talk.invitation, share: 1, posts: 1 },
]

const SMALL_THINGS = 0.6 // for each post, as many likes, follows, votes, deletions
const ACCEPTS = 0.02

export interface Days {
  /** Epoch milliseconds. */
  readonly from: number
  readonly days: number
  readonly posts: number
}

/** In no order; about as many posts as asked for, never fewer. */
export function ordinaryDays(stage: Stage, { from, days, posts }: Days): Planned[] {
  const { random } = stage
  const planned: Planned[] = []
  const play = (scene: Scene) => {
    const deliveries = scene(stage, from + timeOfDay(random.next()) + random.below(days) * DAY)
    for (const each of deliveries) planned.push(each)
    return deliveries.length
  }
  const draw = sceneBy(MIXTURE)
  for (let count = 0; count < posts; ) count += play(draw(random.next()))
  for (let count = 0; count < posts * SMALL_THINGS; count++) play(smallThings)
  for (let count = 0; count < posts * ACCEPTS; count++) play(accepted)
  return planned
}

function sceneBy(mixture: typeof MIXTURE): (lot: number) => Scene {
  const weights = mixture.map(({ share, posts }) => share / posts)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return (lot) => {
    let rest = lot * total
    const drawn = mixture.find((_, at) => {
      rest -= weights[at]!
      return rest < 0
    })
    return (drawn ?? mixture[0]!).scene
  }
}

/** Few write at four in the morning, most in the evening; two zones of the world, half a day apart. */
function timeOfDay(lot: number): number {
  const shifted = (lot + 0.12 * Math.sin(2 * Math.PI * lot) + 1) % 1
  return Math.floor(shifted * 24 * HOUR)
}
