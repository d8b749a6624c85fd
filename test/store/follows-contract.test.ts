// Follows in every store: since when by the instance's own word, and gone when it does not know them.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { personKey } from '../../src/facts/people.ts'
import type { Lesson } from '../../src/history.ts'
import { digest } from '../../src/store/redis/keys.ts'
import type { Store } from '../../src/store/store.ts'
import { NOON } from './build.ts'
import { anAuthor, aSighting, DAY } from './sightings.ts'
import { type StoreWorld, worlds } from './worlds.ts'

const DOMAIN = 'remote.example'
const MOMO = anAuthor('momo')
const AOI = anAuthor('aoi')
const ALICE = 'https://home.example/users/alice'
const BOB = 'https://home.example/users/bob'

describe.each(worlds)('the $name store of follows', ({ start }) => {
  let world: StoreWorld
  let store: Store

  beforeAll(async () => {
    world = await start()
  })
  beforeEach(async () => {
    await world.clear()
    store = await world.open({ now: () => NOON })
  })
  afterEach(() => store.close())
  afterAll(() => world.stop())

  async function follow(author: string, by: string, { since, at = NOON - 2 * DAY }: Since = {}) {
    const told = { kind: 'begun', by, ...(since !== undefined && { since }) } as const
    const lesson: Lesson = {
      ...{ author, domain: DOMAIN, at, outcome: 'neither', called: [], threads: [] },
      follow: told,
    }
    await store.history.learn(lesson)
    const followedSince = since === undefined ? {} : { followedSince: since }
    const of = { domain: DOMAIN, author, at, outcome: 'neither', follow: 'begun' } as const
    await store.domains.learn({ ...of, ...followedSince })
  }
  const sinceOf = async (author: string) =>
    (await store.history.recall(aSighting({ author, domain: DOMAIN, at: NOON, counts: false })))
      .author.followedSince
  const followedOf = async () => (await store.domains.past(DOMAIN)).followed
  const knowing = (...known: readonly (readonly [string, string])[]) => {
    const pairs = new Set(known.map(([author, by]) => `${digest(author)} ${digest(personKey(by))}`))
    return (author: string, by: string) => pairs.has(`${author} ${by}`)
  }

  test('begins when the instance says so, although it learned of it later', async () => {
    await follow(MOMO, ALICE, { at: NOON, since: NOON - 3 * DAY })
    expect(await sinceOf(MOMO)).toBe(NOON - 3 * DAY)
    expect(await followedOf()).toBe(1)
  })

  test('moves a follow back that a delivery had told of, and never on', async () => {
    await follow(MOMO, ALICE, { at: NOON })
    expect(await followedOf()).toBe(0)
    await follow(MOMO, ALICE, { at: NOON + 1, since: NOON - 3 * DAY })
    await follow(MOMO, ALICE, { at: NOON + 2 })
    expect(await sinceOf(MOMO)).toBe(NOON - 3 * DAY)
    expect(await followedOf()).toBe(1)
  })

  test('does not take the follow for the first time that somebody was seen', async () => {
    await follow(MOMO, ALICE, { at: NOON - 5, since: NOON - 3 * DAY })
    const { author } = await store.history.recall(
      aSighting({ author: MOMO, domain: DOMAIN, at: NOON, counts: false }),
    )
    expect(author.firstSeenAt).toBe(NOON - 5)
  })

  test('ends what the instance does not know, and lets the domain go with its last one', async () => {
    await follow(MOMO, ALICE)
    await follow(MOMO, BOB)
    await follow(AOI, BOB)
    const isKnown = knowing([MOMO, ALICE])
    expect(await store.follows.endUnknown({ before: NOON, isKnown })).toBe(2)
    expect(await sinceOf(MOMO)).toBe(NOON - 2 * DAY)
    expect(await sinceOf(AOI)).toBeUndefined()
    expect(await followedOf()).toBe(1)
    expect(await store.follows.endUnknown({ before: NOON, isKnown: () => false })).toBe(1)
    expect([await sinceOf(MOMO), await followedOf()]).toEqual([undefined, 0])
  })

  test('leaves what began after the instance was asked', async () => {
    await follow(MOMO, ALICE, { at: NOON - 2 * DAY })
    const before = NOON - 2 * DAY
    expect(await store.follows.endUnknown({ before, isKnown: () => false })).toBe(0)
    expect([await sinceOf(MOMO), await followedOf()]).toEqual([NOON - 2 * DAY, 1])
  })

  test('goes through more people than one step has', async () => {
    const people = Array.from({ length: 450 }, (_, number) => anAuthor(`p${number}`))
    for (const each of people) await follow(each, ALICE)
    const isKnown = knowing([people[7]!, ALICE])
    expect(await store.follows.endUnknown({ before: NOON, isKnown })).toBe(449)
    expect(await sinceOf(people[7]!)).toBe(NOON - 2 * DAY)
    expect(await sinceOf(people[8]!)).toBeUndefined()
  })
})

interface Since {
  readonly since?: number
  readonly at?: number
}
