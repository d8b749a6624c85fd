import { describe, expect, test } from 'vitest'
import { readActivity } from '../src/activity.ts'
import type { JsonObject } from '../src/json.ts'
import { readJson } from '../src/json.ts'
import {
  ALICE,
  aCreate,
  aNote,
  anActor,
  BOB,
  factsOf,
  fullFactsOf,
  HOME,
  hitsOf,
  NOW,
  PUBLIC,
  proved,
} from './support/build.ts'
import { recordedDeliveries } from './support/deliveries.ts'

const CAROL = 'https://third.example/users/carol'
const SPAM = 'https://spam.example/join'
const links = (json: JsonObject) => factsOf(json).links.map(({ href }) => href)
const mentionOf = (href: string, name: string) => ({ type: 'Mention', href, name })

describe('mentions', () => {
  test.each([
    {
      software: 'Mastodon',
      also: {
        tag: [mentionOf(ALICE, `@alice@${HOME}`), mentionOf(CAROL, '@carol@third.example')],
        cc: [ALICE, CAROL],
      },
    },
    {
      software: 'GoToSocial, single values',
      also: { tag: mentionOf(ALICE, `@alice@${HOME}`), cc: CAROL },
    },
    {
      software: 'Misskey, an id in place of a name and no host for its own',
      also: {
        tag: [
          mentionOf(`https://${HOME}/users/9abc`, `@alice@${HOME}`),
          mentionOf('https://remote.example/users/9xyz', '@dora'),
        ],
        cc: [`https://${HOME}/users/9abc`, 'https://remote.example/users/9xyz'],
      },
    },
    {
      software: 'a profile address in the tag, the id in the audience',
      also: {
        tag: [
          mentionOf(`https://${HOME}/@alice`, `@alice@${HOME}`),
          mentionOf('https://third.example/@carol', '@carol'),
        ],
        cc: [ALICE, CAROL],
      },
    },
    { software: 'Pleroma, people in to', also: { to: [PUBLIC, ALICE, CAROL], cc: [], tag: [] } },
    {
      software: 'an audience of objects',
      also: { to: [{ id: ALICE, type: 'Person' }, CAROL], cc: [], tag: [] },
    },
    {
      software: 'a prefix on the type',
      also: {
        tag: [
          { ...mentionOf(ALICE, ''), type: 'as:Mention' },
          { ...mentionOf(CAROL, ''), type: ['Mention', 'Link'] },
        ],
      },
    },
    {
      software: 'the same person spelled twice',
      also: {
        tag: [
          mentionOf(ALICE, ''),
          mentionOf(`${ALICE}/`, ''),
          mentionOf(ALICE.replace(HOME, 'HOME.example'), ''),
        ],
        cc: [CAROL],
      },
    },
    {
      software: 'tags below another object',
      also: {
        tag: [],
        attachment: { type: 'Note', tag: [mentionOf(ALICE, ''), mentionOf(CAROL, '')] },
      },
    },
    {
      software: 'a tag that names nobody by URL',
      also: { tag: [mentionOf(ALICE, ''), { type: 'Mention', name: '@carol@third.example' }] },
    },
  ])('are counted once each as $software writes them', ({ also }) => {
    const { reach } = factsOf(aCreate(aNote({ also })))
    expect(reach).toMatchObject({ mentions: 2, local: [expect.stringContaining(HOME)] })
  })

  const VICTIMS = Array.from({ length: 30 }, (_, at) => `v${at}`)
  const TAG_OF = {
    'one address under many names': (name: string) =>
      mentionOf('https://evil.example/u/1', `@${name}@${HOME}`),
    'many addresses of another server': (name: string) =>
      mentionOf(`https://evil.example/${name}`, `@${name}@${HOME}`),
    'one of our addresses under many names': (name: string) => mentionOf(ALICE, `@${name}`),
  }
  test.each(Object.entries(TAG_OF))('hide no receiver behind %s', (_, tagOf) => {
    const to = VICTIMS.map((name) => `https://${HOME}/users/${name}`)
    const tag = [mentionOf('https://evil.example/u/1', '@me'), ...VICTIMS.map(tagOf)]
    const { reach } = factsOf(aCreate(aNote({ also: { to, cc: [], tag } })))
    // Of one address that many share, the first name may be one of theirs.
    expect(to.filter((id) => !reach.local.includes(id)).length).toBeLessThanOrEqual(1)
    expect(reach.mentions).toBeGreaterThan(VICTIMS.length)
  })

  test('stand for the receiver whom a tag without an address names', () => {
    const tag = { type: 'Mention', name: `@Alice@${HOME}` }
    const { reach } = factsOf(aCreate(aNote({ also: { to: [ALICE], cc: [], tag } })))
    expect(reach).toMatchObject({ mentions: 1, local: [expect.stringContaining(HOME)] })
  })

  test('count neither the public, nor collections, nor the author', () => {
    const cc = [
      'as:Public',
      'Public',
      `${BOB}/followers`,
      'https://third.example/followers/carol',
      BOB,
      'https://blog.example/?rest_route=/activitypub/1.0/users/1/followers',
      'https://lemmy.example/c/x/members',
    ]
    const nobody = { local: [], guarded: [], people: [], mentions: 0 }
    expect(factsOf(aCreate(aNote({ also: { cc } }))).reach).toEqual(nobody)
  })

  test.each([
    { what: 'the domain of an alias', href: 'https://web.home.example/users/alice', name: '' },
    {
      what: 'a name on our domain',
      href: 'https://moved.example/users/alice',
      name: '@alice@HOME.example.',
    },
    { what: 'our domain with its port', href: `https://${HOME}:443/users/alice`, name: '' },
  ])('are local by $what', ({ href, name }) => {
    const facts = factsOf(aCreate(aNote({ also: { tag: mentionOf(href, name) } })), {
      local: { domains: [HOME, 'web.home.example'], isOpen: () => false },
    })
    expect(facts.mentions).toEqual([{ href, name, local: true }])
  })

  test.each([
    'https://nothome.example/users/alice',
    'https://home.example.evil.example/users/alice',
    'https://home.example@evil.example/',
  ])('are not local by a look-alike: %s', (href) => {
    expect(factsOf(aCreate(aNote({ mentions: [href] }))).reach.local).toEqual([])
  })
})

