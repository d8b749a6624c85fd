import { expect, test } from 'vitest'
import { linksIn } from '../../src/links.ts'

const UNITS = [
  ...[
    '. ',
    ' . ',
    'a . ',
    'a. ',
    'a.\n',
    'a\n',
    'a / ',
    '/ ',
    'a.bc / ',
    'a\t.\t',
    '//a. b',
    'x/\n',
  ],
  ...['[.]', '[ ', '( dot', 'a dot ', 'slash ', 'hxxp', 'h**p', 'ドット', 'aドット', '。', 'a。b'],
  ...[
    '%',
    '%41',
    '%25252541',
    '%ff',
    'xn--',
    'xn--a.',
    '\u202e',
    '\u202ea',
    '\u200b',
    'а',
    'а.bc ',
  ],
  ...['ａ', '．', '𝐚', '🇦', '\u0336', 'a\u0336', '\u{e0061}', '\ufdfa', '\ud800', '\r', 'あ.'],
  ...['*', '`', '|', '$[a ', ']', '\\', 'a b c d e f g h ', 'a b c d e f g hh ', 'https://a. b/'],
  ...['a<br>', '<b>a</b>.', '&#x200b;a', '&amp;#x200b;', '<a href="a.bc/x">', 'a.bc/%2e%2e/ '],
  ...[
    '\u0301\u0316',
    '\uff9e\u0301',
    `а${'\u0316\u0301\u0327'.repeat(9)}`,
    '%2541*㍿',
    '&lt;㍿<b>',
  ],
  ...[`${'a'.repeat(253)}. b/c `, `${'a.'.repeat(120)} . `, `${'a/'.repeat(60)} / `],
]
const SIZE = 16_384
const TIMES = 8
/** A quadratic reader needs TIMES² = 64 times as long. */
const MAX_RATIO = 32
const NOISE_MS = 1

test.each(UNITS)('a text of %j costs no more than its length', (unit) => {
  const filled = (size: number) => unit.repeat(Math.ceil(size / unit.length)).slice(0, size)
  const small = filled(SIZE)
  const large = filled(SIZE * TIMES)
  fastest(small)
  expect(fastest(large) / (fastest(small) + NOISE_MS)).toBeLessThan(MAX_RATIO)
})

test('a text costs hardly more for taller stacks of marks', () => {
  const [low, tall] = [3, 27].map((height) => {
    const unit = `а${'\u0316\u0301\u0327'.repeat(height / 3)}`
    return fastest(unit.repeat(Math.ceil(200_000 / unit.length)))
  })
  expect(tall! / low!).toBeLessThan(2)
})

test('a text of many disguises is read in part, and flagged', () => {
  const text = Array.from({ length: 5_000 }, (_, each) => `h${each}.example[.]org/x`).join(' ')
  const { links, capped } = linksIn({ texts: [{ at: 'c', text }], urls: [] })
  expect(capped).toBe(true)
  expect(links.filter(({ role }) => role === 'disguise').length).toBeGreaterThan(1_000)
})

test('a text of nothing but gaps is read in part, and flagged', () => {
  const texts = [{ at: 'c', text: 'a . b / '.repeat(20_000) }]
  expect(linksIn({ texts, urls: [] }).capped).toBe(true)
})

test.each([
  { what: 'signs that stand for words', unit: '㍿' },
  { what: 'stacks of marks', unit: 'а\u0345\u0301\u0316\u0327' },
])('$what are read in part behind layers of markup, and flagged', ({ unit }) => {
  const text = `%2541*&lt;b&gt;<b>${unit.repeat(200_000 / unit.length)}`
  expect(linksIn({ texts: [{ at: 'c', text }], urls: [] }).capped).toBe(true)
})

test.each([
  { writing: 'Hindi', words: 'हिन्दी में लिखा लंबा लेख, ' },
  { writing: 'Thai', words: 'นี่คือบทความที่ยาวมาก ' },
  { writing: 'Vietnamese, taken apart', words: 'Vie\u0323\u0302t Nam, quê hương tôi… ' },
  { writing: 'Japanese', words: '今日は㈱関所で½の値段です……ｶﾞﾝﾊﾞﾚ！' },
])('a long article in $writing is read to its end', ({ words }) => {
  const paragraphs = `<p>${words.repeat(40)}&lt;b&gt;</p>\n`
  const count = Math.ceil(60_000 / paragraphs.length)
  const text = `${paragraphs.repeat(count)} discord[.]gg/abc`
  const { links, capped } = linksIn({ texts: [{ at: 'c', text }], urls: [] })
  expect(capped).toBe(false)
  expect(links.map(({ href }) => href)).toContain('https://discord.gg/abc')
})

test('a long article is read to its end', () => {
  const paragraph =
    'Sentences end. Lines end too,\nand so on; e.g. here. See https://a.example/b for more.\n\n'
  const texts = [{ at: 'c', text: `${paragraph.repeat(500)} discord . gg / abc` }]
  const { links, capped } = linksIn({ texts, urls: [] })
  expect(capped).toBe(false)
  expect(links.map(({ href }) => href)).toContain('https://discord.gg/abc')
})

/** Milliseconds of the best of a few runs: other processes only ever make it slower. */
function fastest(text: string): number {
  const runs = Array.from({ length: 4 }, () => {
    const started = performance.now()
    linksIn({ texts: [{ at: 'c', text }], urls: [] })
    return performance.now() - started
  })
  return Math.min(...runs)
}
