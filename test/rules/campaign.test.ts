import { describe, expect, test } from 'vitest'
import type { Fingerprint } from '../../src/facts.ts'
import {
  ALICE,
  aCreate,
  aNote,
  aProfile,
  aThrowaway,
  factsOf,
  hitsOf,
  past,
  TRUSTED,
} from '../support/build.ts'

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
  const mentions = [ALICE, 'https://a.example/u/a', 'https://b.example/u/b']
  const facts = factsOf(aCreate(aNote({ mentions })))
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
    { kind: 'caption', copies: 4, found: false },
    { kind: 'caption', copies: 5, found: true },
  ] as const)('is $copies posts with one $kind: $found', ({ kind, copies, found }) => {
    expect(whyOf([print(kind)], { copies: [copies] }) !== undefined).toBe(found)
  })

  test('tells its greatest fingerprint, the copies and the window', () => {
    const prints = [print('text', 'buy'), print('link', 'https://a.example/x'), print('text', 'b')]
    expect(whyOf(prints, { copies: [4, 9, 3] })).toBe(
      'this link went to 9 circles of people within 24 h (from 5 on): https://a.example/x',
    )
  })

  test('shows eighty characters', () => {
    const why = whyOf([print('text', 'x'.repeat(200))], { copies: [3] }, { window: '3d' })
    expect(why).toBe(
      `this text went to 3 circles of people within 3 d (from 3 on): ${'x'.repeat(80)}…`,
    )
  })

  test('is known by its numbers alone: without them there is none', () => {
    expect(whyOf([print('text')], { copies: [] })).toBeUndefined()
    expect(whyOf([], { copies: [9] })).toBeUndefined()
  })

  test('takes its numbers from the operator', () => {
    expect(whyOf([print('link')], { copies: [2] }, { links: 2 })).toBeDefined()
    expect(whyOf([print('text')], { copies: [3] }, { posts: 4 })).toBeUndefined()
  })

  test.each([
    { kind: 'text', mentions: 2, found: false },
    { kind: 'link', mentions: 2, found: false },
    { kind: 'picture', mentions: 2, found: true },
    { kind: 'text', mentions: 3, found: true },
  ] as const)('with one $kind by an old account to $mentions people: $found', (each) => {
    const people = [ALICE, 'https://a.example/u/a', 'https://b.example/u/b'].slice(0, each.mentions)
    const facts = factsOf(aCreate(aNote({ mentions: people })), { profile: aProfile() })
    const known = { ...facts, fingerprints: [print(each.kind)], history: past({ copies: [30] }) }
    expect(hitsOf(known).some(({ rule }) => rule === 'campaign')).toBe(each.found)
  })

  test.each([
    { mentions: 2, copies: 9, senders: 11, old: 4, found: false },
    { mentions: 2, copies: 9, senders: 12, old: 4, found: true },
    { mentions: 3, copies: 9, senders: 9, old: 9, found: true },
    { mentions: 1, copies: 1, senders: 19, old: 7, found: false },
    { mentions: 1, copies: 1, senders: 19, old: 6, found: true },
  ])('by a newcomer to $mentions, $old of $senders by older accounts: $found', (each) => {
    const people = [ALICE, 'https://a.example/u/a', 'https://b.example/u/b'].slice(0, each.mentions)
    const facts = factsOf(aCreate(aNote({ mentions: people })), { profile: aThrowaway() })
    const { copies, senders, old } = each
    const history = past({ copies: [copies], senders: [senders], establishedSenders: [old] })
    const known = { ...facts, fingerprints: [print('link')], history }
    expect(hitsOf(known).some(({ rule }) => rule === 'campaign')).toBe(each.found)
  })

  test.each([
    { kind: 'text', senders: 5, found: false },
    { kind: 'text', senders: 6, found: true },
    { kind: 'picture', senders: 5, found: false },
    { kind: 'picture', senders: 6, found: true },
    { kind: 'link', senders: 9, found: false },
    { kind: 'link', senders: 10, found: true },
    { kind: 'caption', senders: 9, found: false },
    { kind: 'caption', senders: 10, found: true },
  ] as const)('is one $kind that $senders send to the same people: $found', (each) => {
    const recalled = { copies: [1], senders: [each.senders] }
    expect(whyOf([print(each.kind)], recalled) !== undefined).toBe(each.found)
  })

  test('tells how often it was sent where it went to the same people', () => {
    expect(whyOf([print('link', 'https://a.example/x')], { copies: [4], senders: [12] })).toBe(
      'this link was sent 12 times within 24 h (from 10 on): https://a.example/x',
    )
    expect(whyOf([print('link', 'https://a.example/x')], { copies: [5], senders: [12] })).toBe(
      'this link went to 5 circles of people within 24 h (from 5 on): https://a.example/x',
    )
  })

  const OUR_POST = `${ALICE}/statuses/7`
  test.each([
    { inReplyTo: OUR_POST, copies: 1, found: false },
    { inReplyTo: OUR_POST, copies: 5, found: false },
    { inReplyTo: OUR_POST, copies: 6, found: true },
    { inReplyTo: 'https://remote.example/users/bob/statuses/7', copies: 1, found: true },
  ])('in answer to $inReplyTo, in $copies circles and sixty times: $found', (each) => {
    const note = aNote({ mentions: [ALICE], also: { inReplyTo: each.inReplyTo } })
    const history = past({ copies: [each.copies], senders: [60] })
    const known = { ...factsOf(aCreate(note)), fingerprints: [print('text')], history }
    expect(hitsOf(known).some(({ rule }) => rule === 'campaign')).toBe(each.found)
  })

  test.each([
    { kind: 'text', found: false },
    { kind: 'picture', found: true },
  ] as const)('by old accounts to one of ours, the same $kind: $found', ({ kind, found }) => {
    const facts = factsOf(aCreate(aNote({ mentions: [ALICE] })), { profile: aProfile() })
    const history = past({ copies: [1], senders: [30], establishedSenders: [30] })
    const known = { ...facts, fingerprints: [print(kind)], history }
    expect(hitsOf(known).some(({ rule }) => rule === 'campaign')).toBe(found)
  })

  test('is none of somebody trusted', () => {
    const recalled = { copies: [60], senders: [60], author: TRUSTED }
    expect(whyOf([print('text')], recalled)).toBeUndefined()
  })
})
