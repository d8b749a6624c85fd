import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import {
  carriesContent,
  type FedifyView,
  fedifyReader,
  type RawActivity,
  readActivity,
} from '../src/activity.ts'
import { type JsonObject, type JsonValue, readJson } from '../src/json.ts'
import { recordedDeliveries } from './support/deliveries.ts'

const AS = 'https://www.w3.org/ns/activitystreams'
const BOB = 'https://remote.example/users/bob'
const ALICE = 'https://home.example/users/alice'
const reader = fedifyReader()

const aCreate = (object: JsonValue, also?: JsonObject): JsonObject => ({
  '@context': AS,
  id: 'https://remote.example/1/activity',
  type: 'Create',
  actor: BOB,
  object,
  ...also,
})
const aNote = (also?: JsonObject): JsonObject => ({
  id: 'https://remote.example/1',
  type: 'Note',
  attributedTo: BOB,
  content: 'hello',
  ...also,
})
const aMention = (at = 0): JsonObject => ({
  type: 'Mention',
  href: `https://home.example/users/${at}`,
  name: `@${at}@home.example`,
})
const times = <T>(count: number, make: (at: number) => T) =>
  Array.from({ length: count }, (_, at) => make(at))
const read = (json: JsonObject) => reader.read(readActivity(json))

async function viewOf(json: JsonObject): Promise<FedifyView> {
  const reading = await read(json)
  if (reading.status !== 'parsed') throw new Error(`${reading.status}: ${reading.why}`)
  return reading.view
}

describe('the plain view', () => {
  test.each<[string, JsonObject, Partial<RawActivity>]>([
    ['a string', { actor: BOB }, { actors: [BOB] }],
    ['an object', { actor: { id: BOB, type: 'Person' } }, { actors: [BOB] }],
    ['an object with @id', { actor: { '@id': BOB } }, { actors: [BOB] }],
    ['two actors', { actor: [BOB, { id: ALICE }] }, { actors: [BOB, ALICE] }],
    ['the same actor twice', { actor: [BOB, BOB] }, { actors: [BOB] }],
    [
      'a prefixed actor beside the plain one',
      { actor: BOB, 'as:actor': ALICE },
      { actors: [BOB, ALICE] },
    ],
    ['a full IRI', { [`${AS}#actor`]: BOB }, { actors: [BOB] }],
    ['a list of actors', { actor: { '@list': [BOB, ALICE] } }, { actors: [BOB, ALICE] }],
    ['no actor', { actor: null }, { actors: [] }],
    ['a number as actor', { actor: 7 }, { actors: [] }],
    ['one type', { type: 'Create' }, { types: ['Create'] }],
    ['several types', { type: ['Create', 'Announce'] }, { types: ['Create', 'Announce'] }],
    ['@type', { '@type': [`${AS}#Create`] }, { types: ['Create'] }],
    [
      'both spellings of type',
      { type: 'Like', '@type': 'as:Create' },
      { types: ['Like', 'Create'] },
    ],
    ['an id', { id: 'https://a.example/1' }, { id: 'https://a.example/1' }],
    ['@id', { '@id': 'https://a.example/1' }, { id: 'https://a.example/1' }],
    ['an empty id', { id: '' }, { id: undefined }],
    ['an object’s id', { object: ALICE }, { objectId: ALICE, objects: [] }],
    [
      'an embedded object',
      { object: { id: ALICE, type: ['Note', 'as:Article'] } },
      {
        objectId: ALICE,
        objects: [{ id: ALICE, type: ['Note', 'as:Article'] }],
      },
    ],
    [
      'an array of objects',
      { object: ['https://a.example/1', { type: 'Note' }, { type: 'Page' }] },
      {
        objectId: 'https://a.example/1',
        objects: [{ type: 'Note' }, { type: 'Page' }],
      },
    ],
    [
      'objects under two names',
      { object: { type: 'Note' }, 'as:object': { type: 'Page' } },
      { objects: [{ type: 'Note' }, { type: 'Page' }] },
    ],
  ])('%s', (_, json, expected) => {
    expect(readActivity(json)).toMatchObject(expected)
  })

  test('members of the prototype are no members', () => {
    const json = JSON.parse('{"__proto__":{"actor":"https://a.example/"},"constructor":{"id":"x"}}')
    expect(readActivity(json)).toMatchObject({ actors: [], id: undefined, types: [] })
  })
})

