import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalUrl, linksIn } from '../src/links.ts'

const hrefs = (text: string) =>
  linksIn({ texts: [{ at: 'c', text }], urls: [] }).links.map((link) => link.href)

describe('links in a text', () => {
  test.each([
    { what: 'an anchor', text: '<a href="https://spam.example/join">here</a>' },
    {
      what: 'an anchor over several lines',
      text: "<a\n href = 'https://spam.example/join'>here</a>",
    },
    { what: 'an anchor without quotes', text: '<a href=https://spam.example/join>here</a>' },
    {
      what: 'a mention’s anchor',
      text: '<a class="u-url mention" href="https://spam.example/join">@<span>bob</span></a>',
    },
    {
      what: 'a shortened anchor',
      text: '<a><span class="invisible">https://</span><span class="ellipsis">spam.example/j</span><span class="invisible">oin</span></a>',
    },
    { what: 'a name split over tags', text: 'https://spam.ex<b></b>ample/jo<i>in</i>' },
    { what: 'a tag on either side', text: 'see<b>spam.example/join</b>now' },
    {
      what: 'another attribute',
      text: '<span title="go to https://spam.example/join">here</span>',
    },
    { what: 'entities', text: '<p>https:&#x2F;&#47;spam.example&sol;join</p>' },
    { what: 'entities in an attribute', text: '<a href="https&colon;//spam.example/join">x</a>' },
    { what: 'escaped markup', text: '&lt;a href="https://spam.example/join"&gt;here&lt;/a&gt;' },
    {
      what: 'an address without scheme in an attribute',
      text: '<a href="//spam.example/join">x</a>',
    },
    {
      what: 'a scheme without slashes in an attribute',
      text: '<a href="https:spam.example/join">x</a>',
    },
    { what: 'a line break in an attribute', text: '<a href="https://spam.exa\nmple/join">x</a>' },
    { what: 'plain text', text: 'go to https://spam.example/join, now' },
    { what: 'plain text in upper case', text: 'HTTPS://SPAM.EXAMPLE/join' },
    { what: 'backslashes', text: 'https:\\\\spam.example\\join' },
    { what: 'no scheme', text: 'go to spam.example/join.' },
    { what: 'no scheme with a port', text: 'spam.example:443/join' },
    { what: 'a trailing dot of the host', text: 'spam.example./join' },
    { what: 'markdown', text: '[here](https://spam.example/join)' },
    { what: 'markdown without scheme', text: '[here](spam.example/join)' },
    { what: 'a markdown autolink', text: '<https://spam.example/join>' },
    { what: 'emphasis', text: '**https://spam.example/join**' },
    { what: 'parentheses', text: '(see spam.example/join)' },
    { what: 'quotation marks of Japanese', text: '「https://spam.example/join」へ' },
    { what: 'Japanese that runs on', text: 'https://spam.example/joinを見て' },
    { what: 'a raw text tag', text: '<plaintext><a href="https://spam.example/join">' },
    { what: 'a comment left open', text: '<!-- https://spam.example/join' },
    { what: 'a redirector', text: 'https://r.example/?to=https://spam.example/join' },
    { what: 'a user before the host', text: 'https://discord.example@spam.example/join' },
    { what: 'an escaped path', text: 'https://spam.example/%6A%6fin' },
    { what: 'doubled slashes', text: 'https://spam.example//join' },
  ])('are found in $what', ({ text }) => {
    expect(hrefs(text)).toContain('https://spam.example/join')
  })

  test.each([
    ['荒らし.com'],
    ['xn--68j5e377y.com'],
    ['https://荒らし.com'],
    ['荒らし.comへ'],
    ['HTTPS://荒らし.COM/'],
  ])('name one host in either script: %s', (text) => {
    expect(hrefs(text)).toContain('https://xn--68j5e377y.com/')
  })

  test.each([
    ['@bob@spam.example'],
    ['bob@spam.example'],
    ['<a href="mailto:bob@spam.example">write</a>'],
    ['version 1.2.3, e.g. 3.14 …'],
    ['文章です。次の文です'],
    ['文章です.次の文です'],
    ['<p class="a.b">x</p>'],
    ['a...b'],
  ])('are not seen in %s', (text) => {
    expect(hrefs(text)).toEqual([])
  })

  test('keep parentheses of their own', () => {
    expect(hrefs('(https://wiki.example/Sekisho_(Hakone))')).toEqual([
      'https://wiki.example/Sekisho_(Hakone)',
    ])
  })

  test('carry what was written, the place and the host', () => {
    const texts = [{ at: 'object.content', text: 'Spam.Example/X' }]
    expect(linksIn({ texts, urls: [] }).links).toEqual([
      {
        text: 'Spam.Example/X',
        href: 'https://spam.example/X',
        host: 'spam.example',
        at: 'object.content',
      },
    ])
  })

  test('are listed once, at their first place', () => {
    const texts = [
      { at: 'a', text: 'https://spam.example/' },
      { at: 'b', text: '<a href="https://spam.example">x</a>' },
    ]
    const { links } = linksIn({ texts, urls: [{ at: 'c', url: 'https://SPAM.example' }] })
    expect(links.map(({ at }) => at)).toEqual(['a'])
  })
})