describe('reach', () => {
  test('is everybody in a direct message', () => {
    const note = aNote({ also: { to: [ALICE], cc: [], tag: [] } })
    expect(factsOf(aCreate(note))).toMatchObject({ reach: { local: [ALICE] }, isPublic: false })
  })

  test('is the owner of a personal inbox that a post was put into', () => {
    const note = aNote({ also: { to: PUBLIC, cc: [] } })
    const facts = factsOf(aCreate(note), { delivery: { target: '/users/alice/inbox?x=1' } })
    expect(facts.reach.local).toEqual([ALICE])
  })

  test.each([
    { what: 'for all followers', json: aCreate() },
    { what: 'about an actor', json: { type: 'Update', actor: BOB, object: anActor() } },
    { what: 'a Follow', json: { type: 'Follow', actor: BOB, object: ALICE } },
  ])('is not the owner of a personal inbox by what is $what', ({ json }) => {
    expect(factsOf(json, { delivery: { target: '/users/alice/inbox' } }).reach.local).toEqual([])
  })

  test('is nobody by a shared inbox', () => {
    const note = aNote({ also: { to: PUBLIC, cc: [] } })
    expect(factsOf(aCreate(note), { delivery: { target: '/inbox' } }).reach.local).toEqual([])
  })
})

describe('what is judged', () => {
  const note = aNote({ text: SPAM })
  const vote = {
    id: `${BOB}/votes/1`,
    type: 'Note',
    name: 'Yes',
    attributedTo: BOB,
    to: [ALICE],
    inReplyTo: `${ALICE}/statuses/1`,
  }
  const announce = (object: JsonObject | string) => ({
    type: 'Announce',
    actor: 'https://lemmy.example/c/garden',
    object,
    to: [PUBLIC],
  })

  test.each([
    { what: 'a Create', json: aCreate(note) },
    { what: 'an Update', json: { ...aCreate(note), type: 'Update' } },
    {
      what: 'an edit of an actor',
      json: { type: 'Update', actor: BOB, object: anActor({ summary: SPAM }) },
    },
    { what: 'a chat message', json: aCreate({ ...note, type: 'ChatMessage' }) },
    { what: 'a boost with the post in it', json: announce(note) },
    { what: 'an announced Create', json: announce(aCreate(note)) },
    { what: 'an announced Announce of a Create', json: announce(announce(aCreate(note))) },
    { what: 'several objects', json: { ...aCreate(), object: [aNote(), note] } },
    { what: 'two types', json: { ...aCreate(note), type: ['Like', 'Create'] } },
    { what: 'a type with a prefix', json: { ...aCreate(note), type: 'as:Create' } },
    {
      what: 'a quote request with the quoting post',
      json: { type: 'QuoteRequest', actor: BOB, object: `${ALICE}/1`, instrument: note },
    },
    { what: 'a bare post', json: note },
    {
      what: 'a vote that calls people',
      json: aCreate({ ...vote, name: SPAM, tag: mentionOf(ALICE, '') }),
    },
    { what: 'a vote with a text', json: aCreate({ ...vote, content: SPAM }) },
  ])('are the words of $what', ({ json }) => {
    expect(factsOf(json)).toMatchObject({ judged: true })
    expect(links(json)).toContain(SPAM)
  })

  test.each([
    { what: 'a report', json: { type: 'Flag', actor: BOB, object: [ALICE, note], content: SPAM } },
    {
      what: 'a vote',
      json: aCreate({ ...vote, name: SPAM, content: '', tag: [], attachment: [], summary: null }),
    },
    { what: 'an announced Like', json: announce({ type: 'Like', object: note, content: SPAM }) },
    { what: 'an announced vote', json: announce(aCreate(vote)) },
    ...[
      'Like',
      'EmojiReact',
      'Dislike',
      'Follow',
      'Accept',
      'Reject',
      'Block',
      'Move',
      'Remove',
      'Undo',
      'Delete',
    ].map((type) => ({ what: type, json: { type, actor: BOB, object: note, content: SPAM } })),
  ])('is nothing in $what', ({ json }) => {
    expect(factsOf(json)).toMatchObject({ judged: false, texts: [], links: [], words: '' })
  })

  test('is in Lemmy’s Announce the post of the activity inside', () => {
    const facts = factsOf(announce(aCreate(note)), { proof: proved() })
    expect(facts).toMatchObject({
      postId: `${BOB}/statuses/1`,
      author: { id: BOB, domain: 'remote.example' },
    })
  })
})

