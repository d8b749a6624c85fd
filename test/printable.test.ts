import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { printable, safeJson } from '../src/printable.ts'

const DANGEROUS = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u
const anyText = fc.string({ unit: 'binary' })

describe('printable', () => {
  test.each([
    { what: 'an escape sequence', text: 'a\u001b[2Jb' },
    { what: 'a line break', text: 'a\nb' },
    { what: 'a C1 control', text: 'a\u009bb' },
    { what: 'a change of direction', text: 'a\u202eb' },
    { what: 'a zero-width space', text: 'a\u200bb' },
    { what: 'half a pair', text: 'a\ud83db' },
  ])('puts a mark in the place of $what', ({ text }) => {
    expect(printable(text)).toMatch(/^a\ufffd.*b$/)
    expect(printable(text)).not.toMatch(DANGEROUS)
  })

  test('leaves what people write as it is', () => {
    expect(printable('おはよう 👋 naïve — 안녕')).toBe('おはよう 👋 naïve — 안녕')
  })

  test('cuts what is too long', () => {
    expect(printable('abcdef', 3)).toBe('abc…')
    expect(printable('abc', 3)).toBe('abc')
  })
})

describe('safeJson', () => {
  test('says exactly what was there, without a character that a terminal obeys', () => {
    fc.assert(
      fc.property(anyText, anyText, (key, text) => {
        const json = safeJson({ [`k${key}`]: [text] })
        expect(json).not.toMatch(DANGEROUS)
        expect(JSON.parse(json)).toEqual({ [`k${key}`]: [text] })
      }),
    )
  })

  test('spells astral ones as two units', () => {
    expect(safeJson('\u{e0041}')).toBe('"\\udb40\\udc41"')
  })
})
