// What every store remembers of domains: the same lessons make the same past.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { DomainLesson, DomainPast } from '../../src/store/domain-store.ts'
import type { Store } from '../../src/store/store.ts'
import { NOON } from './build.ts'
import { anAuthor, DAY, many } from './sightings.ts'
import { type StoreWorld, worlds } from './worlds.ts'

const NOTHING: DomainPast = { people: 0, followed: 0, cleanDays: 0, droppedPeople: 0 }
const DOMAIN = 'remote.example'

describe.each(worlds)('the $name store of domains', ({ start }) => {
  let world: StoreWorld
  let store: Store
  let now: number

  beforeAll(async () => {
    world = await start()
  })
  beforeEach(async () => {
    now = NOON
    await world.clear()
    store = await world.open({ now: () => now })
  })
  afterEach(() => store.close())
  afterAll(() => world.stop())

  const learn = (lesson: Partial<DomainLesson> = {}) =>
    store.domains.learn({
      domain: DOMAIN,
      author: anAuthor('momo'),
      at: now,
      outcome: 'neither',
      ...lesson,
    })
  const past = (domain = DOMAIN) => store.domains.past(domain)

  test('knows nothing of a domain that never sent anything', async () => {
    await learn()
    expect(await past('other.example')).toEqual(NOTHING)
  })

  test('knows since when, and counts its people once each', async () => {
    await learn({ at: NOON - DAY })
    await learn({ author: anAuthor('aoi') })
    await learn({ author: anAuthor('aoi'), at: NOON + 5 })
    expect(await past()).toEqual({ ...NOTHING, firstSeenAt: NOON - DAY, people: 2 })
  })

  test('counts whom one of ours has followed for a day, until nobody does any more', async () => {
    await learn({ follow: 'begun', at: NOON - DAY })
    await learn({ follow: 'begun', author: anAuthor('aoi'), at: NOON - DAY + 1 })
    await learn({ follow: 'begun', at: NOON })
    expect((await past()).followed).toBe(1)
    now = NOON + 1
    expect((await past()).followed).toBe(2)
    await learn({ follow: 'none' })
    expect((await past()).followed).toBe(1)
  })

  test('counts a clean day once, for 400 days', async () => {
    const clean = async (...days: readonly number[]) => {
      for (const day of days) {
        now = NOON + day * DAY
        await learn({ outcome: 'clean' })
      }
      return (await past()).cleanDays
    }
    expect(await clean(0, 1, 1, 3, 170, 169, 300)).toBe(6)
    expect(await clean(399)).toBe(7)
    expect(await clean(402)).toBe(6)
    now = NOON + 571 * DAY
    expect((await past()).cleanDays).toBe(3)
  })

  test('counts people of whom something was dropped, for 90 days', async () => {
    await learn({ outcome: 'dropped', at: NOON - 90 * DAY })
    await learn({ outcome: 'dropped', author: anAuthor('aoi'), at: NOON - 90 * DAY + 1 })
    await learn({ outcome: 'dropped', author: anAuthor('sora'), at: NOON - DAY })
    await learn({ outcome: 'dropped', author: anAuthor('sora'), at: NOON - 2 * DAY })
    expect(await past()).toMatchObject({ droppedPeople: 2, lastDroppedAt: NOON - DAY, people: 3 })
  })

  test('stops at 100 people of each kind', async () => {
    await Promise.all(
      many(105, (number) =>
        learn({ author: anAuthor(`a${number}`), outcome: 'dropped', follow: 'begun' }),
      ),
    )
    now = NOON + DAY
    expect(await past()).toMatchObject({ people: 100, followed: 100, droppedPeople: 100 })
  })

  test('forgets a domain that gave no sign of life for 180 days', async () => {
    await learn({ outcome: 'clean', follow: 'begun' })
    now = NOON + 180 * DAY - 1
    expect((await past()).firstSeenAt).toBe(NOON)
    now = NOON + 180 * DAY
    expect(await past()).toEqual(NOTHING)
    await learn({ author: anAuthor('aoi') })
    expect(await past()).toEqual({ ...NOTHING, firstSeenAt: now, people: 1 })
  })

  test('keeps it over a restart', async () => {
    await learn({ outcome: 'clean', follow: 'begun', at: NOON - DAY })
    await learn({ outcome: 'dropped', author: anAuthor('aoi') })
    const before = await past()
    expect(before).toMatchObject({ people: 2, followed: 1, cleanDays: 1, droppedPeople: 1 })
    await store.close()
    store = await world.open({ now: () => now })
    expect(await past()).toEqual(before)
    await learn({ outcome: 'clean' })
    expect((await past()).cleanDays).toBe(2)
  })
})
