import { describe, expect, test } from 'vitest'
import type { Fingerprint } from '../../src/facts.ts'
import { ALICE, aCreate, aNote, factsOf, hitsOf, past, TRUSTED } from '../support/build.ts'

const print = (kind: Fingerprint['kind'], shown = 'shown'): Fingerprint => ({
  kind,
  key: `${kind}:${shown}`,
  shown,
})

function whyOf(
  fingerprints: readonly Fingerprint[],
  recalled: Parameters<typeof past>[0],
  options: object = {},
): string | undefined {
  const facts = factsOf(aCreate(aNote({ mentions: [ALICE] })))
  const known = { ...facts, fingerprints, history: past(recalled) }
  const hits = hitsOf(known, [], { campaign: options })
  return hits.find(({ rule }) => rule === 'campaign')?.why
}

describe('a campaign', () => {
  test.each([
    { kind: 'text', copies: 2, found: false },
    { kind: 'text', copies: 3, found: true },
    { kind: 'picture', copies: 2, found: false },
    { kind: 'picture', copies: 3, found: true },
    { kind: 'link', copies: 4, found: false },
    { kind: 'link', copies: 5, found: true },
  ] as const)('is $copies posts with one $kind: $found', ({ kind, copies, found }) => {
    expect(whyOf([print(kind)], { copies: [copies] }) !== undefined).toBe(found)
  })

  test('tells its greatest fingerprint, the copies and the window', () => {
    const prints = [print('text', 'buy'), print('link', 'https://a.example/x'), print('text', 'b')]
    expect(whyOf(prints, { copies: [4, 9, 3] })).toBe(
      '9 posts with this link within 24 h (from 5 on): https://a.example/x',
    )
  })

  test('shows eighty characters', () => {
    const why = whyOf([print('text', 'x'.repeat(200))], { copies: [3] }, { window: '3d' })
    expect(why).toBe(`3 posts with this text within 3 d (from 3 on): ${'x'.repeat(80)}…`)
  })

  test('is known by its numbers alone: without them there is none', () => {
    expect(whyOf([print('text')], { copies: [] })).toBeUndefined()
    expect(whyOf([], { copies: [9] })).toBeUndefined()
  })

  test('takes its numbers from the operator', () => {
    expect(whyOf([print('link')], { copies: [2] }, { links: 2 })).toBeDefined()
    expect(whyOf([print('text')], { copies: [3] }, { posts: 4 })).toBeUndefined()
  })

  test('is none of somebody trusted', () => {
    expect(whyOf([print('text')], { copies: [60], author: TRUSTED })).toBeUndefined()
  })
})
