import { describe, expect, test } from 'vitest'
import type { Fingerprint } from '../../src/facts.ts'
import type { JsonObject } from '../../src/json.ts'
import { ALICE, aCreate, aNote, BOB, factsOf, HOME } from '../support/build.ts'

const SPAM = 'https://spam.example/join'
const WORDS = 'Everybody who reads this is welcome to come and play with us tonight'
const BLURHASH = 'UTQcblVYWBof_NofWBay~qt7ayj[ofj[fQay'

const printsOf = (also: JsonObject, kind: Fingerprint['kind']) =>
  factsOf(aCreate(aNote({ mentions: [ALICE], also }))).fingerprints.filter(
    (each) => each.kind === kind,
  )
const linksOf = (content: string, also?: JsonObject) =>
  printsOf({ content, ...also }, 'link').map(({ key }) => key)

describe('fingerprints', () => {
  const loaded = {
    content: `<p>${WORDS} ${SPAM}</p>`,
    attachment: [{ type: 'Document', url: 'https://a.example/1.png', blurhash: BLURHASH }],
  }

  test('are of the words, the link and the picture, and say of what', () => {
    const { fingerprints, history } = factsOf(aCreate(aNote({ mentions: [ALICE], also: loaded })))
    const shown = Object.fromEntries(fingerprints.map((each) => [each.kind, each.shown]))
    expect(shown).toEqual({ text: WORDS, link: SPAM, picture: 'https://a.example/1.png' })
    expect(history.copies).toEqual(fingerprints.map(() => 0))
    expect(new Set(fingerprints.map(({ key }) => key)).size).toBe(fingerprints.length)
  })

  test('are made only of what reaches somebody whom the rules protect', () => {
    const isOpen = (id: string) => id === ALICE
    const local = { domains: [HOME], isOpen }
    const post = aCreate(aNote({ mentions: [ALICE], also: loaded }))
    expect(factsOf(post, { local }).fingerprints).toEqual([])
    expect(factsOf(aCreate(aNote({ also: loaded }))).fingerprints).toEqual([])
    const like = { type: 'Like', actor: BOB, object: aNote({ also: loaded }), to: [ALICE] }
    expect(factsOf(like).fingerprints).toEqual([])
  })

  test('show an operator no more than a line', () => {
    const long = printsOf({ content: WORDS.repeat(50) }, 'text')
    expect(long[0]!.shown.length).toBeLessThan(210)
  })
})

describe('a link is known again', () => {
  test.each([
    SPAM,
    'spam.example/join',
    'http://SPAM.example/join/',
    `${SPAM}#x`,
    `${SPAM}?utm_source=a&utm_medium=b`,
    `${SPAM}?fbclid=${'x'.repeat(60)}`,
  ])('as %s', (text) => {
    expect(linksOf(`see ${text} now`)).toEqual(['link:spam.example/join'])
  })

  test('with what its query says of the page', () => {
    expect(linksOf(`${SPAM}?v=1&utm_source=a ${SPAM}?v=2`)).toEqual([
      'link:spam.example/join?v=1',
      'link:spam.example/join?v=2',
    ])
  })

  test('as what a page on Lemmy is attached to', () => {
    const attachment = [{ type: 'Link', href: SPAM }]
    expect(linksOf('', { attachment })).toEqual(['link:spam.example/join'])
  })

  test('among the first four', () => {
    const many = Array.from({ length: 9 }, (_, each) => `https://h${each}.example/`).join(' ')
    expect(linksOf(many)).toEqual([0, 1, 2, 3].map((each) => `link:h${each}.example`))
  })
})

describe('no link of a campaign is', () => {
  test.each<{ what: string; also: JsonObject }>([
    { what: 'a person', also: { content: '<a href="https://home.example/@alice">@alice</a>' } },
    {
      what: 'a hashtag',
      also: {
        content: '<a href="https://tags.example/x">#x</a>',
        tag: [{ type: 'Hashtag', href: 'https://tags.example/x', name: '#x' }],
      },
    },
    { what: 'a page of ours', also: { content: `https://www.${HOME}/about` } },
    { what: 'a page of the author’s server', also: { content: 'https://remote.example/rules' } },
    {
      what: 'the quoted post, nor its mention at the end',
      also: { content: 'RE: https://a.example/notes/1', quoteUrl: 'https://a.example/notes/1' },
    },
    {
      what: 'a picture',
      also: { attachment: { type: 'Image', url: 'https://cdn.example/1.png' } },
    },
    {
      what: 'an emoji',
      also: { tag: [{ type: 'Emoji', name: ':x:', icon: { url: 'https://cdn.example/x.png' } }] },
    },
    { what: 'a guess at a disguise', also: { content: 'spam[.]example/join' } },
  ])('$what', ({ also }) => {
    expect(printsOf({ content: 'x', ...also }, 'link')).toEqual([])
  })
})
