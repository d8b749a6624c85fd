// What one verdict may cost: strangers choose the texts in it, not how long they are.
import { describe, expect, test } from 'vitest'
import { type Judgement, toVerdict } from '../src/record.ts'
import type { Proof } from '../src/verdict.ts'

const HOSTILE = [
  ['in letters', 'x'.repeat(9_000)],
  ['in wide letters', '関'.repeat(9_000)],
  ['in letters beyond the first plane', '🦊'.repeat(9_000)],
  ['of controls', '\u0007'.repeat(9_000)],
  ['of halved letters', '\ud83e'.repeat(9_000)],
] as const

describe.each(HOSTILE)('a text %s', (_, text) => {
  test.each([
    ['verified', 500],
    ['invalid', 250],
    ['missing', 250],
  ] as const)('has of a %s sender %i bytes at most, and is whole to its end', (proof, most) => {
    const { activity, sender, notes } = verdictOf(proof, text)
    for (const kept of [activity.id, activity.object, sender.keyId, sender.actor, ...notes]) {
      expect(Buffer.byteLength(kept!)).toBeLessThanOrEqual(most + 3)
      expect(Buffer.byteLength(kept!)).toBeGreaterThan(most - 4)
      expect(kept).toMatch(/…$/)
      expect(kept?.isWellFormed()).toBe(true)
    }
  })
})

test('a text that fits stays as it was written', () => {
  const id = `https://関所.example/notes/${'1'.repeat(200)}`
  expect(verdictOf('missing', id).activity.id).toBe(id)
})

function verdictOf(proof: Proof, text: string) {
  const judgement: Judgement = {
    ...{ action: 'forward', score: 0, hits: [], proof, keyId: text, author: text },
    ...{ activity: { id: text, type: 'Create', object: text }, notes: [text] },
  }
  return toVerdict({ id: '1', receivedAt: 0 }, judgement, 1)
}