describe('what carries content', () => {
  test.each<[string, JsonObject]>([
    ['Create', { type: 'Create', object: aNote() }],
    ['Create of an id, whose object may hide under an alias', { type: 'Create', object: ALICE }],
    ['Update', { type: 'Update', object: aNote() }],
    ['Announce of an object', { type: 'Announce', object: aNote() }],
    ['Announce of a whole activity', { type: 'Announce', object: aCreate(aNote()) }],
    ['Add of an object', { type: 'Add', object: aNote() }],
    ['Announce of nothing that plain keys know', { type: 'Announce', o: aNote() }],
    ['ChatMessage', { type: 'ChatMessage', content: 'hi' }],
    ['a bare Note', aNote()],
    ['an unknown type', { type: 'Wave' }],
    ['no type', { object: aNote() }],
    ['one of several types', { type: ['Like', 'Create'] }],
    ['a quiet name for Create', { '@context': [AS, { Like: 'as:Create' }], type: 'Like' }],
    [
      'another name for the type',
      { '@context': [AS, { kind: '@type' }], type: 'Like', kind: 'Create' },
    ],
  ])('%s does', (_, json) => {
    expect(carriesContent(readActivity(json))).toBe(true)
  })

  test.each([
    ...['Like', 'EmojiReact', 'Follow', 'Accept', 'Reject', 'Block', 'Undo', 'Delete', 'Flag'],
    ...['Move', 'Remove'],
  ])('%s does not, whatever is embedded in it', async (type) => {
    const json = { '@context': AS, type, actor: BOB, object: aNote() }
    expect(carriesContent(readActivity(json))).toBe(false)
    expect(await read(json)).toEqual({ status: 'skipped', why: 'carries no content' })
  })

  test.each(['Announce', 'Add'])('neither does %s of an id', (type) => {
    expect(carriesContent(readActivity({ type, object: ALICE }))).toBe(false)
  })
})

