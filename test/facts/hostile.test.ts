// Deliveries made to keep us busy: what is read of them is bounded, and what was left out is flagged.
import { describe, expect, test } from 'vitest'
import type { Facts } from '../../src/facts.ts'
import type { JsonObject } from '../../src/json.ts'
import { ALICE, aCreate, aNote, factsOf, hitsOf } from '../support/build.ts'

const MEGABYTE = 1_000_000
const filled = (unit: string, bytes = MEGABYTE) =>
  unit.repeat(Math.ceil(bytes / Buffer.byteLength(unit)))
const many = <T>(count: number, make: (at: number) => T) =>
  Array.from({ length: count }, (_, at) => make(at))
const mentionOf = (at: number) => ({
  ...{ type: 'Mention', href: `https://s${at}.example/users/p`, name: `@p@s${at}.example` },
})
const readOf = (also: JsonObject) => factsOf(aCreate(aNote({ mentions: [ALICE], also })))

const POSTS: readonly { what: string; also: JsonObject; capped: string }[] = [
  ...[
    { what: 'combining marks', unit: 'a\u0301\u0334' },
    { what: 'words', unit: 'word after word ' },
    { what: 'kana', unit: '今日は天気がいいですね。' },
    { what: 'markup, nested', unit: '<div>' },
    { what: 'markup, escaped', unit: '&lt;b&gt;a&lt;/b&gt;' },
    { what: 'text read backwards', unit: '\u202eabc.def\u202c' },
    { what: 'line ends', unit: 'spam.ex\nample/a\n' },
    { what: 'names in punycode', unit: 'xn--80ak6aa92e.example ' },
  ].map(({ what, unit }) => ({
    ...{ what: `a megabyte of ${what}`, also: { content: filled(unit) } },
    capped: 'texts-capped',
  })),
  {
    what: 'ten thousand links in the text',
    also: { content: many(10_000, (at) => `https://h${at}.example/`).join(' ') },
    capped: 'links-capped',
  },
  {
    what: 'thousands of links beside it',
    also: { tag: many(6_000, (at) => ({ type: 'Link', href: `https://h${at}.example/` })) },
    capped: 'links-capped',
  },
  { what: 'thousands of people', also: { tag: many(4_500, mentionOf) }, capped: 'people-capped' },
  {
    what: 'thousands of receivers',
    also: { cc: many(9_000, (at) => mentionOf(at).href) },
    capped: 'people-capped',
  },
  {
    what: 'thousands of texts',
    also: { names: many(15_000, (at) => `text ${at}`) },
    capped: 'texts-capped',
  },
  {
    what: 'thousands of quotes',
    also: { quoteUrl: many(9_000, (at) => `https://q.example/notes/${at}`) },
    capped: 'references-capped',
  },
]

describe('a post of', () => {
  test.each(POSTS)('$what is read in part, and held for that', ({ also, capped }) => {
    const facts = readOf(also)
    expect(facts.flags).toContain(capped)
    expect(hitsOf(facts).map(({ rule }) => rule)).toContain('too-much-to-read')
    expect(extentOf(facts)).toEqual(expect.objectContaining(BOUNDED))
  })

  const HONEST: readonly { what: string; also: JsonObject }[] = [
    { what: 'an article', also: { content: `<p>${filled('Word after word. ', 150_000)}</p>` } },
    {
      what: 'a list of links',
      also: {
        content: many(500, (at) => `<a href="https://h${at}.example/a">${at}</a>`).join(' '),
      },
    },
    { what: 'a thread of many', also: { tag: many(250, mentionOf) } },
    {
      what: 'an album',
      also: { attachment: many(40, (at) => ({ type: 'Image', name: `${at}` })) },
    },
  ]

  test.each(HONEST)('$what is read to its end', ({ also }) => {
    expect(readOf(also).flags).toEqual(['fedify-skipped'])
  })
})

const within = (most: number) => expect.toSatisfy((count: number) => count <= most)

const BOUNDED = {
  characters: within(200_000),
  texts: within(400),
  links: within(6_000),
  people: within(1_000),
  references: within(16),
  fingerprints: within(22),
}

function extentOf({ texts, links, reach, references, fingerprints }: Facts) {
  return {
    characters: texts.reduce((sum, { text }) => sum + text.length, 0),
    texts: texts.length,
    links: links.length,
    people: reach.people.length,
    references: references.length,
    fingerprints: fingerprints.length,
  }
}
