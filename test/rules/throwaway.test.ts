// mention-flood, new-account, blank-profile and bare-link: each alone, and together as they were met in the wild.
import { describe, expect, test } from 'vitest'
import type { Evidence, Facts } from '../../src/facts.ts'
import { decide } from '../../src/verdict.ts'
import {
  ALICE,
  aCreate,
  aNote,
  aProfile,
  aThrowaway,
  DAY,
  factsOf,
  HOUR,
  hitsOf,
  NOW,
  type NoteTraits,
  past,
  TRUSTED,
} from '../support/build.ts'

const people = (count: number) =>
  Array.from({ length: count }, (_, each) => `https://server${each % 4}.example/users/p${each}`)
const PICTURE = {
  attachment: [{ type: 'Document', mediaType: 'image/webp', url: 'https://remote.example/1.webp' }],
}

function judge(traits: NoteTraits, also: Partial<Evidence> = {}, rules: object = {}) {
  const facts = factsOf(aCreate(aNote(traits)), also)
  const hits = hitsOf(facts, [], rules)
  const decision = decide(hits, { thresholds: { hold: 6, drop: 10 }, proof: facts.proof })
  return { ...decision, rules: hits.map(({ rule }) => rule) }
}

describe('mention-flood', () => {
  test.each([
    { mentions: [...people(4), ALICE], rules: ['mention-flood'] },
    { mentions: [...people(3), ALICE], rules: [] },
    { mentions: people(50), rules: [] },
  ])('sees $mentions.length people where one of ours is among them', ({ mentions, rules }) => {
    expect(judge({ mentions }).rules).toEqual(rules)
  })

  test('takes the number from the operator', () => {
    const mentions = [...people(4), ALICE]
    expect(judge({ mentions }, {}, { 'mention-flood': { minMentions: 6 } }).rules).toEqual([])
  })
})

describe('new-account', () => {
  test.each([
    { createdAt: NOW - 7 * DAY + 1, rules: ['new-account'] },
    { createdAt: NOW - 7 * DAY, rules: [] },
    { createdAt: NOW + HOUR, rules: ['new-account'] },
  ])('sees who signed up within a week: $createdAt', ({ createdAt, rules }) => {
    expect(judge({ mentions: [ALICE] }, { profile: aProfile({ createdAt }) }).rules).toEqual(rules)
  })

  test('says nothing of whose age nobody knows', () => {
    const { createdAt: _, ...profile } = aProfile()
    expect(judge({ mentions: [ALICE] }, { profile }).rules).toEqual([])
    expect(judge({ mentions: [ALICE] }).rules).toEqual([])
  })

  test('takes the age from the operator', () => {
    const profile = aProfile({ createdAt: NOW - 2 * HOUR })
    expect(
      judge({ mentions: [ALICE] }, { profile }, { 'new-account': { maxAge: '1h' } }).rules,
    ).toEqual([])
  })
})

describe('blank-profile', () => {
  const blank = aThrowaway({ createdAt: NOW - 10 * DAY })

  test.each([
    { what: 'nothing at all', profile: blank, rules: ['blank-profile'] },
    {
      what: 'the username for a name',
      profile: { ...blank, name: 'Btjcwrbzin' },
      rules: ['blank-profile'],
    },
    {
      what: 'an empty paragraph',
      profile: { ...blank, summary: '<p></p><br>' },
      rules: ['blank-profile'],
    },
    { what: 'a picture', profile: { ...blank, hasIcon: true }, rules: [] },
    { what: 'a name', profile: { ...blank, name: 'Bob' }, rules: [] },
    { what: 'a line', profile: { ...blank, summary: '<p>hi</p>' }, rules: [] },
    { what: 'a field', profile: { ...blank, fields: 1 }, rules: [] },
    {
      what: 'nothing, for more than a month',
      profile: { ...blank, createdAt: NOW - 31 * DAY },
      rules: [],
    },
  ])('judges a profile with $what', ({ profile, rules }) => {
    expect(judge({ mentions: [ALICE] }, { profile }).rules).toEqual(rules)
  })

  test('counts an unknown age as young', () => {
    const { createdAt: _, ...profile } = blank
    expect(judge({ mentions: [ALICE] }, { profile }).rules).toEqual(['blank-profile'])
  })
})

describe('bare-link', () => {
  test.each([
    { what: 'a link', traits: { text: 'https://a.example/x' }, rules: ['bare-link'] },
    {
      what: 'a link without scheme and an emoji',
      traits: { text: '👇 discord.example/x #news' },
      rules: ['bare-link'],
    },
    { what: 'a picture', traits: { text: '', also: PICTURE }, rules: ['bare-link'] },
    { what: 'words and a link', traits: { text: 'look https://a.example/x' }, rules: [] },
    { what: 'words and a picture', traits: { text: 'look', also: PICTURE }, rules: [] },
    { what: 'an emoji', traits: { text: '🎉' }, rules: [] },
    { what: 'nothing', traits: { text: '' }, rules: [] },
    {
      what: 'a picture under a title',
      traits: { text: '', also: { ...PICTURE, name: 'My cat' } },
      rules: [],
    },
  ])('judges a post with $what', ({ traits, rules }) => {
    expect(judge({ mentions: [ALICE], ...traits }).rules).toEqual(rules)
  })

  test('is not for those who have been around for a month', () => {
    expect(
      judge({ mentions: [ALICE], text: 'https://a.example/' }, { profile: aProfile() }).rules,
    ).toEqual([])
  })
})