describe('what Fedify sees', () => {
  test('a post is read down to its tags and attachments', async () => {
    const note = aNote({
      to: ['as:Public'],
      cc: [ALICE],
      summary: 'cw',
      tag: [aMention(1), { type: 'Hashtag', name: '#x', href: 'https://remote.example/tags/x' }],
      attachment: [
        { type: 'Document', url: 'https://cdn.example/1.png', name: 'alt text' },
        { type: 'Link', href: 'https://card.example/' },
      ],
      url: ['https://remote.example/@bob/1', { type: 'Link', href: 'https://watch.example/1' }],
      source: { content: 'hello *you*', mediaType: 'text/markdown' },
      inReplyTo: 'https://home.example/notes/1',
    })
    const context = [AS, { Hashtag: 'as:Hashtag' }]
    const view = await viewOf(aCreate(note, { '@context': context, to: [ALICE] }))
    expect(view).toMatchObject({
      types: ['Create'],
      actors: [BOB],
      attributedTo: [BOB],
      addressed: [ALICE, `${AS}#Public`],
      mentions: [{ href: 'https://home.example/users/1', name: '@1@home.example' }],
      attachments: 2,
    })
    const texts = Object.fromEntries(view.texts.map(({ at, text }) => [at, text]))
    expect(texts).toEqual({
      'object.content': 'hello',
      'object.summary': 'cw',
      'object.source.content': 'hello *you*',
      'object.attachment[0].name': 'alt text',
      'object.tag[0].name': '@1@home.example',
      'object.tag[1].name': '#x',
    })
    expect(view.urls).toEqual(
      expect.arrayContaining([
        { at: 'object.url', url: 'https://remote.example/@bob/1' },
        { at: 'object.url', url: 'https://watch.example/1' },
        { at: 'object.attachment[0].url', url: 'https://cdn.example/1.png' },
        { at: 'object.attachment[1].href', url: 'https://card.example/' },
        { at: 'object.tag[1].href', url: 'https://remote.example/tags/x' },
        { at: 'object.inReplyTo', url: 'https://home.example/notes/1' },
      ]),
    )
  })

  test('an actor’s profile is read with its fields, which are no attachments', async () => {
    const person = {
      id: BOB,
      type: 'Person',
      preferredUsername: 'bob',
      name: 'Bob',
      summary: 'buy here',
      inbox: `${BOB}/inbox`,
      outbox: `${BOB}/outbox`,
      icon: { type: 'Image', url: 'https://cdn.example/bob.png' },
      attachment: [{ type: 'PropertyValue', name: 'site', value: 'https://shop.example/' }],
      publicKey: { id: `${BOB}#main-key`, owner: BOB, publicKeyPem: 'not a key' },
    }
    const context = [
      AS,
      {
        schema: 'http://schema.org#',
        PropertyValue: 'schema:PropertyValue',
        value: 'schema:value',
      },
    ]
    const view = await viewOf(aCreate(person, { '@context': context, type: 'Update' }))
    expect(view.attachments).toBe(0)
    expect(view.texts.map(({ text }) => text)).toEqual(
      expect.arrayContaining(['bob', 'Bob', 'buy here', 'site', 'https://shop.example/']),
    )
    expect(view.urls).toContainEqual({
      at: 'object.icon[0].url',
      url: 'https://cdn.example/bob.png',
    })
  })

  test('a poll’s options are texts', async () => {
    const poll = aNote({
      type: 'Question',
      oneOf: [
        { type: 'Note', name: 'yes' },
        { type: 'Note', name: 'no' },
      ],
    })
    expect((await viewOf(aCreate(poll))).texts).toEqual(
      expect.arrayContaining([
        { at: 'object.oneOf[0].name', text: 'yes' },
        { at: 'object.oneOf[1].name', text: 'no' },
      ]),
    )
  })

  test('an Announce of a whole activity of another server is read to the bottom', async () => {
    const inner = { ...aCreate(aNote({ tag: [aMention()] })), '@context': undefined }
    const outer = {
      '@context': AS,
      type: 'Announce',
      id: 'https://group.example/1',
      actor: 'https://group.example/c',
      object: inner,
    }
    const view = await viewOf(JSON.parse(JSON.stringify(outer)))
    expect(view.actors).toEqual(['https://group.example/c'])
    expect(view.attributedTo).toEqual([BOB])
    expect(view.mentions).toHaveLength(1)
    expect(view.texts).toContainEqual({ at: 'object.object.content', text: 'hello' })
  })

  test('every object of an array is read, not only the first', async () => {
    const view = await viewOf(
      aCreate([
        aNote({ content: 'clean' }),
        aNote({ id: 'https://remote.example/2', content: 'spam' }),
      ]),
    )
    expect(view.texts).toEqual([
      { at: 'object.content', text: 'clean' },
      { at: 'object[1].content', text: 'spam' },
    ])
  })

  test.each<[string, JsonValue]>([
    ['no context at all', null],
    ['only an unknown one', 'https://odd.example/context'],
    ['Akkoma’s', ['https://akkoma.example/schemas/litepub-0.1.jsonld', { '@language': 'und' }]],
    ['Mbin’s', ['https://mbin.example/contexts']],
    ['an odd spelling', 'http://www.w3.org/ns/activitystreams#'],
  ])('with %s a post is read as the vocabulary has it', async (_, context) => {
    const { '@context': __, ...bare } = aCreate(aNote({ tag: aMention() }))
    const view = await viewOf(context === null ? bare : { '@context': context, ...bare })
    expect(view.actors).toEqual([BOB])
    expect(view.texts).toContainEqual({ at: 'object.content', text: 'hello' })
    expect(view.mentions).toHaveLength(1)
  })

  test('a ChatMessage is read', async () => {
    const message = aNote({ type: 'ChatMessage' })
    const view = await viewOf(
      aCreate(message, { '@context': ['https://a.example/schemas/litepub-0.1.jsonld'] }),
    )
    expect(view.texts).toContainEqual({ at: 'object.content', text: 'hello' })
  })
})

