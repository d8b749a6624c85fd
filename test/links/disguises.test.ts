import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileUrlList } from '../../src/links/url-list.ts'
import { linksIn } from '../../src/links.ts'
import { aCreate, aNote, factsOf } from '../support/build.ts'
import { DISGUISES } from './disguise-kinds.ts'

const INVITE = 'discord.gg/ctkpaarr'
const INVITES = [
  'discord.gg/',
  'https://discord.gg/',
  'http://www.discord.gg/',
  'discord.com/invite/',
  'https://discord.com/invite/',
  'https://discordapp.com/invite/',
  'ptb.discord.com/invite/',
  'https://canary.discord.com/invite/',
  'dsc.gg/',
  'https://discord.me/',
  'https://invite.gg/',
  'discord.li/',
]
/** What is banned, and how it is linked to. */
const LINKED: readonly { entry: string; url: string }[] = [
  ...INVITES.map((alias) => ({ entry: INVITE, url: `${alias}ctkpaarr` })),
  { entry: 'krsw-wiki.test/a/b', url: 'krsw-wiki.test/a/b' },
  { entry: '*.raid.example/join', url: 'a.raid.example/join' },
  { entry: '*.raid.example/join', url: 'https://raid.example/join' },
  { entry: 'spam.example', url: 'https://spam.example/x' },
  { entry: '*.worse.example', url: 'https://www2.worse.example' },
  { entry: '荒らし.com', url: 'https://荒らし.com/x' },
  { entry: '荒らし.net/参加', url: '荒らし.net/参加' },
]
const list = compileUrlList(LINKED.map(({ entry }) => entry))

const linksOf = (text: string) => linksIn({ texts: [{ at: 'c', text }], urls: [] }).links
const hitsOf = (text: string) => linksOf(text).map((link) => list.find(link))
const CONTEXTS: readonly ((url: string) => string)[] = [
  (url) => url,
  (url) => `Join us: ${url} now`,
  (url) => `Hello there. Hi!\n${url}\nSee you.`,
  (url) => `<p>Hello. <a href="https://a.example/@b">@b</a></p><p>${url}</p>`,
  (url) => `みんな来てね。 ${url} です。`,
]
describe('a banned URL', () => {
  test.each(DISGUISES)('is found behind $name', (disguise) => {
    const missed = LINKED.flatMap(({ entry, url }) => {
      const texts = CONTEXTS.map((put) => put(disguise.put(url)))
      return texts.filter((text) => !hitsOf(text).includes(entry))
    })
    expect(missed).toEqual([])
  })

  test('is found behind two disguises at once in all but a few of many thousand cases', () => {
    const missed: string[] = []
    let cases = 0
    for (const { inner, outer } of pairs()) {
      for (const { entry, url } of LINKED) {
        const text = `Join us: ${outer.put(inner.put(url))} now`
        cases++
        if (!hitsOf(text).includes(entry)) missed.push(text)
      }
    }
    expect(cases).toBeGreaterThan(50_000)
    expect(missed.length / cases, missed.slice(0, 5).join('\n')).toBeLessThan(0.005)
  })

  test('stays found whatever words stand around its disguise', () => {
    const words = fc.string({ unit: fc.constantFrom(...'ab .,!?\nあ。é@#1'), maxLength: 30 })
    const anyOf = <T>(these: readonly T[]) => fc.constantFrom(...these)
    fc.assert(
      fc.property(
        words,
        anyOf(DISGUISES),
        anyOf(LINKED),
        words,
        (before, disguise, link, after) => {
          const text = `${before} so ${disguise.put(link.url)} is ${after}`
          expect(hitsOf(text)).toContain(link.entry)
        },
      ),
      { numRuns: 2_000 },
    )
  })

  test('is found in a disguise in a place for URLs', () => {
    const urls = [{ at: 'object.tag[0].href', url: 'https://disc\u043erd.com/%2569nvite/ctkpaarr' }]
    const [link] = linksIn({ texts: [], urls }).links.filter(({ role }) => role === 'disguise')
    expect(list.find(link!)).toBe(INVITE)
    expect(link!.at).toBe('object.tag[0].href')
  })
})

function* pairs() {
  for (const outer of DISGUISES) {
    for (const inner of DISGUISES) {
      if (inner.layer < outer.layer && !inner.not?.includes(outer.name)) yield { inner, outer }
    }
  }
}

describe('what is read as a disguise', () => {
  test('is a link to no rule but lists of URLs', () => {
    const facts = factsOf(aCreate(aNote({ text: 'see you at 5. Me/you decide' })))
    expect(facts.links.filter(({ role }) => role !== 'disguise')).toEqual([])
    expect(facts.links.map(({ href }) => href)).toEqual(['https://5.me/you'])
    expect(facts.words).toBe('see you at 5. Me/you decide')
  })

  test('does not hide that the same link is also there plainly', () => {
    const texts = ['discord[.]gg/abc', 'https://discord.gg/abc']
    const { links } = linksIn({ texts: texts.map((text, at) => ({ at: `${at}`, text })), urls: [] })
    expect(links.map(({ href, role, at }) => ({ href, role, at }))).toEqual([
      { href: 'https://discord.gg/abc', role: undefined, at: '1' },
    ])
  })

  test.each([
    ['The end. Another sentence begins. And so on.'],
    ['e.g. this, i.e. that, etc. And more'],
    ['first line\nsecond line\nthird line'],
    ['文章です。次の文です。\n「引用」。End'],
    ['and/or, either / or, 24/7, 1. 2. 3.'],
    ['Привет. Как дела?'],
  ])('is nothing at all in %j', (text) => {
    expect(linksOf(text)).toEqual([])
  })
})

describe('a host that is banned altogether', () => {
  const isFound = (text: string) =>
    linksOf(text).some((link) => compileUrlList(['discord.gg', '*.discord.me']).find(link))

  test.each([
    'on discord[.]gg',
    'on https://discord. gg',
    'on https://dis\ncord.gg',
    'on d i s c o r d . g g',
    'on di\u00adscord.gg',
    'on dіscоrd.gg',
    'on discord{.}gg',
    'on ｄｉｓｃｏｒｄ．ｇｇ',
    'on a[.]discord[.]me',
  ])('is found in %j', (text) => {
    expect(isFound(text)).toBe(true)
  })

  test.each([
    'We play on Discord. Gg everybody!',
    'we play on discord. gg everybody',
    'we play on discord. gg/wp everybody',
    'we play on discord . me too',
    'we play on discord dot gg everybody',
    'we play on discord .gg everybody',
    'we play on discord．Gg everybody',
    'we play on Discord。gg everybody',
    'we play on discord.\ngg everybody',
    'we play on discord\n.gg everybody',
    'write to me[at]discord[dot]gg',
  ])('is not found in %j', (text) => {
    expect(isFound(text)).toBe(false)
  })
})
