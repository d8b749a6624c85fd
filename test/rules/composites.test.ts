import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Composites, compositesSchema, recompose } from '../../src/rules/composites.ts'
import type { Hit } from '../../src/rules/rule.ts'
import { decide } from '../../src/verdict.ts'
import { ALICE, aCreate, aHit, aNote, aThrowaway, factsOf, rulesOf } from '../support/build.ts'

const facts = factsOf(aCreate(aNote({ text: 'https://a.example/', mentions: [ALICE] })), {
  profile: aThrowaway(),
})
const PARTS = ['new-account', 'blank-profile', 'bare-link']

describe('a composite', () => {
  test('is one more hit beside those that it is made of', () => {
    const composites = { throwaway: { all: PARTS, score: 3, offence: true } }
    const hits = rulesOf({ composites }).evaluate(facts)
    expect(hits.map(({ rule }) => rule)).toEqual([...PARTS, 'throwaway'])
    expect(hits.at(-1)).toEqual({
      rule: 'throwaway',
      score: 3,
      why: 'new-account + blank-profile + bare-link',
      shadow: false,
      offence: true,
      absolute: false,
    })
    const grounds = { thresholds: { hold: 6, drop: 10 }, proof: 'verified' } as const
    expect(decide(hits, grounds)).toEqual({ action: 'drop', score: 10.5 })
  })

  test('is no offence and counts unless it is told otherwise', () => {
    const composites = {
      quiet: { all: PARTS, score: 3, shadow: true },
      plain: { all: PARTS, score: 1 },
    }
    const hits = rulesOf({ composites }).evaluate(facts)
    expect(hits.slice(-2)).toMatchObject([
      { rule: 'quiet', shadow: true, offence: false },
      { rule: 'plain', shadow: false, offence: false },
    ])
  })

  test('needs all of its rules', () => {
    const composites = { more: { all: [...PARTS, 'mention-flood'], score: 3 } }
    expect(rulesOf({ composites }).evaluate(facts)).toHaveLength(3)
  })

  test('is not made of shadows', () => {
    const composites = { throwaway: { all: PARTS, score: 3 } }
    const rules = { 'bare-link': { shadow: true } }
    expect(
      rulesOf({ composites, rules })
        .evaluate(facts)
        .map(({ rule }) => rule),
    ).toEqual(PARTS)
  })

  test.each([
    {
      composites: { odd: { all: ['mention-fluud'], score: 1 } },
      says: /^composites\.odd: "mention-fluud" is no rule/,
    },
    {
      composites: { campaign: { all: PARTS, score: 1 } },
      says: /^composites\.campaign: a rule has that name/,
    },
    {
      composites: { one: { all: PARTS, score: 1 }, two: { all: ['one', ...PARTS], score: 1 } },
      says: /^composites\.two: "one" is a composite/,
    },
    {
      composites: { self: { all: ['self'], score: 1 } },
      says: /^composites\.self: "self" is a composite/,
    },
    { composites: { odd: { all: ['toString'], score: 1 } }, says: /"toString" is no rule/ },
  ])('that is none is named: $says', ({ composites, says }) => {
    expect(() => rulesOf({ composites })).toThrow(says)
  })

  test.each([
    { name: 'young-and-blank', isGood: true },
    { name: 'x', isGood: true },
    { name: 'a'.repeat(64), isGood: true },
    { name: 'a'.repeat(65), isGood: false },
    { name: 'Young', isGood: false },
    { name: 'young_blank', isGood: false },
    { name: 'young--blank', isGood: false },
    { name: '-young', isGood: false },
    { name: '2young', isGood: false },
    { name: 'jung-und-böse', isGood: false },
    { name: '', isGood: false },
  ])('may be called "$name" or not: $isGood', ({ name, isGood }) => {
    const parsed = compositesSchema.safeParse({ [name]: { all: PARTS, score: 1 } })
    expect(parsed.success).toBe(isGood)
  })

  test.each([
    { all: [], score: 1 },
    { all: PARTS, score: -1 },
    { all: PARTS },
    { all: PARTS, score: 1, absolute: true },
  ])('is no $all', (composite) => {
    expect(compositesSchema.safeParse({ odd: composite }).success).toBe(false)
  })
})

describe('composing again', () => {
  const composites: Composites = { pair: { all: ['a', 'b'], score: 2 } }

  test('drops what has lost a part and keeps what has not', () => {
    const whole = recompose([aHit({ rule: 'a' }), aHit({ rule: 'b' })], composites)
    expect(whole.map(({ rule }) => rule)).toEqual(['a', 'b', 'pair'])
    expect(recompose(whole, composites)).toEqual(whole)
    expect(recompose(whole.slice(1), composites).map(({ rule }) => rule)).toEqual(['b'])
  })

  test('never softens a verdict, whatever is composed of which hits', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd')
    const hit: fc.Arbitrary<Hit> = fc
      .record({
        rule: name,
        score: fc.double({ min: 0, max: 12, noNaN: true }),
        shadow: fc.boolean(),
        absolute: fc.boolean(),
      })
      .map(aHit)
    const composite = fc.record({
      all: fc.uniqueArray(name, { minLength: 1 }),
      score: fc.double({ min: 0, max: 12, noNaN: true }),
      shadow: fc.boolean(),
    })
    const hits = fc.uniqueArray(hit, { selector: ({ rule }) => rule })
    const severity = { forward: 0, defer: 1, hold: 1, drop: 2 }
    const proof = fc.constantFrom('verified', 'missing', 'invalid', 'unavailable')
    fc.assert(
      fc.property(hits, composite, proof, (some, one, proofStatus) => {
        const grounds = { thresholds: { hold: 6, drop: 10 }, proof: proofStatus } as const
        const before = severity[decide(some, grounds).action]
        const after = severity[decide(recompose(some, { one }), grounds).action]
        expect(after).toBeGreaterThanOrEqual(before)
      }),
    )
  })
})