describe('a context made to deceive', () => {
  const spam = aNote({
    content: 'spam',
    tag: [aMention()],
    attachment: [{ type: 'Image', url: 'https://x.example/' }],
  })
  const remapped = { tag: 'https://e.example/t', content: null, attachment: 'https://e.example/a' }

  test('hides content from Fedify, never from the plain view', async () => {
    const json = aCreate(spam, { '@context': [AS, remapped] })
    expect(readActivity(json).objects).toEqual([spam])
    const view = await viewOf(json)
    expect(view.mentions).toEqual([])
    expect(view.attachments).toBe(0)
    expect(view.texts).toEqual([])
  })

  test('hides content from the plain view, never from Fedify', async () => {
    const context = [
      AS,
      { t: 'as:tag', c: 'as:content', o: { '@id': 'as:object', '@type': '@id' } },
    ]
    const hidden = { id: 'https://remote.example/1', type: 'Note', c: 'spam', t: [aMention()] }
    const { object: _, ...bare } = aCreate(null, { '@context': context })
    const view = await viewOf({ ...bare, o: hidden })
    expect(view.mentions).toHaveLength(1)
    expect(view.texts).toContainEqual({ at: 'object.content', text: 'spam' })
  })

  test('names that are usually left unread are read where it gives them a meaning', async () => {
    const context = [
      AS,
      {
        likes: 'as:content',
        replies: { '@id': 'as:tag', '@type': '@id' },
        contentMap: 'as:summary',
      },
    ]
    const note = {
      type: 'Note',
      content: 'x',
      likes: 'spam',
      replies: [aMention()],
      contentMap: 'more spam',
    }
    const view = await viewOf(aCreate(note, { '@context': context }))
    expect(view.mentions).toHaveLength(1)
    expect(view.texts.map(({ text }) => text)).toEqual(
      expect.arrayContaining(['spam', 'more spam']),
    )
  })

  test('a translation that says something else is read', async () => {
    const view = await viewOf(aCreate(aNote({ content: '', contentMap: { en: 'spam' } })))
    expect(view.texts).toContainEqual({ at: 'object.content', text: 'spam' })
  })

  test('makes Fedify name another actor than the plain view', async () => {
    const context = [
      AS,
      { actor: 'https://e.example/x', who: { '@id': 'as:actor', '@type': '@id' } },
    ]
    const json = aCreate(aNote(), { '@context': context, who: 'https://good.example/users/carol' })
    expect(readActivity(json).actors).toEqual([BOB])
    expect((await viewOf(json)).actors).toEqual(['https://good.example/users/carol'])
  })

  test('gives a quiet type the meaning of Create, and is seen through', async () => {
    const json = aCreate(aNote(), { '@context': [AS, { Like: 'as:Create' }], type: 'Like' })
    expect((await viewOf(json)).types).toEqual(['Create'])
  })
})

