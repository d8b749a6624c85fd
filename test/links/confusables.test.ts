import { describe, expect, test } from 'vitest'
import { LOOK_ALIKES } from '../../src/links/confusables.ts'
import { lookAlikes } from './make-confusables.ts'

const tableOf = (prototypes: Record<string, string>, names: Record<string, string> = {}) => {
  const named = Object.entries(names).map(([char, name]) => [char.codePointAt(0)!, name] as const)
  const table = lookAlikes({ prototypes, names: new Map(named) })
  return Object.fromEntries(
    [...table].map(([ascii, codes]) => [
      ascii,
      codes.map((code) => String.fromCodePoint(Number.parseInt(code, 16))).join(''),
    ]),
  )
}

describe('the table of look-alikes is made', () => {
  test('of what looks like one ASCII letter, digit, dot, slash or hyphen', () => {
    const prototypes = { о: 'o', З: '3', '․': '.', '∕': '/', '‐': '-', '“': "''", œ: 'oe', ж: 'ж' }
    expect(tableOf(prototypes)).toEqual({ '-': '‐', '/': '∕', 3: 'З', o: 'о' })
  })

  test('of both cases where one looks like it', () => {
    const names = { к: 'CYRILLIC SMALL LETTER KA', К: 'CYRILLIC CAPITAL LETTER KA' }
    expect(tableOf({ К: 'K' }, names)).toEqual({ k: 'Кк' })
  })

  test('of a capital like I as i, and of a stroke as l', () => {
    expect(tableOf({ І: 'l', і: 'i', ǀ: 'l' })).toEqual({ i: 'Іі', l: 'ǀ' })
  })

  test('of letters in frames', () => {
    const names = {
      '🇩': 'REGIONAL INDICATOR SYMBOL LETTER D',
      '🅳': 'NEGATIVE SQUARED LATIN CAPITAL LETTER D',
      ᴅ: 'LATIN LETTER SMALL CAPITAL D',
      ᴆ: 'LATIN LETTER SMALL CAPITAL ETH',
    }
    expect(tableOf({}, names)).toEqual({ d: '🇩🅳ᴅ' })
  })

  test('without strokes that belong to CJK text, ASCII and what NFKC folds', () => {
    expect(tableOf({ ノ: '/', 〇: 'O', 丶: '\\', m: 'rn', '0': 'O', ａ: 'a' })).toEqual({})
  })
})

test('the table in use leaves ASCII and CJK text alone', () => {
  const chars = Object.values(LOOK_ALIKES).flatMap((codes) =>
    codes.split(' ').map((code) => String.fromCodePoint(Number.parseInt(code, 16))),
  )
  expect(chars.length).toBeGreaterThan(900)
  expect(
    chars.filter((char) => /[\0-\x7f\p{scx=Han}\p{scx=Kana}\p{scx=Hang}]/u.test(char)),
  ).toEqual([])
})
