// Where a post shows pictures: whatever a receiver might show is found, in the order in which it is shown.
import { describe, expect, test } from 'vitest'
import { readActivity } from '../../src/activity.ts'
import { judgedPosts } from '../../src/facts/posts.ts'
import { isOfAuthor, shownPictures } from '../../src/facts/shown-pictures.ts'
import type { JsonObject } from '../../src/json.ts'
import { aCreate, aNote, anActor, factsOf } from '../support/build.ts'

const picture = (name: string, also?: JsonObject): JsonObject => ({
  ...{ type: 'Document', mediaType: 'image/png', url: `https://files.example/${name}.png` },
  ...also,
})

const shown = (also: JsonObject) =>
  factsOf(aCreate(aNote({ also }))).pictures.map(({ kind, at, url }) => [kind, at, url])

const at = (name: string) => `https://files.example/${name}.png`

describe('a post shows', () => {
  test('its attachments, whatever their type is said to be', () => {
    const attachment = [picture('a'), picture('b', { mediaType: 'video/mp4' }), picture('c')]
    expect(shown({ attachment })).toEqual([
      ['attachment', 'attachment 1', at('a')],
      ['attachment', 'attachment 2', at('b')],
      ['attachment', 'attachment 3', at('c')],
    ])
  })

  test('a single attachment that is no list', () => {
    expect(shown({ attachment: picture('a') })).toEqual([['attachment', 'attachment 1', at('a')]])
  })

  test('the first address of each attachment before the second of any', () => {
    const many = [{ href: at('a') }, { type: 'Link', href: at('a2') }]
    const attachment = [picture('x', { url: many }), picture('b')]
    expect(shown({ attachment }).map(([, , url]) => url)).toEqual([at('a'), at('b'), at('a2')])
  })

  test('the preview of a film', () => {
    const film = { type: 'Video', url: 'https://files.example/1.mp4', icon: picture('still') }
    expect(shown({ attachment: [film] }).map(([, , url]) => url)).toEqual([
      'https://files.example/1.mp4',
      at('still'),
    ])
  })

  test('preview cards, emoji and no profile fields', () => {
    const card = { type: 'Link', href: 'https://news.example/', image: picture('card') }
    const field = { type: 'PropertyValue', name: 'Site', value: at('no') }
    const tag = [{ type: 'Emoji', name: ':blob:', icon: { type: 'Image', url: at('blob') } }]
    expect(shown({ attachment: [card, field], tag })).toEqual([
      ['card', 'the preview card', at('card')],
      ['emoji', 'emoji :blob:', at('blob')],
    ])
  })

  test('links to pictures, and pictures in the text', () => {
    const link = { type: 'Link', mediaType: 'image/png', href: at('linked') }
    const content = `<p>look <img alt="x" src="${at('inline')}?a=1&amp;b=2"></p>`
    expect(shown({ attachment: [link], content }).map(([, , url]) => url)).toEqual([
      at('linked'),
      `${at('inline')}?a=1&b=2`,
    ])
  })

  test.each(['Link', 'PropertyValue'])(
    'whatever has a url, as Mastodon does, also where it says that it is a %s',
    (type) => {
      const medium = {
        type,
        href: 'https://news.example/',
        name: 'x',
        value: 'x',
        url: at('shown'),
      }
      const facts = factsOf(aCreate(aNote({ also: { attachment: [medium] } })))
      expect(facts.pictures.map(({ kind, url }) => [kind, url])).toContainEqual([
        'attachment',
        at('shown'),
      ])
      expect(facts.attachments).toBe(1)
    },
  )

  test('the link that Lemmy attaches, where it leads to a picture by its name', () => {
    const links = ['https://a.example/cat.JPG?x=1', 'https://a.example/page'].map((href) => ({
      ...{ type: 'Link', href },
    }))
    expect(shown({ attachment: links }).map(([, , url]) => url)).toEqual([links[0]!.href])
  })

  test.each([
    { what: 'in place', content: `look: ![a cat](<${at('md')}> "title")` },
    { what: 'by a name', content: `![a cat][Cat]\n\n[cat]: ${at('md')}` },
    { what: 'by its words', content: `![cat]\n\n[cat]: <${at('md')}>` },
  ])('pictures in what was typed as Markdown, $what', ({ content }) => {
    const source = { content, mediaType: 'text/markdown' }
    expect(shown({ source }).map(([, , url]) => url)).toEqual([at('md')])
  })

  test('the still of a film, and the thumbnail of a page', () => {
    const icon = [{ type: 'Image', url: at('small') }]
    expect(shown({ type: 'Video', icon }).map(([, , url]) => url)).toEqual([at('small')])
    expect(shown({ image: picture('page') }).map(([, , url]) => url)).toEqual([at('page')])
  })

  test('what an id stands for, but no embedded object by its id', () => {
    const attachment = ['https://remote.example/objects/1', picture('a', { id: at('object') })]
    const facts = factsOf(aCreate(aNote({ also: { attachment } })))
    expect(facts.pictures.map(({ url, isReference = false }) => [url, isReference])).toEqual([
      [at('a'), false],
      ['https://remote.example/objects/1', true],
    ])
  })

  test('pictures that somebody else may have put where they lie', () => {
    const also: JsonObject = {
      attachment: [
        picture('own'),
        { type: 'Link', mediaType: 'image/png', href: at('link') },
        { type: 'Link', href: 'https://news.example/', image: picture('card') },
      ],
      content: `<img src="${at('inline')}">`,
      tag: [{ type: 'Emoji', name: ':a:', icon: picture('emoji') }],
    }
    const facts = factsOf(aCreate(aNote({ also })))
    const isOwn = (author: string) =>
      facts.pictures.filter((each) => isOfAuthor(each, author)).map(({ url }) => url)
    expect(isOwn('https://remote.example/users/bob')).toEqual([at('own')])
    expect(isOwn('https://www.files.example/users/bob')).toHaveLength(5)
    const proxied = 'https://files.example/image_proxy?url=https%3A%2F%2Fevil.example%2Fcat.png'
    const [shown] = factsOf(
      aCreate(aNote({ also: { content: `<img src="${proxied}">` } })),
    ).pictures
    expect(isOfAuthor(shown!, 'https://files.example/users/bob')).toBe(false)
  })

  test.each([
    ['HTML', (name: string) => `<img src="${at(name)}">`],
    ['Markdown', (name: string) => `![](${at(name)})`],
  ])('a picture in the text behind a hundred copies of another (%s)', (_, written) => {
    const content = `${written('decoy').repeat(100)}${written('spam')}`
    expect(shown({ content }).map(([, , url]) => url)).toEqual([at('decoy'), at('spam')])
  })

  test('more pictures in the text than anybody shows, and says so', () => {
    const content = Array.from({ length: 70 }, (_, each) => `<img src="${at(`p${each}`)}">`).join(
      '',
    )
    const { pictures, flags } = factsOf(aCreate(aNote({ also: { content } })))
    expect([pictures.length, flags.includes('pictures-capped')]).toEqual([64, true])
  })

  test('the same picture once', () => {
    expect(shown({ attachment: [picture('a'), picture('a')] })).toHaveLength(1)
  })

  test('its attachment with the blurhash that was sent', () => {
    const attachment = [picture('a', { blurhash: 'UEHV6nWB2yk8' })]
    const facts = factsOf(aCreate(aNote({ also: { attachment } })))
    expect(facts.pictures[0]!.blurhash).toBe('UEHV6nWB2yk8')
  })
})

