// What all rules have in common: names, weights, whom they protect, whom they trust, what counts for nothing.
import { describe, expect, test } from 'vitest'
import type { Facts } from '../../src/facts.ts'
import { catalog } from '../../src/rules/catalog.ts'
import { TEST_STRING } from '../../src/rules/test-string.ts'
import { type RulesConfig, rulesSchema } from '../../src/rules/weights.ts'
import { decide } from '../../src/verdict.ts'
import {
  ALICE,
  aCreate,
  aNote,
  aThrowaway,
  BOB,
  DAY,
  factsOf,
  HOUR,
  NOW,
  past,
  rulesOf,
  someFacts,
  TRUSTED,
} from '../support/build.ts'

const thresholds = { hold: 6, drop: 10 }
const POST = 'https://spam.example/posts/1'
const LINK = { kind: 'link', key: 'link:a.example/x', shown: 'https://a.example/x' } as const

const QR = { how: 'qr', value: 'https://a.example/', why: 'QR code leads to a.example' } as const
const SEEN: Facts['seen'][number] = {
  ...{ kind: 'attachment', at: 'attachment 1', url: 'https://b.example/1.png' },
  findings: [QR],
}

const reaching = (text = 'Good morning', also?: Partial<Facts>): Facts => ({
  ...factsOf(aCreate(aNote({ text, mentions: [ALICE] }))),
  history: past(),
  ...also,
})

/** For each rule a post that it alone finds suspect. */
const SUSPECTS: Readonly<Record<keyof RulesConfig, Facts>> = {
  'banned-url': reaching('see https://banned.example/'),
  'banned-image': reaching('', { seen: [SEEN] }),
  'banned-text': reaching('free money for all'),
  'mention-flood': reaching('', { reach: { ...reaching().reach, mentions: 5 } }),
  'mention-burst': reaching('', { history: past({ alsoCalled: 10 }) }),
  campaign: reaching('', { fingerprints: [LINK], history: past({ copies: [10] }) }),
  'new-account': reaching('', { history: past({ author: { cleanDays: 0 } }) }),
  'blank-profile': reaching('', { profile: aThrowaway({ createdAt: NOW - 20 * DAY }) }),
  'bare-link': reaching('https://a.example/'),
  'odd-json': reaching('', { flags: ['duplicate-keys'] }),
  'too-much-to-read': reaching('', { flags: ['links-capped'] }),
  'dropped-object': reaching('', {
    references: [{ how: 'boost', id: POST }],
    history: past({ dropped: [POST] }),
  }),
  'dropped-thread': reaching('', {
    references: [{ how: 'reply', id: POST }],
    history: past({ dropped: [POST] }),
  }),
  'test-string': reaching(TEST_STRING),
}
const suspects = Object.entries(SUSPECTS).map(([rule, facts]) => ({ rule, facts }))
const LISTS = { urls: ['banned.example'], text: ['free money'] }
const namesOf = (facts: Facts, settings?: object) =>
  rulesOf({ ...LISTS, ...settings })
    .evaluate(facts)
    .map(({ rule }) => rule)

const FOR_ALL = [
  'banned-url',
  'banned-image',
  'banned-text',
  'too-much-to-read',
  'dropped-object',
  'test-string',
]
const ABSOLUTE = ['banned-url', 'banned-image', 'banned-text', 'dropped-object', 'test-string']
const WHOEVER_IT_IS = [...FOR_ALL, 'mention-flood', 'odd-json']

