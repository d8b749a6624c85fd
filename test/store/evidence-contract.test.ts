// What every store does with evidence: found by time and domain, bounded, forgotten in time or when it is asked to.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Evidence, EvidenceStore } from '../../src/store/evidence-store.ts'
import type { Store } from '../../src/store/store.ts'
import { anEvidence, NOON } from './build.ts'
import { DAY, many } from './sightings.ts'
import { type StoreWorld, worlds } from './worlds.ts'

const BYTES = 400_000

describe.each(worlds)('the $name store of evidence', ({ start }) => {
  let world: StoreWorld
  let store: Store
  let now: number

  beforeAll(async () => {
    world = await start()
  })
  beforeEach(async () => {
    now = NOON
    await world.clear()
    store = await world.open({ now: () => now, evidenceBytes: BYTES })
  })
  afterEach(() => store.close())
  afterAll(() => world.stop())

  const keep = async (evidence: Partial<Evidence> = {}): Promise<Evidence> => {
    const kept = anEvidence(evidence)
    await store.evidence.keep(kept)
    return kept
  }
  const of = async (wish: Parameters<EvidenceStore['of']>[0] = {}) => {
    const found: Evidence[] = []
    for await (const evidence of store.evidence.of(wish)) found.push(evidence)
    return found
  }

  test('keeps it once an id, oldest first, over a restart too', async () => {
    expect(await of()).toEqual([])
    const late = await keep({ at: NOON - 1 })
    const early = await keep({ at: NOON - 5, carrier: 'https://relay.example/actor' })
    await keep(late)
    expect(await of()).toEqual([early, late])
    await store.close()
    store = await world.open({ now: () => now })
    await keep(early)
    expect(await of()).toEqual([early, late])
  })

  test('finds what came of a domain within a time', async () => {
    const mine = [await keep({ at: NOON - 9 }), await keep({ at: NOON - 8 }), await keep()]
    const sub = await keep({ at: NOON - 8, domain: 'a.spam.example' })
    expect(await of({ domain: 'spam.example' })).toEqual(mine)
    expect(await of({ domain: 'spam.example', since: NOON - 8 })).toEqual(mine.slice(1))
    expect(await of({ domain: 'spam.example', until: NOON - 8 })).toEqual(mine.slice(0, 2))
    expect(await of({ since: NOON - 8, until: NOON - 8 })).toEqual([mine[1], sub])
    expect(await of({ domain: 'example' })).toEqual([])
  })

  test('goes through many, also while more come', async () => {
    const kept = many(60, (number) =>
      anEvidence({ at: NOON - 100 + number, author: aPerson(number) }),
    )
    await Promise.all(kept.toReversed().map((evidence) => store.evidence.keep(evidence)))
    const seen: string[] = []
    for await (const { id } of store.evidence.of({ until: NOON - 1 })) {
      if (seen.length === 20) await keep()
      seen.push(id)
    }
    expect(seen).toEqual(kept.map(({ id }) => id))
  })

  test('forgets after its time', async () => {
    const old = await keep({ at: NOON - 90 * DAY + 1 })
    const young = await keep()
    expect(await of()).toEqual([old, young])
    now = NOON + 1
    expect(await of()).toEqual([young])
    now = NOON + 90 * DAY
    expect(await of({ domain: 'spam.example' })).toEqual([])
  })

  test('forgets everything of one actor, and nothing else', async () => {
    const author = 'https://spam.example/users/gone'
    const kept = [await keep(), await keep({ author: `${author}2` })]
    for (const at of [NOON - 2, NOON - 1, NOON]) await keep({ author, at })
    expect(await store.evidence.purge(author)).toBe(3)
    expect(await store.evidence.purge(author)).toBe(0)
    expect(await of()).toEqual(kept)
    const later = await keep({ author, at: NOON + 1 })
    await store.close()
    store = await world.open({ now: () => now })
    expect(await of()).toEqual([...kept, later])
  })

  test('keeps the first twenty of one author and day, whoever asks again', async () => {
    const kept = many(25, (number) => anEvidence({ at: NOON + number }))
    for (const each of kept) await keep(each)
    const more = [await keep({ at: NOON + DAY }), await keep({ at: NOON, author: aPerson(1) })]
    await store.close()
    store = await world.open({ now: () => now, evidenceBytes: BYTES })
    await keep({ at: NOON + 30 })
    const found = (await of()).map(({ id }) => id)
    expect(found.toSorted()).toEqual([...kept.slice(0, 20), ...more].map(({ id }) => id).toSorted())
  })

  test('lets a flood push out its own domain’s alone, the oldest first', async () => {
    const before = await keep({ domain: 'other.example', at: NOON - 1 })
    const flood = many(20, (number) =>
      anEvidence({ at: NOON + number, author: aPerson(number), body: 'A'.repeat(9_000) }),
    )
    for (const each of flood) await keep(each)
    expect(await of({ domain: 'other.example' })).toEqual([before])
    expect(await of({ domain: 'spam.example' })).toEqual(flood.slice(-5))
  })

  test('makes room where most is, when many domains have too much together', async () => {
    const small = await keep({ domain: 'small.example', at: NOON - 1 })
    const body = 'A'.repeat(9_000)
    const flood = many(50, (number) =>
      anEvidence({
        ...{ domain: `s${number % 10}.example`, author: aPerson(number) },
        ...{ at: NOON + number, body },
      }),
    )
    for (const each of flood) await keep(each)
    expect(await of({ domain: 'small.example' })).toEqual([small])
    for (const number of many(10, (each) => each)) {
      const mine = flood.filter(({ domain }) => domain === `s${number}.example`)
      const found = await of({ domain: `s${number}.example` })
      expect(found).toEqual(mine.slice(-found.length))
      expect([4, 5]).toContain(found.length)
    }
    expect((await of()).length).toBeLessThan(44)
  })

  test('refuses what could not be found again, and does not repeat it', async () => {
    const wrong = [{ at: 0.5 }, { at: -1 }, { id: 'secret|id' }, { domain: 'Secret.Example' }]
    for (const evidence of [...wrong, { author: '' }]) {
      await expect(keep(evidence)).rejects.toThrow(/^(?!.*secret).*evidence/i)
    }
    expect(await of()).toEqual([])
  })
})

const aPerson = (number: number) => `https://spam.example/users/p${number}`