test('an actor that changes shows its avatar and its header', () => {
  const actor = anActor({ icon: picture('face'), image: picture('back') })
  const update = { ...aCreate(), type: 'Update', object: actor }
  expect(factsOf(update).pictures.map((each) => [each.kind, each.at])).toEqual([
    ['avatar', 'the avatar'],
    ['avatar', 'the header'],
  ])
})

test('attachments under a name that only JSON-LD knows are shown as well', () => {
  const raw = readActivity(aCreate(aNote()))
  const view = {
    ...{ types: ['Create'], actors: [], attributedTo: [], addressed: [], mentions: [], texts: [] },
    urls: [
      { at: 'object.attachment[0].url', url: at('hidden') },
      { at: 'object.attachment[0].icon.url', url: at('icon') },
      { at: 'object.url', url: 'https://remote.example/@bob/1' },
    ],
    attachments: 1,
  }
  const { pictures } = shownPictures(judgedPosts(raw, view), view)
  expect(pictures.map(({ url }) => url)).toEqual([at('hidden')])
})

test('more pictures than anybody shows are flagged', () => {
  const attachment = Array.from({ length: 65 }, (_, index) => picture(`${index}`))
  const facts = factsOf(aCreate(aNote({ also: { attachment } })))
  expect(facts.pictures).toHaveLength(64)
  expect(facts.flags).toContain('pictures-capped')
})