describe('a rule', () => {
  test('has one name: in the catalog, in its weight and in its hits', () => {
    const names = rulesOf().rules.map(({ name }) => name)
    expect(names).toEqual(Object.keys(catalog))
    expect([...names].sort()).toEqual(Object.keys(rulesSchema.parse({})).sort())
  })

  test.each(suspects)('$rule finds its suspect, and no other rule does', ({ rule, facts }) => {
    expect(namesOf(facts)).toEqual([rule])
  })

  test.each(suspects)(
    '$rule keeps to its part where only open accounts are reached',
    ({ rule, facts }) => {
      const { local } = facts.reach
      expect(local).toHaveLength(1)
      const open = { ...facts, reach: { ...facts.reach, guarded: [] } }
      expect(namesOf(open)).toEqual(FOR_ALL.includes(rule) ? [rule] : [])
    },
  )

  test.each(suspects)('$rule knows whom it may trust', ({ rule, facts }) => {
    const trusted = { ...facts, history: { ...facts.history, author: TRUSTED } }
    expect(namesOf(trusted)).toEqual(WHOEVER_IT_IS.includes(rule) ? [rule] : [])
  })

  test.each(suspects)('$rule trusts nobody who has not proved who it is', ({ rule, facts }) => {
    const history = { ...facts.history, author: { ...TRUSTED, firstSeenAt: NOW - HOUR } }
    const claimed: Facts = { ...facts, proof: 'missing', history }
    expect(namesOf(claimed)).toContain(rule)
  })

  test.each(suspects)('$rule drops alone only if it is absolute', ({ rule, facts }) => {
    const hits = rulesOf(LISTS).evaluate(facts)
    const { action } = decide(hits, { thresholds, proof: 'verified' })
    expect(action === 'drop').toBe(ABSOLUTE.includes(rule))
    expect(hits.map(({ absolute }) => absolute)).toEqual([ABSOLUTE.includes(rule)])
  })

  test.each(suspects)('$rule in shadow is recorded and weighs nothing', ({ rule, facts }) => {
    const hits = rulesOf({ ...LISTS, rules: { [rule]: { shadow: true } } }).evaluate(facts)
    expect(hits).toMatchObject([{ rule, shadow: true }])
    expect(decide(hits, { thresholds, proof: 'verified' })).toEqual({ action: 'forward', score: 0 })
  })

  test.each(suspects)('$rule says nothing of what is not judged', ({ facts }) => {
    expect(namesOf({ ...facts, judged: false })).toEqual([])
  })

  test('says nothing of an ordinary post', () => {
    expect(namesOf(reaching())).toEqual([])
    expect(namesOf(someFacts())).toEqual([])
  })

  test('that breaks is a fault', () => {
    const broken = { ...someFacts(), links: undefined as never }
    expect(() => namesOf(broken)).toThrow(TypeError)
  })
})

describe('the weights', () => {
  test('make an offence of floods, banned URLs and pictures alone', () => {
    const weights = Object.entries(rulesSchema.parse({}))
    const offences = weights.filter(([, { offence }]) => offence).map(([name]) => name)
    expect(offences).toEqual(['banned-url', 'banned-image', 'mention-flood'])
  })

  test('make none of a path that only looks like a banned one, unless there is more', () => {
    const alike = { ...QR, how: 'text-alike', why: 'drawn text looks like a.example/b' } as const
    const doubtful = { ...SEEN, findings: [alike] }
    const evaluate = (seen: Facts['seen']) => rulesOf().evaluate(reaching('', { seen }))
    expect(evaluate([doubtful])).toMatchObject([
      {
        rule: 'banned-image',
        offence: false,
        absolute: true,
        why: expect.stringContaining('looks like'),
      },
    ])
    expect(evaluate([doubtful, SEEN])).toMatchObject([
      { offence: true, why: expect.stringContaining('QR code leads') },
    ])
  })

  test('are the operator’s', () => {
    const rules = { 'odd-json': { score: 1, shadow: true, offence: true } }
    expect(rulesOf({ rules }).evaluate(SUSPECTS['odd-json'])).toMatchObject([
      { score: 1, shadow: true, offence: true, absolute: false },
    ])
  })

  test('tell the memory how far back to count', () => {
    expect(rulesOf().windows).toEqual({
      burstMs: HOUR,
      campaignMs: DAY,
      establishedMs: 30 * DAY,
    })
    const campaign = { window: '2d', establishedAfter: '7d' }
    const rules = { 'mention-burst': { window: '10m' }, campaign }
    expect(rulesOf({ rules }).windows).toEqual({
      burstMs: HOUR / 6,
      campaignMs: 2 * DAY,
      establishedMs: 7 * DAY,
    })
  })

  test.each([
    { rules: { 'mention-flod': {} } },
    { rules: { 'mention-flood': { minMention: 3 } } },
    { rules: { 'mention-flood': { score: -1 } } },
    { rules: { 'new-account': { maxAge: 'soon' } } },
    { rules: { 'mention-burst': { window: '2d' } } },
    { rules: { 'mention-burst': { share: 2 } } },
    { rules: { 'mention-burst': { people: 1_000 } } },
    { rules: { campaign: { posts: 1_000 } } },
    { rules: { campaign: { window: '1s' } } },
    { rules: { 'test-string': { offence: true } } },
  ])('refuse $rules', ({ rules }) => {
    expect(rulesSchema.safeParse(rules).success).toBe(false)
  })
})

test('a report is asked about by no rule', () => {
  const called = [ALICE, ...Array.from({ length: 9 }, (_, each) => `https://s${each}.example/u`)]
  const flag = { type: 'Flag', actor: BOB, object: called, to: called, content: 'free money' }
  expect(namesOf(factsOf(flag, { profile: aThrowaway() }))).toEqual([])
})
