// Tricks by which a post would reach people without being judged, or would harm somebody who did not write it.
import { afterEach, describe, expect, test } from 'vitest'
import { readActivity } from '../src/activity.ts'
import { passesBlock } from '../src/blocked.ts'
import type { JsonObject } from '../src/json.ts'
import { referencedDomains } from '../src/references.ts'
import {
  ALICE,
  aCreate,
  aNote,
  BOB,
  factsOf,
  fullFactsOf,
  HOME,
  hitsOf,
  PUBLIC,
  proved,
} from './support/build.ts'
import { startWorld, type World } from './support/world.ts'

const AS = 'https://www.w3.org/ns/activitystreams'
const EVIL = 'https://evil.example/ctx.jsonld'
const RAID = 'https://raid.example/join'
const SPAMMER = 'https://spam.example/users/btjcwrbzin'
const signature = { type: 'RsaSignature2017', creator: `${BOB}#main-key` }
const unscoped = { x: { '@context': {} } }
const note = aNote({ text: RAID })

const worlds: World[] = []
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close()
})

async function aWorld(): Promise<World> {
  const world = await startWorld({ domain: HOME, flags: ['--banned.urls=raid.example'] })
  worlds.push(world)
  return world
}

describe('a post under another name', () => {
  const disguised = (context: unknown, also: JsonObject): JsonObject => ({
    ...aCreate(note),
    '@context': [AS, context] as JsonObject[],
    ...also,
  })

  test.each([
    { what: 'a Like by a foreign context', json: disguised(EVIL, { type: 'Like', signature }) },
    { what: 'an unheard kind', json: disguised(EVIL, { type: 'Zap', signature }) },
    {
      what: 'a kind that the parser fails on',
      json: disguised({ Zap: 'as:Create' }, { type: 'Zap', published: 'soon', signature }),
    },
    {
      what: 'a Like that the parser skips',
      json: disguised({ Like: 'as:Create', ...unscoped }, { type: 'Like', signature }),
    },
    {
      what: 'a second name for the type',
      json: disguised({ t: '@type', ...unscoped }, { type: 'Like', t: 'Create', signature }),
    },
    {
      what: 'a second name as an object',
      json: disguised({ t: { '@id': '@type' }, ...unscoped }, { type: 'Like', t: 'Create' }),
    },
    {
      what: 'a Collection by another name',
      json: {
        ...disguised({ Bundle: 'as:OrderedCollection' }, { type: 'Bundle', signature }),
        object: undefined,
        orderedItems: [aCreate(note)],
      },
    },
    {
      what: 'a prefix of its own',
      json: disguised({ x: `${AS}#`, y: { '@context': {} } }, { type: 'x:Create' }),
    },
    {
      what: 'a context that only borrows a known name',
      json: disguised('https://evil.example/schemas/litepub-0.1.jsonld', {
        type: 'Like',
        signature,
      }),
    },
    {
      what: 'a context of its object',
      json: {
        ...disguised({}, { type: 'Announce', signature }),
        object: { ...note, type: 'Like', '@context': EVIL },
      },
    },
    { what: 'a quote request', json: disguised({}, { type: ['Create', 'QuoteRequest'] }) },
    { what: 'a pinned post', json: disguised({}, { type: 'Add', target: `${BOB}/featured` }) },
  ])('is judged: $what', async ({ json }) => {
    const facts = await fullFactsOf(json as JsonObject)
    expect(facts.judged).toBe(true)
    expect(hitsOf(facts, ['raid.example'])).toMatchObject([{ rule: 'banned-url' }])
  })

  test.each([
    { what: 'a foreign context', context: EVIL, also: { signature } },
    { what: 'one of its own', context: { blurhash: 'as:content', ...unscoped }, also: {} },
  ])('hides nothing under a key that is usually silent by $what', async ({ context, also }) => {
    const hidden = aNote({ also: { blurhash: `<p>see ${RAID}</p>` } })
    const json = { ...aCreate(hidden), '@context': [AS, context], ...also } as JsonObject
    expect(hitsOf(await fullFactsOf(json), ['raid.example'])).toHaveLength(1)
  })

  test('is held against nobody where its kind is unknown', () => {
    expect(factsOf(disguised(EVIL, { type: 'Like', signature })).postId).toBeUndefined()
  })

  test.each([
    { context: ['https://pleroma.example/schemas/litepub-0.1.jsonld', { '@language': 'und' }] },
    { context: [AS, 'https://w3id.org/security/v1', { EmojiReact: 'litepub:EmojiReact' }] },
    { context: [AS, { blurhash: 'toot:blurhash', id: '@id', type: '@type', tag: 'as:tag' }] },
  ])('is none by an ordinary context: $context', ({ context }) => {
    for (const type of ['Like', 'EmojiReact', 'Delete', 'Flag']) {
      const json = { '@context': context, type, actor: BOB, object: note } as JsonObject
      expect(factsOf(json)).toMatchObject({ judged: false, links: [] })
    }
  })
})