describe('beyond the limits Fedify is not asked', () => {
  const nest = (levels: number, key: string): JsonValue =>
    levels === 0 ? 'end' : { type: 'Note', [key]: nest(levels - 1, key) }
  const inTerms = (levels: number): JsonObject =>
    levels === 0
      ? {}
      : { [`t${levels}`]: { '@id': 'https://e.example/t', '@context': inTerms(levels - 1) } }
  const withContext = (context: JsonValue) => aCreate(aNote(), { '@context': context })

  test.each<[string, JsonObject, string]>([
    ['replies nested 40 deep', aCreate(nest(40, 'inReplyTo')), 'more than 16 levels'],
    ['replies nested 640 deep', aCreate(nest(640, 'inReplyTo')), 'more than 16 levels'],
    [
      'arrays nested 5,000 deep',
      aCreate(times(5_000, () => 0).reduce<JsonValue>((inner) => [inner], 'x')),
      'more than 16 levels',
    ],
    [
      'nested Announces',
      { '@context': AS, type: 'Announce', object: nest(160, 'object') },
      'more than 16 levels',
    ],
    ['a chain of scoped contexts', withContext([AS, inTerms(20)]), 'a context inside a term'],
    ['one scoped context', withContext([AS, inTerms(1)]), 'a context inside a term'],
    ['65 mentions', aCreate(aNote({ tag: times(65, aMention) })), 'more than 64 mentions'],
    [
      '65 mentions by full IRI',
      aCreate(aNote({ tag: times(65, () => ({ '@type': `${AS}#Mention` })) })),
      'more than 64 mentions',
    ],
    [
      '4,000 mentions',
      aCreate(aNote({ tag: times(4_000, aMention) })),
      'more than 1000 elements in arrays',
    ],
    [
      '500 people with contexts of their own',
      aCreate(aNote({ tag: times(500, () => ({ '@context': AS, type: 'Hashtag' })) })),
      'more than 6 contexts',
    ],
    [
      '1,000 inline contexts',
      withContext([AS, ...times(1_000, (at) => ({ [`t${at}`]: 'as:name' }))]),
      'more than 12 entries in a context',
    ],
    [
      '201 terms',
      withContext([AS, Object.fromEntries(times(201, (at) => [`t${at}`, 'as:name']))]),
      'more than 200 terms',
    ],
    [
      'the biggest context twice',
      withContext([AS, 'http://schema.org/', 'http://schema.org/']),
      'the same big context again',
    ],
    [
      '20,000 unknown keys',
      aCreate(aNote(Object.fromEntries(times(20_000, (at) => [`k${at}`, 1])))),
      'more than 4000 values',
    ],
    [
      '10,000 languages',
      aCreate(aNote({ contentMap: Object.fromEntries(times(10_000, (at) => [`l${at}`, 'x'])) })),
      'more than 100 languages',
    ],
    [
      '50,000 recipients',
      aCreate(aNote({ to: times(50_000, (at) => `https://a.example/${at}`) })),
      'more than 1000 elements in arrays',
    ],
    [
      '121 objects',
      aCreate(aNote({ tag: times(121, () => ({ type: 'Emoji' })) })),
      'more than 120 objects',
    ],
    [
      'a graph',
      aCreate(aNote({ '@graph': times(5_000, () => aNote()) })),
      '@graph in the document',
    ],
    ['included nodes', aCreate(aNote({ '@included': [aNote()] })), '@included in the document'],
    [
      'a reversed property',
      aCreate(aNote({ '@reverse': { attributedTo: aNote() } })),
      '@reverse in the document',
    ],
    ['an alias of @graph', withContext([AS, { g: '@graph' }]), '@graph in a context'],
    [
      'an alias of @included',
      withContext([AS, { g: { '@id': '@included' } }]),
      '@included in a context',
    ],
    [
      'a reversed term',
      withContext([AS, { r: { '@reverse': 'as:object' } }]),
      '@reverse in a context',
    ],
    [
      'an index container',
      withContext([AS, { i: { '@id': 'as:tag', '@container': ['@index'] } }]),
      '@index in a context',
    ],
    [
      'another name for @type',
      withContext([AS, { kind: { '@id': '@type' } }]),
      'another name for @type',
    ],
    [
      'a language map by another name',
      withContext([AS, { c: { '@id': 'as:content', '@container': '@language' } }]),
      'a language map by another name',
    ],
    ['@import', withContext([AS, { '@import': 'https://e.example/' }]), '@import in a context'],
    ['@propagate', withContext([AS, { '@propagate': false }]), '@propagate in a context'],
    [
      'a context in a context',
      withContext([AS, { '@context': { content: null } }]),
      '@context in a context',
    ],
    ['a number as context', withContext([AS, 5]), 'a malformed context'],
  ])('%s', async (_, json, why) => {
    expect(await read(json)).toEqual({ status: 'skipped', why })
  })

  test('64 mentions are read', async () => {
    const view = await viewOf(aCreate(aNote({ tag: times(64, aMention) })))
    expect(view.mentions).toHaveLength(64)
  })

  test.each<[string, JsonObject]>([
    [
      'Mastodon’s interaction policy and reply collections',
      aNote({
        replies: {
          type: 'Collection',
          first: { type: 'CollectionPage', items: times(300, (at) => `https://a.example/${at}`) },
        },
      }),
    ],
    ['12 unknown contexts', aNote()],
    ['a megabyte of text', aNote({ content: 'x'.repeat(1_000_000) })],
    [
      'URLs where objects belong',
      aNote({
        tag: times(50, (at) => `https://a.example/${at}`),
        attachment: ['https://a.example/a'],
      }),
    ],
    ['a foreign id on a tag', aNote({ tag: [{ ...aMention(), id: 'https://victim.example/1' }] })],
    ['@base and @vocab', aNote()],
  ])('%s costs no more than its reading', async (name, note) => {
    const context =
      name === '@base and @vocab'
        ? [AS, { '@base': 'https://b.example/', '@vocab': 'https://v.example/' }]
        : [AS, ...times(11, (at) => `https://e.example/${at}`)]
    const view = await viewOf(aCreate(note, { '@context': context }))
    expect(view.texts.some(({ at }) => at === 'object.content')).toBe(true)
  })
})

