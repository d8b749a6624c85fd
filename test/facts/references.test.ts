import { describe, expect, test } from 'vitest'
import { carriesContent, readActivity } from '../../src/activity.ts'
import { postKey } from '../../src/facts/post-key.ts'
import type { JsonObject, JsonValue } from '../../src/json.ts'
import {
  ALICE,
  aCreate,
  aNote,
  aThrowaway,
  BOB,
  factsOf,
  fullFactsOf,
  hitsOf,
  PUBLIC,
} from '../support/build.ts'

const THEIRS = 'https://third.example/notes/1'
const OTHER = 'https://fourth.example/notes/2'
const QUOTABLE = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'

const aBoost = (object: JsonValue, also?: JsonObject): JsonObject => ({
  '@context': 'https://www.w3.org/ns/activitystreams',
  id: `${BOB}/boosts/1`,
  type: 'Announce',
  actor: BOB,
  object,
  to: [PUBLIC],
  cc: [`${BOB}/followers`, ALICE],
  ...also,
})
const quote = (id: string) => ({ how: 'quote', id })
const aLink = (also: JsonObject) => ({ tag: [{ type: 'Link', href: THEIRS, ...also }] })

describe('a post shows another’s', () => {
  test.each<{ key: string; also: JsonObject }>([
    ...['quote', 'quoteUrl', 'quoteUri', '_misskey_quote', 'as:quoteUrl'].map((key) => ({
      key,
      also: { [key]: THEIRS },
    })),
    { key: 'an embedded quote', also: { quote: { id: THEIRS, type: 'Note' } } },
    { key: 'a tag to an activity', also: aLink({ mediaType: QUOTABLE }) },
    { key: 'a tag called so', also: aLink({ rel: 'https://misskey-hub.net/ns#_misskey_quote' }) },
  ])('by $key', ({ also }) => {
    expect(factsOf(aCreate(aNote({ also }))).references).toEqual([quote(THEIRS)])
  })

  test('by no link to a page', () => {
    expect(factsOf(aCreate(aNote({ also: aLink({}) }))).references).toEqual([])
  })

  test('once, however many keys name it, beside the one that it answers', () => {
    const also = { quote: THEIRS, quoteUri: `${THEIRS}#`, inReplyTo: OTHER }
    expect(factsOf(aCreate(aNote({ also }))).references).toEqual([
      quote(THEIRS),
      { how: 'reply', id: OTHER },
    ])
  })

  test('where only a reader of JSON-LD sees it', async () => {
    const answers = { '@id': 'as:inReplyTo', '@type': '@id' }
    const context = ['https://www.w3.org/ns/activitystreams', { answers }]
    const json = aCreate(aNote({ also: { answers: THEIRS } }), { '@context': context })
    expect((await fullFactsOf(json)).references).toEqual([{ how: 'reply', id: THEIRS }])
  })

  test('up to a number that no honest post comes near, and more is flagged', () => {
    const many = Array.from({ length: 17 }, (_, each) => `${THEIRS}${each}`)
    const factsWith = (quotes: string[]) => factsOf(aCreate(aNote({ also: { quote: quotes } })))
    expect(factsWith(many.slice(1)).flags).not.toContain('references-capped')
    expect(factsWith(many).references).toHaveLength(16)
    expect(factsWith(many).flags).toContain('references-capped')
  })
})