describe('a blocked domain', () => {
  const blocks = { find: () => undefined }
  test.each<[string, JsonObject]>([
    ['a kind of its own', { '@context': [AS, { Delete: 'as:Create', txt: 'as:content' }] }],
    ['another name for content', { '@context': [AS, { txt: 'as:content' }], txt: RAID }],
    ['a foreign context', { '@context': [AS, EVIL], signature }],
    ['a prefix', { 'as:content': RAID }],
  ])('takes nothing back by %s', (_, also) => {
    const json = { '@context': AS, type: 'Delete', actor: BOB, object: `${BOB}/1`, ...also }
    expect(passesBlock(readActivity(json), blocks)).toBe(false)
  })

  test('takes its words back by a Delete as everybody writes it', () => {
    const context = [AS, { atomUri: 'ostatus:atomUri', ostatus: 'http://ostatus.org#' }]
    const object = { id: `${BOB}/1`, type: 'Tombstone', atomUri: `${BOB}/1` }
    const json = { '@context': context, type: 'Delete', actor: BOB, object, signature }
    expect(passesBlock(readActivity(json), blocks)).toBe(true)
  })

  test('is referred to by a quote in a Link tag, not by a link to its pages', () => {
    const tag = (mediaType: string) =>
      aCreate(aNote({ also: { tag: { type: 'Link', mediaType, href: `${SPAMMER}/1` } } }))
    const hosts = (mediaType: string) => referencedDomains(readActivity(tag(mediaType)))
    expect(hosts(`application/ld+json; profile="${AS}"`)).toContain('spam.example')
    expect(hosts('text/html')).not.toContain('spam.example')
  })
})

describe('an innocent author', () => {
  test('is not said to reach whom a carrier chose', () => {
    const message = aCreate(aNote({ also: { to: ['https://other.example/u/x'], cc: [] } }))
    const delivery = { target: '/users/alice/inbox' }
    const at = Date.now()
    const carried = { status: 'verified', author: BOB, by: 'ld-signature', at } as const
    const unproved = { status: 'missing', author: BOB, why: 'x' } as const
    expect(factsOf(message, { delivery, proof: carried }).reach.local).toEqual([])
    expect(factsOf(message, { delivery, proof: proved() }).reach.local).toEqual([ALICE])
    expect(factsOf(message, { delivery, proof: unproved }).reach.local).toEqual([ALICE])
  })

  const fresh = (also: JsonObject) =>
    aCreate(
      aNote({
        by: SPAMMER,
        mentions: [ALICE],
        also: { published: new Date().toISOString(), ...also },
      }),
    )
  const theirs = {
    id: 'https://other.example/1',
    type: 'Note',
    attributedTo: 'https://other.example/users/x',
    content: RAID,
  }

  test('is not blocked for what it quotes, though that is dropped', async () => {
    const world = await aWorld()
    await world.send(world.person(SPAMMER), fresh({ quote: theirs }))
    expect(world.instance.received).toEqual([])
    expect(world.verdicts).toMatchObject([{ action: 'drop', hits: [{ rule: 'banned-url' }, {}] }])
    expect(world.verdicts[0]).not.toHaveProperty('block')
  })

  test.each([
    { what: 'its own words beside the quote', also: { quote: theirs, summary: RAID } },
    { what: 'what it attached in another name', also: { attachment: theirs } },
  ])('it is none by $what', async ({ also }) => {
    const world = await aWorld()
    await world.send(world.person(SPAMMER), fresh(also))
    expect(world.verdicts).toMatchObject([{ action: 'drop', block: { domain: 'spam.example' } }])
  })

  test('it is none by a banned post that it pins', async () => {
    const world = await aWorld()
    const { object, ...create } = fresh({ content: RAID })
    const pinned = { ...create, type: 'Add', object, target: `${SPAMMER}/featured` } as JsonObject
    await world.send(world.person(SPAMMER), pinned)
    expect(world.verdicts).toMatchObject([{ action: 'drop', block: { domain: 'spam.example' } }])
  })
})

describe('what is too much', () => {
  test('is searched up to the last of several links without a blank between them', () => {
    const also = { _misskey_content: `https://ok.example/、${RAID}` }
    expect(hitsOf(factsOf(aCreate(aNote({ also }))), ['raid.example'])).toHaveLength(1)
  })

  const many = (count: number, make: (at: number) => unknown) =>
    Array.from({ length: count }, (_, at) => make(at)) as JsonObject[]
  test.each([
    {
      what: 'decoys',
      also: { content: many(3_100, (at) => `https://h${at}.example/`).join(' ') + RAID },
    },
    { what: 'texts', also: { odd: many(9_000, (at) => `<b>${at}</b>`) } },
    { what: 'characters', also: { odd: 'word '.repeat(100_000) } },
    { what: 'people', also: { tag: many(1_001, (at) => ({ type: 'Mention', name: `@${at}` })) } },
    { what: 'receivers', also: { cc: many(1_001, (at) => `https://h${at}.example/u`) } },
  ])('is held: $what', ({ also }) => {
    const facts = factsOf(aCreate(aNote({ also: also as JsonObject })))
    expect(hitsOf(facts)).toContainEqual(
      expect.objectContaining({ rule: 'too-much-to-read', score: 6, offence: false }),
    )
  })

  test('is not what the longest of honest posts has', () => {
    const content = `<p>${'<a href="https://a.example/">word</a> '.repeat(1_000)}</p>`
    const facts = factsOf(aCreate(aNote({ mentions: 200, also: { content, to: [PUBLIC] } })))
    expect(facts.flags).toEqual(['fedify-skipped'])
  })

  test('is not compared type by term', () => {
    const types = many(9_500, (at) => `T${at}`) as unknown as string[]
    const terms = Object.fromEntries(types.map((_, at) => [`U${at}`, 'as:content']))
    const json = { '@context': [AS, terms], type: types } as JsonObject
    expect(readActivity(json).doubts).toEqual({ kind: true, keys: true })
  })
})
