import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compilePhrases } from '../../src/rules/phrases.ts'

const all = () => true

describe('phrases', () => {
  test('are found wherever one of them stands', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '荒', '😀'), maxLength: 24 })
    const phrases = fc.array(
      fc.string({ unit: fc.constantFrom('a', 'b', '荒', '😀'), maxLength: 5 }),
    )
    fc.assert(
      fc.property(texts, phrases, (text, many) => {
        const found = compilePhrases(many).find(text, all)
        const isThere = many.some((phrase) => phrase !== '' && text.includes(phrase))
        expect(found !== undefined).toBe(isThere)
        if (found) expect(text.slice(found.start, found.end)).toBe(many[found.phrase])
      }),
      { numRuns: 500 },
    )
  })

  test('are offered one by one until one is accepted', () => {
    const many = ['a', 'ab', 'b', 'abc', 'bc', '', 'ab', 'c']
    const offered: string[] = []
    compilePhrases(many).find('xabcx', ({ phrase, start, end }) => {
      offered.push(`${phrase}:${start}-${end}`)
      return false
    })
    expect(offered.sort()).toEqual(['0:1-2', '1:1-3', '2:2-3', '3:1-4', '4:2-4', '7:3-4'])
  })

  test('are found in none', () => {
    expect(compilePhrases([]).find('anything', all)).toBeUndefined()
    expect(compilePhrases(['', '']).find('anything', all)).toBeUndefined()
  })
})