describe('the wave of February 2024', () => {
  const mentions = [...people(4), ALICE]
  const profile = aThrowaway()
  const by = 'https://open.example/users/btjcwrbzin'

  test.each([
    { what: 'a link', traits: { text: 'https://discord.example/ctkpaarr' } },
    { what: 'a picture', traits: { text: '', also: PICTURE } },
    {
      what: 'words on why there is no picture',
      traits: { text: '画像が貼れなかったのでメンションだけします' },
    },
    {
      what: 'a link in answer to somebody',
      traits: {
        text: 'https://discord.example/x',
        also: { inReplyTo: `${ALICE}/1` },
      },
    },
  ])('is dropped with $what', ({ traits }) => {
    expect(judge({ by, mentions, ...traits }, { profile })).toMatchObject({ action: 'drop' })
  })

  test('is held while nothing is known of the author but its post', () => {
    expect(judge({ by, mentions, text: 'https://discord.example/x' })).toMatchObject({
      action: 'hold',
      score: 7.5,
    })
  })
})

describe('a wave that is known already', () => {
  const LINK = { kind: 'link', key: 'link:a.example/x', shown: 'https://a.example/x' } as const
  const known = { fingerprints: [LINK], history: past({ copies: [5], alsoCalled: 10 }) }
  const actionOf = (traits: NoteTraits, profile = aProfile(), also: Partial<Facts> = known) => {
    const hits = hitsOf({ ...factsOf(aCreate(aNote(traits)), { profile }), ...also })
    return decide(hits, { thresholds: { hold: 6, drop: 10 }, proof: 'verified' }).action
  }

  test.each([
    { what: 'a burst alone', also: { history: past({ alsoCalled: 10 }) }, action: 'forward' },
    { what: 'copies alone', also: { ...known, history: past({ copies: [5] }) }, action: 'hold' },
    { what: 'copies in a burst', also: known, action: 'drop' },
    {
      what: 'a flood in a burst',
      mentions: [...people(4), ALICE],
      also: { history: past({ alsoCalled: 10 }) },
      action: 'hold',
    },
    {
      what: 'copies in a flood',
      mentions: [...people(4), ALICE],
      also: { ...known, history: past({ copies: [5] }) },
      action: 'drop',
    },
    {
      what: 'copies by a throwaway',
      profile: aThrowaway(),
      also: { ...known, history: past({ copies: [5] }) },
      action: 'drop',
    },
    {
      what: 'all of it by somebody trusted',
      mentions: [...people(9), ALICE],
      profile: aThrowaway(),
      also: { ...known, history: past({ copies: [60], alsoCalled: 49, author: TRUSTED }) },
      action: 'forward',
    },
  ])('comes to $action by $what', ({ mentions = [...people(2), ALICE], profile, also, action }) => {
    expect(actionOf({ mentions, text: 'https://a.example/x' }, profile, also)).toBe(action)
  })
})

describe('ordinary people', () => {
  test.each([
    {
      who: 'an established author who answers eight',
      traits: { mentions: [...people(7), ALICE], text: 'I agree' },
      profile: aProfile(),
    },
    {
      who: 'an established author who shows eight a link',
      traits: { mentions: [...people(7), ALICE], text: 'https://a.example/' },
      profile: aProfile(),
    },
    {
      who: 'a newcomer who greets two',
      traits: { mentions: [...people(1), ALICE], text: 'I am here now!' },
      profile: aProfile({ createdAt: NOW - HOUR }),
    },
    {
      who: 'a newcomer without a profile who greets two',
      traits: { mentions: [...people(1), ALICE], text: 'I am here now!' },
      profile: aThrowaway(),
    },
    {
      who: 'a newcomer with a picture for one of ours',
      traits: { mentions: [ALICE], text: '', also: PICTURE },
      profile: aProfile({ createdAt: NOW - HOUR }),
    },
    {
      who: 'twenty-two friends',
      traits: { mentions: [...people(21), ALICE], text: 'Dinner?' },
      profile: aProfile(),
    },
    {
      who: 'a newcomer whose post calls none of ours',
      traits: { mentions: people(9), text: 'https://a.example/' },
      profile: aThrowaway(),
    },
  ])('are forwarded: $who', ({ traits, profile }) => {
    expect(judge(traits, { profile }).action).toBe('forward')
  })

  test('are held when they do all that a spammer does, alone', () => {
    expect(
      judge({ mentions: [ALICE], text: 'https://a.example/' }, { profile: aThrowaway() }),
    ).toMatchObject({ action: 'hold', score: 7.5 })
  })
})