describe('links of a post', () => {
  test.each([
    ['content'],
    ['summary'],
    ['name'],
    ['_misskey_content'],
    ['_misskey_summary'],
    ['sourceContent'],
    ['support'],
    ['url'],
    ['quoteUrl'],
    ['quoteUri'],
    ['_misskey_quote'],
    ['quote'],
    ['as:content'],
    ['unheardOf'],
  ])('are found in %s', (key) => {
    expect(links(aCreate(aNote({ also: { [key]: SPAM } })))).toContain(SPAM)
  })

  test.each([
    { place: 'contentMap', also: { contentMap: { ja: `<p>${SPAM}</p>` } } },
    { place: 'source', also: { source: { content: SPAM, mediaType: 'text/markdown' } } },
    { place: 'an attachment’s url', also: { attachment: { type: 'Document', url: SPAM } } },
    {
      place: 'an attachment’s url as a link',
      also: { attachment: [{ type: 'Image', url: [{ type: 'Link', href: SPAM }] }] },
    },
    { place: 'a preview card', also: { attachment: [{ type: 'Link', href: SPAM }] } },
    { place: 'an alt text', also: { attachment: [{ type: 'Image', name: `see ${SPAM}` }] } },
    { place: 'a GoToSocial alt text', also: { attachment: { type: 'Image', summary: SPAM } } },
    { place: 'a tag of any kind', also: { tag: [{ type: 'Link', href: SPAM }] } },
    { place: 'a hashtag', also: { tag: { type: 'Hashtag', href: SPAM, name: '#join' } } },
    { place: 'a mention', also: { tag: [mentionOf(SPAM, '@join@spam.example')] } },
    { place: 'an emoji', also: { tag: [{ type: 'Emoji', icon: { url: SPAM } }] } },
    { place: 'a poll', also: { type: 'Question', oneOf: [{ type: 'Note', name: SPAM }] } },
    { place: 'a quote that is inlined', also: { quote: { type: 'Note', content: SPAM } } },
    { place: 'url as links', also: { url: [{ type: 'Link', href: SPAM }] } },
    { place: 'the generator', also: { generator: { name: 'x', url: SPAM } } },
  ])('are found in $place', ({ also }) => {
    expect(links(aCreate(aNote({ also })))).toContain(SPAM)
  })

  test('are found in an actor’s fields, names and pictures', () => {
    const field = (value: string) => ({ type: 'PropertyValue', name: 'web', value })
    const also = {
      attachment: [field('<a href="https://a.example/">a</a>')],
      icon: { url: 'https://b.example/' },
      name: 'c.example/x',
    }
    expect(links({ type: 'Update', actor: BOB, object: anActor(also) })).toEqual(
      expect.arrayContaining(['https://a.example/', 'https://b.example/', 'https://c.example/x']),
    )
  })

  test('are not the post’s own name, its people or its conversation', () => {
    const also = {
      ...{
        context: 'https://spam.example/c',
        conversation: SPAM,
        inReplyTo: SPAM,
        replies: { first: SPAM },
      },
      ...{
        likes: SPAM,
        atomUri: SPAM,
        interactionPolicy: { canReply: { always: [SPAM] } },
        to: [PUBLIC, SPAM],
      },
      ...{ content: 'Hello', proof: { proofValue: SPAM } },
    }
    expect(links(aCreate(aNote({ also }), { signature: { creator: SPAM } }))).toEqual([])
  })

  test('keep their place', () => {
    const tag = [
      { type: 'Hashtag', name: '#x' },
      { type: 'Link', href: SPAM },
    ]
    expect(factsOf(aCreate(aNote({ also: { tag } }))).links[0]).toMatchObject({
      at: 'object.tag[1].href',
      host: 'spam.example',
    })
  })

  test('tell people and hashtags from the rest', () => {
    const tag = [
      mentionOf(CAROL, '@carol@third.example'),
      { type: 'Hashtag', href: 'https://remote.example/tags/x', name: '#x' },
    ]
    const content =
      '<a href="https://third.example/@carol">@carol</a> <a href="https://remote.example/tags/x">#x</a> <a href="https://third.example/@dora">d</a>'
    const roles = factsOf(aCreate(aNote({ also: { tag, content } }))).links.map(
      ({ href, role }) => [href, role],
    )
    expect(roles).toEqual(
      expect.arrayContaining([
        ['https://third.example/@carol', 'mention'],
        ['https://remote.example/tags/x', 'hashtag'],
        ['https://third.example/@dora', undefined],
      ]),
    )
  })

  test('are no mention by a name that is on another host than the tag’s address', () => {
    const tag = mentionOf('https://evil.example/u/1', '@join@spam.example')
    const [link] = factsOf(aCreate(aNote({ text: SPAM, also: { tag } }))).links
    expect(link).toMatchObject({ href: SPAM })
    expect(link?.role).toBeUndefined()
  })

  test('that Fedify alone sees are found', async () => {
    const context = ['https://www.w3.org/ns/activitystreams', { '@base': 'https://spam.example/' }]
    const also = { attachment: { type: 'Image', url: 'join' } }
    const json = { ...aCreate(aNote({ also })), '@context': context }
    expect(links(json)).not.toContain(SPAM)
    expect((await fullFactsOf(json)).links.map(({ href }) => href)).toContain(SPAM)
  })

  test('that Fedify cannot see are found', async () => {
    const json = {
      ...aCreate(aNote({ text: SPAM })),
      '@context': ['https://www.w3.org/ns/activitystreams', { content: null }],
    }
    expect((await fullFactsOf(json)).links.map(({ href }) => href)).toContain(SPAM)
  })
})

