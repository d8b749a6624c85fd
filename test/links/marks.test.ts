import { describe, expect, test } from 'vitest'
import { marksIn, withFewMarks } from '../../src/links/marks.ts'

describe('stacks of marks', () => {
  test.each([
    { writing: 'Vietnamese, taken apart', text: 'Vie\u0323\u0302t Nam' },
    { writing: 'Hebrew with points and accents', text: '\u05e9\u05c1\u05bc\u05b8\u0596\u05dc' },
    { writing: 'Tibetan', text: 'བསྒྲུབས' },
    { writing: 'Burmese', text: 'မြွှာ ကျွန်ုပ်' },
    { writing: 'Thai', text: 'ที่นี่' },
    { writing: 'half-width kana', text: 'ｶﾞﾊﾟ' },
    { writing: 'emoji', text: '👩🏽‍🚀 ❤️ 1️⃣' },
    { writing: 'halves of pairs', text: '\ud800\u0301\udc00\ud835' },
  ])('stay in $writing', ({ text }) => {
    expect(withFewMarks(text)).toBe(text)
  })

  test.each([
    { of: 'one mark', unit: '\u0301' },
    { of: 'several marks', unit: '\u0301\u0316\u0327' },
    { of: 'points of one script', unit: '\u05b0\u0591' },
    { of: 'half-width voicing', unit: '\uff9e\u0301' },
    { of: 'marks beyond the basic plane', unit: '\u{1d165}\u{1e000}' },
  ])('are cut: $of', ({ unit }) => {
    const cut = withFewMarks(`a${unit.repeat(100)}b${unit}c`)
    const stack = [...unit.repeat(8)].slice(0, 8).join('')
    expect(cut).toBe(`a${stack}b${unit}c`)
  })

  test('are short ones to sort, whatever character is among them', () => {
    const long: string[] = []
    for (let code = 0; code < 0x20000; code++) {
      const char = String.fromCodePoint(code)
      const many = withFewMarks(`${char}\u0316\u0301`.repeat(15)).normalize('NFKD')
      if (/\p{M}{31}/u.test(many)) long.push(code.toString(16))
    }
    expect(long).toEqual([])
  })
})

test('marks are counted, beyond the basic plane too', () => {
  expect(marksIn('a\u0301\u0316b\u{1d165}\ud800ﾞ')).toBe(4)
})
