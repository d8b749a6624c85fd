import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Hit } from '../src/rules/rule.ts'
import { decide, type Proof } from '../src/verdict.ts'
import { aHit } from './support/build.ts'

const thresholds = { hold: 6, drop: 10 }
const proofs: readonly Proof[] = ['verified', 'missing', 'invalid', 'unavailable']

describe('a verdict', () => {
  test.each([
    { scores: [], action: 'forward', score: 0 },
    { scores: [5], action: 'forward', score: 5 },
    { scores: [2.5, 2.5], action: 'forward', score: 5 },
    { scores: [3.5, 2.5], action: 'hold', score: 6 },
    { scores: [5, 2.5], action: 'hold', score: 7.5 },
    { scores: [5, 2.5, 2.5], action: 'drop', score: 10 },
    { scores: [9.7, 0.1, 0.2], action: 'drop', score: 10 },
    { scores: [-20, 10], action: 'drop', score: 10 },
  ])('of scores $scores is $action', ({ scores, action, score }) => {
    const hits = scores.map((each) => aHit({ score: each }))
    expect(decide(hits, { thresholds, proof: 'verified' })).toEqual({ action, score })
  })

  test('of sums alone holds at most where honest people may come to them', () => {
    const known = { thresholds, proof: 'verified', isInDoubt: true } as const
    expect(decide([aHit({ score: 50 })], known)).toEqual({ action: 'hold', score: 50 })
    expect(decide([aHit({ score: 1, absolute: true })], known)).toMatchObject({ action: 'drop' })
  })

  test('takes no notice of shadow hits', () => {
    const hits = [aHit({ score: 100, shadow: true, absolute: true })]
    expect(decide(hits, { thresholds, proof: 'verified' })).toEqual({ action: 'forward', score: 0 })
  })

  test.each(proofs)('of an absolute hit drops whatever the proof: %s', (proof) => {
    expect(decide([aHit({ score: 0, absolute: true })], { thresholds, proof }).action).toBe('drop')
  })

  test.each([
    { score: 5, action: 'forward' },
    { score: 6, action: 'defer' },
    { score: 12, action: 'defer' },
  ])('defers a score of $score or not while the key cannot be fetched', ({ score, action }) => {
    expect(decide([aHit({ score })], { thresholds, proof: 'unavailable' }).action).toBe(action)
  })

  test('is never softened by one more hit', () => {
    const hit: fc.Arbitrary<Hit> = fc
      .record({
        score: fc.double({ min: 0, max: 20, noNaN: true }),
        shadow: fc.boolean(),
        absolute: fc.boolean(),
      })
      .map(aHit)
    const severity = { forward: 0, defer: 1, hold: 1, drop: 2 }
    fc.assert(
      fc.property(fc.array(hit), hit, fc.constantFrom(...proofs), (hits, more, proof) => {
        const before = severity[decide(hits, { thresholds, proof }).action]
        expect(
          severity[decide([...hits, more], { thresholds, proof }).action],
        ).toBeGreaterThanOrEqual(before)
      }),
    )
  })
})
