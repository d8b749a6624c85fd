import { describe, expect, test } from 'vitest'
import { picturesOf } from '../../src/facts/pictures.ts'
import type { JsonObject } from '../../src/json.ts'
import { randomOf } from '../links/ordinary-text.ts'

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~'
const SHAPE = 30 // four components by four: what Mastodon makes
const LENGTH = 36

const digit = (value: number) => DIGITS[value]!
const keysOf = (blurhash: string, also?: JsonObject) =>
  picturesOf([{ attachment: [{ type: 'Document', blurhash, ...SIZE, ...also }] }]).flatMap(
    ({ keys }) => keys,
  )
const SIZE = { width: 1009, height: 200 }

/** As of a photograph: strong where it changes slowly, weak in the details. */
function aBlurhash(random: () => number): string {
  const steps = (at: number) => {
    const reach = 9 / Math.sqrt(1 + at / 2)
    return Math.min(18, Math.max(0, Math.round(9 + (random() * 2 - 1) * reach)))
  }
  const colours = Array.from({ length: 15 }, (_, at) => {
    const value = steps(at) * 361 + steps(at) * 19 + steps(at)
    return digit(Math.floor(value / 83)) + digit(value % 83)
  })
  const mean = Array.from({ length: 4 }, () => digit(Math.floor(random() * 83)))
  return digit(SHAPE) + digit(10 + Math.floor(random() * 60)) + mean.join('') + colours.join('')
}

describe('one picture', () => {
  test('is known again by the blurhashes that two servers made of it in 2024', () => {
    const [one, other] = [
      'UTQcblVYWBof_NofWBay~qt7ayj[ofj[fQay',
      'UTQcbkVYWBof_NofWBay~qt7ayj[ofj[fQay',
    ]
    expect(keysOf(one!).length).toBeGreaterThan(0)
    expect(keysOf(other!)).toEqual(keysOf(one!))
  })

  test('is known again when one or two characters changed', () => {
    const random = randomOf(18)
    for (let round = 0; round < 1_000; round++) {
      const original = aBlurhash(random)
      const changed = [...original]
      for (const _ of [1, 2])
        changed[2 + Math.floor(random() * (LENGTH - 2))] = digit(Math.floor(random() * 83))
      const known = new Set(keysOf(original))
      expect(
        keysOf(changed.join('')).some((key) => known.has(key)),
        original,
      ).toBe(true)
    }
  })

  test('has another key in another size', () => {
    const original = aBlurhash(randomOf(1))
    const known = new Set(keysOf(original))
    expect(keysOf(original, { width: 200 }).some((key) => known.has(key))).toBe(false)
  })
})

test('500 pictures of one size have nothing in common', () => {
  const random = randomOf(500)
  const keys = Array.from({ length: 500 }, () => keysOf(aBlurhash(random)))
  expect(keys.every((each) => each.length > 0)).toBe(true)
  expect(new Set(keys.flat()).size).toBe(keys.flat().length)
})

describe('no key has', () => {
  test.each<{ what: string; also: JsonObject }>([
    { what: 'a plain surface', also: { blurhash: 'U00000fQfQfQfQfQfQfQfQfQfQfQfQfQfQfQ' } },
    { what: 'a white page', also: { blurhash: 'U2TSUA~qfQ~q~qj[fQj[fQfQfQfQ~qj[fQj[' } },
    { what: 'a single colour', also: { blurhash: '00OZZy' } },
    { what: 'no blurhash', also: { blurhash: null } },
    { what: 'one that is too short', also: { blurhash: 'UTQcblVY' } },
    { what: 'one with a character of none', also: { blurhash: `U${'"'.repeat(35)}` } },
    { what: 'a megabyte', also: { blurhash: 'U'.repeat(2 ** 20) } },
    { what: 'a number', also: { blurhash: 7 } },
  ])('$what', ({ also }) => {
    expect(picturesOf([{ attachment: [{ type: 'Image', ...SIZE, ...also }] }])).toEqual([])
  })

  test('a preview card', () => {
    const card = { type: 'Link', blurhash: aBlurhash(randomOf(2)) }
    expect(picturesOf([{ attachment: [card] }])).toEqual([])
  })
})

test('four pictures are compared, each with its place', () => {
  const random = randomOf(4)
  const attachment = Array.from({ length: 9 }, (_, each) => ({
    ...{ type: 'Document', url: `https://a.example/${each}.png`, blurhash: aBlurhash(random) },
  }))
  expect(picturesOf([{ attachment }]).map(({ url }) => url)).toEqual(
    [0, 1, 2, 3].map((each) => `https://a.example/${each}.png`),
  )
})