describe('words', () => {
  test.each([
    {
      content:
        '<p><span class="h-card"><a href="https://a.example/@b">@<span>b</span></a></span> @c@d.example</p>',
      words: '',
    },
    {
      content: '<p>#a <a href="https://a.example/tags/b">#<span>b</span></a> ＃荒らし</p>',
      words: '',
    },
    {
      content:
        '<a href="https://a.example/b"><span class="invisible">https://</span><span>a.example/b</span></a>',
      words: '',
    },
    { content: 'discord.example/x @b@c.example', words: '' },
    { content: '<p>Hello&nbsp;<b>wor</b>ld</p><p>again</p>', words: 'Hello world again' },
    { content: '<a href="https://a.example/">here</a>', words: 'here' },
  ])('of $content are "$words"', ({ content, words }) => {
    expect(factsOf(aCreate(aNote({ also: { content } }))).words).toBe(words)
  })

  test('are those of a title, a warning and the first language', () => {
    const also = {
      name: 'Title',
      summary: 'Warning',
      content: '',
      contentMap: { en: 'Text', ja: '本文' },
    }
    expect(factsOf(aCreate(aNote({ also }))).words).toBe('Warning Title Text')
  })
})

describe('attachments', () => {
  test.each([
    { what: 'none', attachment: [], count: 0 },
    {
      what: 'Mastodon’s',
      attachment: [{ type: 'Document', url: 'https://a.example/1.png' }],
      count: 1,
    },
    {
      what: 'a single one',
      attachment: { type: 'Image', url: 'https://a.example/1.png' },
      count: 1,
    },
    {
      what: 'a preview card',
      attachment: [{ type: 'Link', href: 'https://a.example/' }],
      count: 0,
    },
  ])('are counted: $what', ({ attachment, count }) => {
    expect(factsOf(aCreate(aNote({ also: { attachment } }))).attachments).toBe(count)
  })

  test('of an actor are its fields, and no media', () => {
    const object = anActor({ attachment: [{ type: 'PropertyValue', name: 'a', value: 'b' }] })
    expect(factsOf({ type: 'Update', actor: BOB, object }).attachments).toBe(0)
  })
})

