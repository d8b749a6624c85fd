import { describe, expect, test } from 'vitest'
import { compileUrlList } from '../../src/links/url-list.ts'
import { linksIn } from '../../src/links.ts'

const finds = (entry: string, text: string) => {
  const list = compileUrlList([entry])
  return linksIn({ texts: [{ at: 'c', text }], urls: [] }).links.some((link) => list.find(link))
}

describe('an invitation to Discord', () => {
  test.each([
    { entry: 'discord.gg/abc', text: 'discord.com/invite/abc' },
    { entry: 'discord.gg/abc', text: 'https://discordapp.com/%69nvite/abc' },
    { entry: 'discord.gg/abc', text: 'https://ptb.discord.com//invite//ABC?x=1#y' },
    { entry: 'discord.gg/abc', text: 'https://www.discord.com/invite/abc/' },
    { entry: 'discord.gg/abc', text: 'https://dsc.gg/abc' },
    { entry: 'discord.com/invite/abc', text: 'discord.gg/abc' },
    { entry: 'https://discordapp.com/invite/abc', text: 'https://discord.gg/abc?event=1' },
    { entry: '*.discord.gg/abc', text: 'canary.discord.com/invite/abc' },
    { entry: 'invite.gg/abc', text: 'discord.me/abc' },
    { entry: 'discord.gg', text: 'https://discord.com/invite/abc' },
    { entry: 'discord.com/invite', text: 'https://discord.gg/abc' },
    { entry: 'discord.com/invite', text: 'https://discord.com/invite/abc' },
    { entry: 'discord.com', text: 'https://discord.com/invite/abc' },
  ])('that is banned as $entry is found in $text', ({ entry, text }) => {
    expect(finds(entry, text)).toBe(true)
  })

  test.each([
    { entry: 'discord.gg/abc', text: 'https://discord.com/abc https://discord.com/channels/abc' },
    { entry: 'discord.gg/abc', text: 'discord.com/invited/abc discord.com/invite/abcd' },
    { entry: 'discord.gg/abc', text: 'https://notdiscord.com/invite/abc' },
    { entry: 'discord.gg/abc', text: 'https://discord.com.example/invite/abc' },
    { entry: 'discord.gg', text: 'https://discord.com/ https://dsc.gg/ discord.com/terms' },
    { entry: 'dsc.gg', text: 'https://discord.gg/abc' },
    { entry: 'discord.com/terms', text: 'https://discord.gg/terms' },
  ])('that is banned as $entry is not found in $text', ({ entry, text }) => {
    expect(finds(entry, text)).toBe(false)
  })
})

describe('look-alikes', () => {
  test.each([
    { entry: 'spam.example', text: 'https://xn--spm-7cd.example/' },
    { entry: 'spam.example', text: 'ѕраm.example' },
    { entry: 'spam.example/a', text: 'spam.example/%D0%B0' },
    { entry: 'дом.example', text: 'https://д\u200boм.example/' },
    { entry: 'сосна.example', text: 'https://сос\u200bна.example/' },
    { entry: 'сосна.example/x', text: 'сосна . example / x' },
    { entry: 'раураӏ.example', text: 'https://рау\u200braӏ.example/'.replace('ra', 'ра') },
  ])('$entry is found in $text', ({ entry, text }) => {
    expect(finds(entry, text)).toBe(true)
  })

  test.each([
    { what: 'an ASCII name of another spelling', entry: 'modern.example', text: 'modem.example' },
    { what: 'a digit for a letter', entry: 'spam1.example', text: 'spaml.example spamI.example' },
    { what: 'an accent', entry: 'muller.example', text: 'https://müller.example/' },
    { what: 'the honest name', entry: 'раураl.example', text: 'https://pay\u00adpal.example/' },
    { what: 'the honest name plainly', entry: 'раураl.example', text: 'https://paypal.example/' },
  ])('$what is no look-alike', ({ entry, text }) => {
    expect(finds(entry, text)).toBe(false)
  })
})

describe('parts that stand apart', () => {
  test.each([
    { entry: 'spam.example/x', text: 'spam. example/x' },
    { entry: 'https://spam.example/x', text: 'spam . example / x' },
    { entry: '*.spam.example/x', text: 'a . spam . example / x' },
    { entry: 'spam.example', text: 'https://spam . example' },
    { entry: '/spam\\.example/', text: 'https://spam. example/x' },
    { entry: '/spam\\.example/', text: 'spam[.]example/x' },
  ])('count for $entry in $text', ({ entry, text }) => {
    expect(finds(entry, text)).toBe(true)
  })

  test.each([
    { entry: 'spam.example', text: 'spam . example / x' },
    { entry: '*.b.example', text: 'spam. b. example/x' },
    { entry: 'https://spam.example/', text: 'spam . example / x' },
    { entry: '/spam\\.example/', text: 'no more spam. example/x is fine' },
  ])('do not count for $entry in $text', ({ entry, text }) => {
    expect(finds(entry, text)).toBe(false)
  })
})

test('links to a known shortener say so, disguised or not', () => {
  const text = 'https://yip.su/25X8U6 and bit[.]ly/abc, www.tinyurl.com/x, but bit.example/abc'
  const { links } = linksIn({ texts: [{ at: 'c', text }], urls: [] })
  expect(links.filter(({ shortener }) => shortener).map(({ host }) => host)).toEqual([
    'yip.su',
    'www.tinyurl.com',
    'bit.ly',
  ])
})

test('two patterns may give their groups one name', () => {
  const list = compileUrlList(['/(?P<x>spam)\\.example/', '/(?<x>\\(?raid)\\.example/'])
  const [link] = linksIn({ texts: [{ at: 'c', text: 'https://raid.example/' }], urls: [] }).links
  expect(list.find(link!)).toBe('/(?<x>\\(?raid)\\.example/')
})

describe('a pattern', () => {
  test.each(['/.*/', '/(spam|)/', '/./', '/^https?:/', '/http/', '/https://.+/'])(
    'that bans every link is refused: %s',
    (entry) => {
      expect(() => compileUrlList(['spam.example', entry])).toThrow(`${entry} matches every text`)
    },
  )

  test.each(['/home/', '/\\.example\\//', '/\\.test/', '/^https://[^/]+/join/', '/^http:/', '/@/'])(
    'that bans many links is the operator’s to know: %s',
    (entry) => {
      expect(() => compileUrlList([entry])).not.toThrow()
    },
  )
})

test.each([
  { entry: '/mates\\.example/', found: false },
  { entry: '/mates\\.example\\/@troll/', found: true },
])('$entry finds the mention of @troll@mates.example: $found', ({ entry, found }) => {
  const href = 'https://mates.example/@troll'
  const link = {
    text: href,
    href,
    host: 'mates.example',
    at: 'tag[0].href',
    role: 'mention',
  } as const
  expect(compileUrlList([entry]).find(link) !== undefined).toBe(found)
})
