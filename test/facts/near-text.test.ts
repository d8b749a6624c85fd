import { describe, expect, test } from 'vitest'
import { nearTextKeys } from '../../src/facts/near-text.ts'
import { ordinaryPost, randomOf } from '../links/ordinary-text.ts'
import { ALICE, aCreate, aNote, factsOf } from '../support/build.ts'

const LATIN =
  'Win free coins every single day on our new community server, join now and tell all of your friends before midnight today'
const JAPANESE =
  '今すぐ無料で参加できる新しい交流サーバーを開設しました、誰でも歓迎なので友達も誘って遊びに来てくださいね待っています必ず'
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  ...{ a: 'а', c: 'с', e: 'е', i: 'і', o: 'ο', p: 'р', s: 'ѕ', x: 'х' },
  ...{ y: 'у', n: 'ｎ', r: '𝗋', サ: 'ｻ', ー: 'ｰ', バ: 'ﾊﾞ' },
}

interface Variation {
  readonly random: () => number
  readonly pick: <T>(these: readonly T[]) => T
}

const between = (text: string) => (/\s/.test(text) ? / / : /(?<=[、でをにもてはの])/)

const VARIATIONS: Readonly<Record<string, (text: string, by: Variation) => string>> = {
  'a random word at the end': (text, { pick }) =>
    `${text} ${Array.from({ length: 8 }, () => pick([...'abcdefghijklmnopqrstuvwxyz'])).join('')}`,
  'another number': (text, { random }) => `${text} ${Math.floor(random() * 1e9)}`,
  'two words swapped': (text, { random }) => {
    const words = text.split(between(text))
    const [one, other] = [random(), random()].map((each) => Math.floor(each * words.length))
    const swapped = words.with(one!, words[other!]!).with(other!, words[one!]!)
    return swapped.join(/\s/.test(text) ? ' ' : '')
  },
  'emoji inside': (text, { random, pick }) => {
    const at = Math.floor(random() * text.length)
    return text.slice(0, at) + pick(['🎉', '👍🏽', '❤️', ' :) ']) + text.slice(at)
  },
  'letters that look alike': (text, { random }) =>
    [...text].map((letter) => (random() < 0.5 ? (LOOK_ALIKES[letter] ?? letter) : letter)).join(''),
  'other punctuation': (text, { random, pick }) =>
    [...text]
      .map((letter) => (random() < 0.1 ? letter + pick(['!', '…', '、', '~']) : letter))
      .join(''),
}

describe.each([
  { language: 'Latin', original: LATIN },
  { language: 'Japanese', original: JAPANESE },
])('a spam text in $language', ({ original }) => {
  const known = new Set(nearTextKeys(original))
  const isKnown = (text: string) => nearTextKeys(text).some((key) => known.has(key))

  test('is as long as the examples of the wave', () => {
    expect(original.length).toBe(original === LATIN ? 120 : 60)
    expect(known.size).toBe(6)
  })

  test('is known again in 95 of 100 variants', () => {
    const random = randomOf(20_240_218)
    const by: Variation = { random, pick: (these) => these[Math.floor(random() * these.length)]! }
    const kinds = Object.values(VARIATIONS)
    const variants = Array.from({ length: 102 }, (_, each) =>
      kinds[each % kinds.length]!(original, by),
    )
    expect(new Set(variants).size).toBeGreaterThan(90)
    expect(variants.filter(isKnown).length / variants.length).toBeGreaterThanOrEqual(0.95)
  })

  test('is known again whoever it calls', () => {
    const wordsTo = (name: string) => {
      const content = `<p><a href="https://x.example/@${name}">@${name}</a> ${original} #${name}</p>`
      return factsOf(aCreate(aNote({ mentions: [ALICE], also: { content } }))).words
    }
    const keys = ['alice', 'btjcwrbzin', '荒らし'].map((name) => nearTextKeys(wordsTo(name)))
    expect(keys).toEqual([[...known], [...known], [...known]])
  })
})

test('independent posts have nothing in common', () => {
  const random = randomOf(7)
  const posts = new Set(
    Array.from({ length: 2_000 }, () => ordinaryPost(random).replace(/<[^>]*>/g, ' ')),
  )
  const keys = [...posts].map(nearTextKeys).filter((each) => each.length > 0)
  expect(keys.length).toBeGreaterThan(1_000)
  const counts = new Map<string, number>()
  for (const key of keys.flat()) counts.set(key, (counts.get(key) ?? 0) + 1)
  const pairs = [...counts.values()].reduce((sum, count) => sum + (count * (count - 1)) / 2, 0)
  expect(pairs / ((keys.length * (keys.length - 1)) / 2)).toBeLessThan(1 / 100_000)
})

describe('too little to compare', () => {
  test.each([
    { what: 'nothing', text: '', count: 0 },
    { what: '39 letters', text: LATIN.replaceAll(/[^a-z]/gi, '').slice(0, 39), count: 0 },
    { what: '40 letters', text: LATIN.replaceAll(/[^a-z]/gi, '').slice(0, 40), count: 6 },
    { what: '19 kana', text: 'あいうえおかきくけこさしすせそたちつて', count: 0 },
    { what: '20 kana', text: 'あいうえおかきくけこさしすせそたちつてと', count: 6 },
    { what: 'a greeting', text: 'Happy birthday to you, dear Alice! 🎂🎂🎂', count: 0 },
    { what: 'a greeting in Japanese', text: '誕生日おめでとうございます！！🎉🎉🎉', count: 0 },
    { what: 'nothing but numbers', text: '1234567890 '.repeat(100), count: 0 },
    { what: 'nothing but emoji', text: '🎉❤️'.repeat(100), count: 0 },
  ])('is $what: $count keys', ({ text, count }) => {
    expect(nearTextKeys(text)).toHaveLength(count)
  })
})

test('of a long text the beginning counts', () => {
  const random = randomOf(3)
  const long = Array.from({ length: 400 }, () => ordinaryPost(random)).join(' ')
  expect(long.length).toBeGreaterThan(20_000)
  expect(nearTextKeys(long)).toEqual(nearTextKeys(long.slice(0, 12_000)))
  expect(nearTextKeys(long)).not.toEqual(nearTextKeys(long.slice(0, 2_000)))
})

test('keys stay what they were: other processes and releases go by them too', () => {
  expect(nearTextKeys(LATIN)[0]).toBe('text:0:rcbwaqwpbcp9')
})