describe('facts', () => {
  test.each([[PUBLIC], ['as:Public'], ['Public']])('know a post for everybody by %s', (to) => {
    expect(factsOf(aCreate(aNote({ also: { to, cc: [] } }))).isPublic).toBe(true)
  })

  test('know an unlisted post and one for followers', () => {
    const facts = (cc: string[]) =>
      factsOf(aCreate(aNote({ also: { to: `${BOB}/followers`, cc } })))
    expect(facts([PUBLIC]).isPublic).toBe(true)
    expect(facts([]).isPublic).toBe(false)
  })

  test('name the author by the proof, not by the activity', () => {
    const facts = factsOf(aCreate(), { proof: { status: 'invalid', author: CAROL, why: 'forged' } })
    expect(facts).toMatchObject({
      author: { id: CAROL, domain: 'third.example' },
      proof: 'invalid',
    })
  })

  test('carry the dates and the thread', () => {
    const also = { published: '2026-11-20T00:00:00Z', inReplyTo: [`${ALICE}/1`] }
    expect(factsOf(aCreate(aNote({ also })))).toMatchObject({
      publishedAt: Date.parse(also.published),
      inReplyTo: `${ALICE}/1`,
      now: NOW,
    })
    expect(
      factsOf(aCreate(aNote({ also: { published: 'yesterday' } }))).publishedAt,
    ).toBeUndefined()
  })

  test('flag what could not be read in full', () => {
    const facts = factsOf(aCreate(), {
      jsonFlags: ['duplicate-keys'],
      fedify: { status: 'failed', why: 'x' },
    })
    expect(facts.flags).toEqual(['duplicate-keys', 'fedify-failed'])
    const many = Array.from({ length: 3_001 }, (_, each) => ({
      type: 'Link',
      href: `https://h${each}.example/`,
    }))
    expect(factsOf(aCreate(aNote({ also: { tag: many } }))).flags).toContain('links-capped')
  })

  test.each([
    { what: 'its content', context: { content: 'https://spam.example/ns#x' } },
    { what: 'nothing', context: { content: null } },
    { what: 'another name for content', context: { text: 'as:content' } },
    { what: 'another name for its type', context: { kind: '@type' } },
    { what: 'a Like that is a Create', context: { Like: 'as:Create' } },
    { what: 'content under a silent key', context: { likes: { '@id': 'as:name' } } },
  ])('flag a context of its own that makes $what of a term', ({ context }) => {
    const json = aCreate(aNote(), {
      '@context': ['https://www.w3.org/ns/activitystreams', context],
    })
    expect(factsOf(json).flags).toContain('remapped-keys')
  })

  test.each([
    { what: 'names what is new', context: { quoteUri: 'http://fedibird.com/ns#quoteUri' } },
    { what: 'says what everybody knows', context: { sensitive: 'as:sensitive' } },
    { what: 'is elsewhere, of a signed post', context: 'https://odd.example/context' },
  ])('flag no context that $what', ({ context }) => {
    const also = { '@context': [context], signature: { type: 'RsaSignature2017' } }
    expect(factsOf(aCreate(aNote(), also)).flags).not.toContain('remapped-keys')
  })

  test('read what everybody is shown before what nobody is', () => {
    const decoys = Array.from({ length: 5_000 }, (_, each) => `see https://h${each}.example/`)
    const also = { decoys, tag: decoys.map((name) => ({ name })), attachment: { name: SPAM } }
    const note = { decoys, ...aNote({ text: 'https://second.example/', also }) }
    expect(links(aCreate(note))).toEqual(expect.arrayContaining([SPAM, 'https://second.example/']))
  })

  test('keep a sender’s own key out of their length', () => {
    const also = { ['k'.repeat(10_000)]: { ['l'.repeat(10_000)]: SPAM } }
    const { at } = factsOf(aCreate(aNote({ also }))).links.find(({ href }) => href === SPAM)!
    expect(at.length).toBeLessThan(200)
  })
})