describe('canonicalUrl', () => {
  test.each([
    { url: 'http://a.example:80/', href: 'http://a.example/' },
    { url: 'https://a.example:8443/b', href: 'https://a.example:8443/b' },
    { url: 'https://a_b.spam.example/', href: 'https://a_b.spam.example/' },
    { url: 'https://ｓｐａｍ.example/', href: 'https://spam.example/' },
    { url: 'https://0x7f.1/', href: 'https://127.0.0.1/' },
    { url: 'https://[::1]:8080/', href: 'https://[::1]:8080/' },
    { url: 'https://a.example/%2e%2e/b?q=%41#%42', href: 'https://a.example/b?q=%41#%42' },
    { url: 'https://a.example/%2F', href: 'https://a.example/%2F' },
  ])('spells $url as $href', ({ url, href }) => {
    expect(canonicalUrl(url)?.href).toBe(href)
  })

  test.each(['', 'https://', 'https://a b/', '//', 'https://exa[mple/'])(
    'sees no page in "%s"',
    (url) => {
      expect(canonicalUrl(url)).toBeUndefined()
    },
  )
})

describe('hostile texts', () => {
  const filled = (unit: string) => unit.repeat(Math.ceil(2 ** 20 / unit.length)).slice(0, 2 ** 20)

  test('with more links than are read are read in part, and flagged', () => {
    const text = Array.from({ length: 5_000 }, (_, each) => `https://h${each}.example/`).join(' ')
    const { links, capped } = linksIn({ texts: [{ at: 'c', text }], urls: [] })
    expect(capped).toBe(true)
    expect(links.length).toBeGreaterThan(1_000)
  })

  test('do not use up what is read of the places for URLs', () => {
    const text = Array.from({ length: 5_000 }, (_, each) => `https://h${each}.example/`).join(' ')
    const { links } = linksIn({
      texts: [{ at: 'c', text }],
      urls: [{ at: 'u', url: 'https://spam.example/' }],
    })
    expect(links.map(({ host }) => host)).toContain('spam.example')
  })

  test('with fewer links are not flagged', () => {
    const text = Array.from({ length: 300 }, (_, each) => `https://h${each}.example/`).join(' ')
    expect(linksIn({ texts: [{ at: 'c', text }], urls: [] })).toMatchObject({ capped: false })
  })

  // Quadratic reading of any of these would run for minutes, into the suite's time limit.
  test.each([
    '<',
    '<a ',
    '<a href="',
    '<"',
    '&',
    '&lt;a&gt;',
    '&#x68;',
    'a',
    'a.',
    '.',
    'ab.cd ',
    'ab.cd1 ',
    'https:',
    'https://',
    'https://a.bc//',
    'あ.',
    '見てね荒らし.comへ',
    '@a.bc',
    '(',
    'https://a.bc/((',
    '!',
    '<b>',
    '</b>',
    '\n',
    `https://a.bc/${'!'.repeat(2_000)}a `,
    `https://${'.aa'.repeat(650)} `,
    `https://a.bc/${'%41'.repeat(600)} `,
  ])('of a megabyte of %j come to an end', (unit) => {
    expect(
      linksIn({ texts: [{ at: 'c', text: filled(unit) }], urls: [] }).links.length,
    ).toBeLessThan(5_000)
  })

  test('never make it throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.webUrl(), (noise, url) => {
        const texts = [{ at: 'c', text: `${noise} ${url}` }]
        expect(linksIn({ texts, urls: [{ at: 'u', url: noise }] }).capped).toBe(false)
      }),
    )
  })
})

test('every web address in running text is found', () => {
  fc.assert(
    fc.property(fc.domain(), fc.lorem(), (domain, words) => {
      expect(hrefs(`${words} https://${domain}/x ${words}`)).toContain(`https://${domain}/x`)
      expect(hrefs(`<p>${words} <a href="https://${domain}/x">y</a></p>`)).toContain(
        `https://${domain}/x`,
      )
    }),
  )
})
