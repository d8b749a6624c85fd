import { expect, test } from 'vitest'
import { compileUrlList } from '../../src/links/url-list.ts'
import { canonicalUrl, linksIn } from '../../src/links.ts'
import { ordinaryPost, randomOf } from './ordinary-text.ts'

/** Hosts, hosts with a path, whole subtrees, other scripts in both forms; many of them made of words that posts are full of. */
const ENTRIES = [
  'discord.gg',
  'discord.gg/ctkpaarr',
  'discord.com/invite/raid',
  'discord.me',
  'discord.li/server',
  'dsc.gg/spam',
  'server.gg',
  'game.in',
  'join.me',
  't.me/spam',
  'spam.it',
  'free.is',
  '*.spam.example',
  '*.raid.test/join',
  'worse.example/data/blog',
  'ctkpaarr.org',
  'ctkpaarr.data.blog',
  'bad.test/@ap12',
  'midokuri.github.test',
  'yip.su/25X8U6',
  'krsw-wiki.test',
  'https://win.shop/free',
  'https://news.live/?id=7',
  'club.online',
  'link.so/my',
  '荒らし.com',
  'xn--68j5e377y.net',
  '招待.gg/参加',
  'スパム.me',
  '디스코드.com',
]

test('ordinary posts have no banned URL, plain or in disguise', () => {
  const random = randomOf(20_240_218)
  const list = compileUrlList(ENTRIES)
  const found: string[] = []
  let disguises = 0
  for (let post = 0; post < 100_000; post++) {
    const text = ordinaryPost(random)
    for (const link of linksIn({ texts: [{ at: 'c', text }], urls: [] }).links) {
      if (link.role === 'disguise') disguises++
      const entry = list.find(link)
      if (entry !== undefined) found.push(`${entry} in ${link.href}: ${text}`)
    }
  }
  expect(found).toEqual([])
  // There was something to be mistaken about.
  expect(disguises).toBeGreaterThan(1_000)
}, 120_000)

test('the same generator’s posts are found to be banned once a banned URL is in them', () => {
  const random = randomOf(7)
  for (const entry of ENTRIES) {
    const url = entry.replace(/^\*\./, 'a.')
    expect(canonicalUrl(url)).toBeDefined()
    const text = `${ordinaryPost(random)} ${url} ${ordinaryPost(random)}`
    const { links } = linksIn({ texts: [{ at: 'c', text }], urls: [] })
    expect(links.some((link) => compileUrlList([entry]).find(link) === entry)).toBe(true)
  }
})