describe('ordinary traffic', () => {
  const recorded = recordedDeliveries().map((each) => ({
    ...each,
    ...openBody(each.delivery.body),
  }))

  test.each(recorded)('$name has no hit', async ({ delivery, json, flags, activity }) => {
    const receiver = new Set(['gts.test', 'hollo.test', 'misskey.test', 'snac.test'])
    const facts = await fullFactsOf(json, {
      ...{ delivery, jsonFlags: flags, proof: proved(activity.actor) },
      local: { domains: [...receiver], isOpen: () => false },
    })
    expect(hitsOf(facts, ['discord.gg/ctkpaarr', '*.spam.example'])).toEqual([])
    expect(readActivity(json).types).toContain(activity.type)
  })

  test.each(recorded)('$name gives no term another meaning', ({ json, flags }) => {
    expect(factsOf(json, { jsonFlags: flags }).flags).not.toContain('remapped-keys')
  })

  test('reaches us in the recorded posts that mention somebody', () => {
    const hello = recorded.find(({ name }) => name === 'misskey-to-gts-create-note-1')!
    const facts = factsOf(hello.json, {
      delivery: hello.delivery,
      local: { domains: ['gts.test'], isOpen: () => false },
    })
    const called = ['https://gts.test/users/erin']
    expect(facts.reach).toEqual({ local: called, guarded: called, people: called, mentions: 1 })
    expect(facts.words).toBe('cw unl m2-n58upl')
  })
})

function openBody(body: Buffer) {
  const reading = readJson(body)
  if (reading.status === 'refused') throw new Error(reading.why)
  return { json: reading.activities[0]!, flags: reading.flags }
}
