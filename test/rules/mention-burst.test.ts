import { describe, expect, test } from 'vitest'
import type { PastOf, Recollection } from '../../src/history.ts'
import {
  ALICE,
  aCreate,
  aNote,
  aProfile,
  DAY,
  factsOf,
  HOUR,
  hitsOf,
  NOW,
  past,
  TRUSTED,
} from '../support/build.ts'

const NEWCOMER: PastOf = { cleanDays: 0 }

function whyOf(recalled: Partial<Recollection>, options: object = {}): string | undefined {
  const facts = factsOf(aCreate(aNote({ mentions: [ALICE] })))
  const rules = { 'mention-burst': options }
  const hits = hitsOf({ ...facts, history: past(recalled) }, [], rules)
  return hits.find(({ rule }) => rule === 'mention-burst')?.why
}

describe('a burst of one author', () => {
  test.each([
    { alsoCalled: 9, found: false },
    { alsoCalled: 10, found: true },
  ])('begins with ten other people: $alsoCalled', ({ alsoCalled, found }) => {
    expect(whyOf({ alsoCalled }) !== undefined).toBe(found)
  })

  test('says how many within which time', () => {
    expect(whyOf({ alsoCalled: 12 })).toBe('called 12 other people within 60 min (from 10 on)')
    expect(whyOf({ alsoCalled: 3 }, { people: 3, window: '2h' })).toBe(
      'called 3 other people within 2 h (from 3 on)',
    )
  })

  test('is none of an old account that calls one person after another', () => {
    const burst = (mentions: readonly string[]) => {
      const facts = factsOf(aCreate(aNote({ mentions })), { profile: aProfile() })
      return hitsOf({ ...facts, history: past({ alsoCalled: 49 }) }).map(({ rule }) => rule)
    }
    expect(burst([ALICE, 'https://a.example/u/a'])).toEqual([])
    expect(burst([ALICE, 'https://a.example/u/a', 'https://b.example/u/b'])).toEqual([
      'mention-burst',
    ])
  })

  test('is five times as long in coming by somebody trusted', () => {
    expect(whyOf({ alsoCalled: 49, author: TRUSTED })).toBeUndefined()
    expect(whyOf({ alsoCalled: 50, author: TRUSTED })).toBeDefined()
  })
})

describe('a burst of one domain', () => {
  const wave = { author: NEWCOMER, newcomers: 5 }

  test.each([
    { what: 'five newcomers of an unknown server', recalled: {}, found: true },
    { what: 'four newcomers', recalled: { newcomers: 4 }, found: false },
    { what: 'five where ten are known', recalled: { regulars: 10 }, found: true },
    { what: 'five where eleven are known', recalled: { regulars: 11 }, found: false },
    { what: 'six where eleven are known', recalled: { newcomers: 6, regulars: 11 }, found: true },
    { what: 'thirty where a hundred are known', recalled: { newcomers: 30, regulars: 100 } },
    {
      what: 'an author seen for less than a day',
      recalled: { author: { cleanDays: 0, firstSeenAt: NOW - DAY + 1 } },
      found: true,
    },
    {
      what: 'an author seen for a day',
      recalled: { author: { cleanDays: 1, firstSeenAt: NOW - DAY } },
    },
    {
      what: 'a newcomer whom one of ours follows since an hour',
      recalled: { author: { cleanDays: 0, followedSince: NOW - HOUR } },
    },
    { what: 'a memory of three days', recalled: { since: NOW - 3 * DAY }, found: true },
    { what: 'a memory that still learns', recalled: { since: NOW - 3 * DAY + 1 } },
    { what: 'no memory', recalled: { since: 0 } },
  ])('is seen or not: $what', ({ recalled, found = false }) => {
    expect(whyOf({ ...wave, ...recalled }) !== undefined).toBe(found)
  })

  test('says the numbers against their limits', () => {
    expect(whyOf({ ...wave, newcomers: 7, regulars: 12 })).toBe(
      '7 newcomers of remote.example within 60 min (from 6 on, with 12 known)',
    )
  })

  test('takes its share exactly', () => {
    const hundred = { ...wave, newcomers: 7, regulars: 100 }
    expect(whyOf(hundred, { share: 0.07 })).toMatch(/from 7 on/)
  })
})
