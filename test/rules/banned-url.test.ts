import { describe, expect, test } from 'vitest'
import { bannedUrl } from '../../src/rules/banned-url.ts'
import { ALICE, aCreate, aNote, factsOf, hitsOf } from '../support/build.ts'

const isBanned = (entry: string, text: string, tag: object = []) =>
  hitsOf(factsOf(aCreate(aNote({ text, also: JSON.parse(JSON.stringify({ tag })) }))), [entry])
    .length > 0

describe('a banned URL', () => {
  test.each([
    { entry: 'spam.example', text: 'https://spam.example/' },
    { entry: 'spam.example', text: 'http://www.spam.example/join?x#y' },
    { entry: 'SPAM.Example', text: 'spam.example' },
    { entry: 'www.spam.example', text: 'https://spam.example:8443/' },
    { entry: 'spam.example/', text: 'https://spam.example/join' },
    { entry: 'discord.gg/ctkpaarr', text: 'https://discord.gg/ctkpaarr' },
    { entry: 'discord.gg/ctkpaarr', text: 'https://DISCORD.gg/CTKpaarr/?event=1' },
    { entry: 'discord.gg/ctkpaarr', text: 'https://discord.gg//%63tkpaarr' },
    { entry: 'discord.gg/ctkpaarr', text: 'discord.gg/ctkpaarrを見て' },
    { entry: 'discord.gg/ctkpaarr/', text: 'discord.gg/ctkpaarr/x' },
    { entry: '*.spam.example', text: 'https://a.b.spam.example/' },
    { entry: '*.spam.example', text: 'https://a_b.spam.example/' },
    { entry: '*.spam.example', text: 'https://spam.example/' },
    { entry: '*.spam.example/join', text: 'https://a.spam.example/join/us' },
    { entry: 'https://spam.example/join', text: 'http://spam.example/Join/?ref=1#top' },
    { entry: 'https://spam.example/join?id=7', text: 'https://spam.example/join?id=7#top' },
    { entry: 'spam.example/join?id=7', text: 'https://spam.example/join?id=7' },
    { entry: 'https://spam.example:8080/', text: 'https://spam.example:8080' },
    { entry: '荒らし.com', text: 'https://xn--68j5e377y.com/' },
    { entry: 'xn--68j5e377y.com', text: '荒らし.com' },
    { entry: '荒らし.com', text: '参加は荒らし.comへ' },
    { entry: '荒らし.com/x', text: '参加は荒らし.com/x' },
    { entry: '127.0.0.1', text: 'http://0x7f.1/' },
    { entry: '/discord\\.gg/.*paarr/', text: 'https://discord.gg/x-CTKpaarr' },
    { entry: '/ｓｐａｍ/', text: 'https://ｓｐａｍ.example/x' },
    {
      entry: 'spam.example',
      text: 'spam.example',
      tag: { type: 'Mention', href: 'https://spam.example/', name: '@x@spam.example' },
    },
    {
      entry: 'discord.gg/ctkpaarr',
      text: '<a href="https://discord.gg/ctkpaarr">@x</a>',
      tag: { type: 'Mention', href: 'https://discord.gg/ctkpaarr', name: '@ctkpaarr@discord.gg' },
    },
    {
      entry: 'discord.gg',
      text: '<a href="https://discord.gg/ctkpaarr">@x</a>',
      tag: { type: 'Mention', href: 'https://discord.gg/ctkpaarr', name: '@ctkpaarr@discord.gg' },
    },
    {
      entry: 'bad.example/@ap12',
      text: 'hello',
      tag: { type: 'Mention', href: 'https://bad.example/@ap12', name: '@ap12@bad.example' },
    },
  ])('$entry is found in $text', ({ entry, text, tag }) => {
    expect(isBanned(entry, text, tag)).toBe(true)
  })

  test.each([
    {
      entry: 'spam.example',
      text: 'https://notspam.example/ https://spam.example.org/ https://a.spam.example/',
    },
    {
      entry: 'spam.example',
      text: 'https://r.example/spam.example mail bob@spam.example or @bob@spam.example',
    },
    { entry: '*.spam.example', text: 'https://notspam.example/' },
    {
      entry: 'discord.gg/ctkpaarr',
      text: 'https://discord.gg/ctkpaarr2 https://discord.gg/x/ctkpaarr https://discord.gg/',
    },
    { entry: '*.spam.example/join', text: 'https://a.spam.example/joint' },
    {
      entry: 'https://spam.example/join',
      text: 'https://spam.example/join/us https://a.spam.example/join',
    },
    {
      entry: 'https://spam.example/join?id=7',
      text: 'https://spam.example/join?id=70 https://spam.example/join',
    },
    { entry: 'https://spam.example:8080/', text: 'https://spam.example/' },
    { entry: 'らし.com', text: 'https://荒らし.com/' },
    { entry: '/^discord/', text: 'https://discord.gg/x' },
    { entry: '/spam/', text: 'all this spam here' },
    { entry: 'bad.example/@ap1', text: 'https://bad.example/@ap12' },
    {
      entry: 'bad.example',
      text: '<a href="https://bad.example/@victim">@victim</a> take care',
      tag: {
        type: 'Mention',
        href: 'https://bad.example/users/victim',
        name: '@victim@bad.example',
      },
    },
  ])('$entry is not found in $text', ({ entry, text, tag }) => {
    expect(isBanned(entry, text, tag)).toBe(false)
  })

  test('is refused wherever it comes from, and says which entry, where and what', () => {
    const facts = factsOf(aCreate(aNote({ text: 'Join Discord.gg/x' })), {
      proof: { status: 'missing', author: undefined, why: 'unsigned' },
    })
    expect(hitsOf(facts, ['a.example', ' discord.gg '])).toEqual([
      {
        rule: 'banned-url',
        score: 10,
        why: 'discord.gg in object.content: Discord.gg/x',
        shadow: false,
        offence: true,
        absolute: true,
      },
    ])
  })

  test('of great length is shown in part', () => {
    const facts = factsOf(aCreate(aNote({ text: `https://spam.example/${'x'.repeat(1_000)}` })))
    expect(hitsOf(facts, ['spam.example'])[0]!.why.length).toBeLessThan(300)
  })

  test('is found in the list’s ten thousand entries', () => {
    const entries = Array.from({ length: 10_000 }, (_, each) => `discord.gg/code${each}`)
    const rule = bannedUrl([...entries, '荒らし.com'])
    const facts = factsOf(
      aCreate(aNote({ text: 'https://discord.gg/code9999', mentions: [ALICE] })),
    )
    expect(rule.evaluate(facts)?.why).toMatch(/^discord\.gg\/code9999 in/)
  })
})

test.each([
  '',
  '*.',
  '*',
  'spam',
  'spam example',
  'https://',
  'a*.example',
  '*.*.example',
  '/path',
  '/(/',
  '/[a-/',
  'mailto:bob@spam.example',
  '..',
  'ftp://spam.example/',
])('the entry "%s" stops the start and is named', (entry) => {
  const compile = () => bannedUrl(['spam.example', entry])
  expect(compile).toThrow('banned.urls: ')
  expect(compile).toThrow(`"${entry}"`)
})

test('a pattern that is none is told why', () => {
  expect(() => bannedUrl(['/(/'])).toThrow('banned.urls: "/(/" is no RE2 pattern: ')
})
