// Which language a reader gets.
import { expect, test } from 'vitest'
import { chooseLanguage } from '../../src/statement/choose-language.ts'

const TAGS = ['en', 'ja', 'pt-BR']

test.each([
  { accepted: undefined, tag: 'en' },
  { accepted: '', tag: 'en' },
  { accepted: 'ja', tag: 'ja' },
  { accepted: 'JA-jp', tag: 'ja' },
  { accepted: 'ja-JP,ja;q=0.9,en;q=0.8', tag: 'ja' },
  { accepted: 'en;q=0.3, ja;q=0.7', tag: 'ja' },
  { accepted: 'fr, de;q=0.9, ja;q=0.1', tag: 'ja' },
  { accepted: 'fr', tag: 'en' },
  { accepted: 'ja;q=0, fr', tag: 'en' },
  { accepted: '*, ja;q=0.5', tag: 'en' },
  { accepted: 'fr;q=1, *;q=0.1', tag: 'en' },
  { accepted: 'pt', tag: 'pt-BR' },
  { accepted: 'pt-BR-x-private', tag: 'pt-BR' },
  { accepted: 'j', tag: 'en' },
  { accepted: 'ja;q=nonsense, pt', tag: 'pt-BR' },
  { accepted: ',;q=1,,;;', tag: 'en' },
  { accepted: `${'fr,'.repeat(5_000)}ja`, tag: 'en' },
])('$accepted gets $tag', ({ accepted, tag }) => {
  expect(chooseLanguage({ accepted }, TAGS)).toBe(tag)
})

test.each([
  { asked: 'ja', tag: 'ja' },
  { asked: 'JA', tag: 'ja' },
  { asked: 'fr', tag: 'pt-BR' },
  { asked: '', tag: 'pt-BR' },
  { asked: '<script>', tag: 'pt-BR' },
])('a link for "$asked" goes before the browser: $tag', ({ asked, tag }) => {
  expect(chooseLanguage({ asked, accepted: 'pt-BR' }, TAGS)).toBe(tag)
})
