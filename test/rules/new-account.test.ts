// What is known of an author's age: by its own word, or by when it was met first.
import { describe, expect, test } from 'vitest'
import type { Profile } from '../../src/facts.ts'
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
} from '../support/build.ts'

function whyOf(
  recalled: Parameters<typeof past>[0],
  profile?: Profile,
  options: object = {},
): string | undefined {
  const facts = factsOf(aCreate(aNote({ mentions: [ALICE] })), { profile })
  const hits = hitsOf({ ...facts, history: past(recalled) }, [], { 'new-account': options })
  return hits.find(({ rule }) => rule === 'new-account')?.why
}

const { createdAt: _, ...AGELESS } = aProfile()
const seen = (ago: number) => ({ author: { cleanDays: 0, firstSeenAt: NOW - ago } })
const NEVER = { author: { cleanDays: 0 } }

describe('an account of unknown age', () => {
  test.each([
    { what: 'never seen before', recalled: NEVER, found: true },
    { what: 'seen for less than a day', recalled: seen(DAY - 1), found: true },
    { what: 'seen for a day', recalled: seen(DAY), found: false },
    {
      what: 'never seen in a memory of a week',
      recalled: { ...NEVER, since: NOW - 7 * DAY },
      found: false,
    },
    {
      what: 'never seen in a memory of more than a week',
      recalled: { ...NEVER, since: NOW - 7 * DAY - 1 },
      found: true,
    },
    { what: 'where nothing is remembered', recalled: { ...NEVER, since: 0 }, found: false },
  ])('is new or not: $what', ({ recalled, found }) => {
    expect(whyOf(recalled) !== undefined).toBe(found)
    expect(whyOf(recalled, AGELESS) !== undefined).toBe(found)
  })

  test('is new for as long as the operator says', () => {
    expect(whyOf(seen(2 * HOUR), undefined, { firstSeenWithin: '1h' })).toBeUndefined()
    expect(whyOf({ ...NEVER, since: NOW - 2 * DAY }, undefined, { maxAge: '1d' })).toBeDefined()
  })

  test('is told apart from a young one', () => {
    expect(whyOf(NEVER)).toBe('the account’s age is unknown, and it was never seen before')
    expect(whyOf(seen(3 * HOUR))).toBe(
      'the account’s age is unknown, and it was first seen 3 h ago, new below 24 h',
    )
    expect(whyOf(NEVER, aProfile({ createdAt: NOW - 3 * HOUR }))).toBe(
      'the account is 3 h old, new below 168 h',
    )
  })
})

describe('an account of known age', () => {
  test('is not new because it is met for the first time', () => {
    expect(whyOf(NEVER, aProfile())).toBeUndefined()
  })

  test('is new though it was seen for ten days', () => {
    expect(whyOf(seen(10 * DAY), aProfile({ createdAt: NOW - DAY }))).toBeDefined()
  })
})