describe('what Fedify cannot read', () => {
  test.each<[string, JsonObject]>([
    ['a bad date', aCreate(aNote({ published: 'yesterday' }))],
    ['a day that there never was', aCreate(aNote({ published: '2026-02-30T10:00:00Z' }))],
    ['a bad id', aCreate(aNote({ id: 'https://' }))],
    ['a bad tag', aCreate(aNote({ tag: { type: 'Mention', href: 'https://[' } }))],
    ['a broken context', aCreate(aNote(), { '@context': [AS, { x: { '@id': 7 } }] })],
  ])('%s fails with a reason, and nothing is thrown', async (_, json) => {
    expect(await read(json)).toEqual({ status: 'failed', why: expect.stringMatching(/./) })
  })

  test('no JSON makes either view throw', async () => {
    const keys = [
      '@context',
      '@id',
      '@type',
      '@value',
      '@list',
      '@language',
      'type',
      'id',
      'object',
      'actor',
      'tag',
    ]
    const member = fc.constantFrom(
      ...keys,
      'content',
      'as:tag',
      'attachment',
      'to',
      'published',
      'href',
      '__proto__',
    )
    const words = fc.constantFrom<JsonValue>(
      'Create',
      'Note',
      'Mention',
      AS,
      'https://a.example/',
      '_:b',
      '@id',
      '',
      0,
      null,
      true,
    )
    const { tree } = fc.letrec<{ tree: JsonValue }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        words,
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(member, tie('tree'), { maxKeys: 5 }) as fc.Arbitrary<JsonValue>,
      ),
    }))
    const root = fc.dictionary(member, tree, { maxKeys: 6 }) as fc.Arbitrary<JsonObject>
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          root,
          root.map((json) => ({ ...json, '@context': AS, type: 'Create' })),
        ),
        async (json) => {
          const own = JSON.parse(JSON.stringify(json))
          expect(['parsed', 'skipped', 'failed']).toContain((await read(own)).status)
        },
      ),
      { numRuns: 500 },
    )
  })

  test('nothing is printed, whatever is read', async () => {
    const streams = [vi.spyOn(process.stderr, 'write'), vi.spyOn(process.stdout, 'write')]
    const consoles = (['log', 'warn', 'error', 'info'] as const).map((name) =>
      vi.spyOn(console, name),
    )
    try {
      await read(aCreate(aNote({ published: 'yesterday' })))
      await read(
        aCreate(aNote({ tag: ['https://a.example/1'], unknown: 1 }), {
          '@context': [AS, 'https://odd.example/'],
        }),
      )
      await read(
        aCreate(
          aNote({
            id: 'https://other.example/1',
            tag: { ...aMention(), id: 'https://x.example/' },
          }),
        ),
      )
      for (const spy of [...streams, ...consoles]) expect(spy).not.toHaveBeenCalled()
    } finally {
      vi.restoreAllMocks()
    }
  })
})

describe('recorded deliveries', () => {
  test.each(recordedDeliveries().map((recorded) => [recorded.name, recorded] as const))(
    '%s is read alike by both views',
    async (_, { delivery, activity }) => {
      const reading = readJson(delivery.body)
      if (reading.status === 'refused') throw new Error(reading.why)
      expect(reading.flags).toEqual([])
      const raw = readActivity(reading.activities[0]!)
      expect(raw).toMatchObject({
        id: activity.id,
        types: [activity.type],
        actors: [activity.actor],
      })
      const parsed = await reader.read(raw)
      const isPost = activity.type === 'Create' || activity.type === 'Update'
      expect(parsed.status).toBe(isPost ? 'parsed' : 'skipped')
      if (parsed.status === 'parsed') {
        expect(parsed.view.actors).toEqual(raw.actors)
        expect(parsed.view.types).toEqual(raw.types)
        expect(parsed.view.texts.length).toBeGreaterThan(0)
      }
    },
  )
})