describe('a boost', () => {
  const boosts = (json: JsonObject) => factsOf(json).references

  test.each<{ what: string; object: JsonValue }>([
    { what: 'an id', object: THEIRS },
    { what: 'an embedded post', object: { id: THEIRS, type: 'Note', content: 'x' } },
    { what: 'an embedded id', object: { id: THEIRS } },
    { what: 'a list', object: [THEIRS] },
  ])('by $what is known by the post', ({ object }) => {
    expect(boosts(aBoost(object))).toEqual([{ how: 'boost', id: THEIRS }])
  })

  test('of a whole activity is known by the post in it', () => {
    const create = { id: `${THEIRS}/activity`, type: 'Create', object: { id: THEIRS } }
    const ids = boosts(aBoost({ id: OTHER, type: 'Announce', object: create })).map(({ id }) => id)
    expect(ids).toEqual([OTHER, `${THEIRS}/activity`, THEIRS])
  })

  test('by an id is judged, and there is nothing else in it to judge', () => {
    const facts = factsOf(aBoost(THEIRS, { content: 'x', tag: [{ type: 'Hashtag' }] }))
    expect(facts).toMatchObject({
      ...{ judged: true, isPublic: true, postId: undefined, inReplyTo: undefined },
      ...{ texts: [], links: [], mentions: [], words: '', attachments: 0 },
      reach: { local: [], guarded: [], people: [], mentions: 0 },
      ...{ fingerprints: [], flags: [] },
    })
  })

  test('by an id is nothing for Fedify', () => {
    expect(carriesContent(readActivity(aBoost(THEIRS)))).toBe(false)
  })

  test('by an id has no hit, whoever sends it to however many', () => {
    const crowd = Array.from({ length: 3_000 }, (_, each) => `https://s.example/users/p${each}`)
    const facts = factsOf(
      aBoost(THEIRS, { cc: [ALICE, ...crowd], content: 'https://spam.test/' }),
      {
        profile: aThrowaway(),
        jsonFlags: ['duplicate-keys'],
      },
    )
    expect(hitsOf(facts, ['spam.test', 'third.example'])).toEqual([])
  })

  test('of a Like beside an id hides nothing', () => {
    const facts = factsOf(aBoost([{ type: 'Like', id: OTHER, object: THEIRS }, THEIRS]))
    expect(facts).toMatchObject({ judged: true, texts: [] })
    expect(facts.references).toContainEqual({ how: 'boost', id: THEIRS })
  })
})

test.each(['Like', 'EmojiReact', 'Flag', 'Follow', 'Undo', 'Delete', 'Add', 'QuoteRequest'])(
  'a %s shows nothing of whom it names',
  (type) => {
    const json = { type, actor: BOB, object: THEIRS, quote: THEIRS, inReplyTo: THEIRS }
    expect(factsOf(json)).toMatchObject({ judged: false, references: [] })
  },
)

describe('a post’s key', () => {
  test.each([
    {
      what: 'a Mastodon status',
      spellings: [
        'https://a.example/users/bob/statuses/113000000000000001',
        'https://a.example/ap/users/11/statuses/113000000000000001',
        'https://a.example/@bob/113000000000000001',
        'https://A.example/@bob/113000000000000001/#x',
      ],
    },
    {
      what: 'a GoToSocial status',
      spellings: [
        'https://a.example/users/bob/statuses/01M81DV81672DEKWV6FY3WHY64',
        'https://a.example/@bob/statuses/01M81DV81672DEKWV6FY3WHY64',
      ],
    },
    {
      what: 'a post',
      spellings: [
        THEIRS,
        `${THEIRS}/`,
        `${THEIRS}#reply`,
        THEIRS.replace('https', 'http'),
        THEIRS.replace('third', 'Third'),
        THEIRS.replace('.example', '.example:443'),
      ],
    },
  ])('is one for every spelling of $what', ({ spellings }) => {
    expect(new Set(spellings.map(postKey)).size).toBe(1)
  })

  test.each([
    ['https://a.example/notes/1', 'https://a.example/notes/2'],
    ['https://a.example/notes/a', 'https://a.example/notes/A'],
    ['https://a.example/?p=1', 'https://a.example/?p=2'],
    ['https://a.example/notes/1', 'https://b.example/notes/1'],
    ['https://a.example/notes/1', 'https://a.example:8443/notes/1'],
    [
      'https://a.example/@bob/113000000000000001',
      'https://b.example/users/bob/statuses/113000000000000001',
    ],
    ['https://a.example/@bob/113000000000000001', 'https://a.example/@bob/113000000000000002'],
    [
      'https://a.example/users/bob/statuses/113000000000000001',
      'https://a.example/users/bob/statuses/113000000000000001/activity',
    ],
  ])('tells %s from %s', (one, other) => {
    expect(postKey(one)).not.toBe(postKey(other))
  })
})
