import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Weighing, whatIf } from '../../src/explain/what-if.ts'
import type { Hit } from '../../src/rules/rule.ts'
import { decide } from '../../src/verdict.ts'
import { aHit } from '../support/build.ts'

const thresholds = { hold: 6, drop: 10 }

function weigh(hits: readonly Hit[], also: Partial<Weighing> = {}): readonly string[] {
  const plain = {
    recompose: (each: readonly Hit[]) => each,
    entries: new Map(),
    isInDoubt: () => false,
  }
  return whatIf({ hits, thresholds, proof: 'verified', ...plain, ...also })
}

const flood = aHit({ rule: 'mention-flood', score: 5 })
const young = aHit({ rule: 'new-account', score: 2.5 })
const blank = aHit({ rule: 'blank-profile', score: 2.5 })
const banned = aHit({ rule: 'banned-url', score: 10, absolute: true })

test('what is in doubt is held, until a hit takes the doubt away', () => {
  const wave = aHit({ rule: 'campaign', score: 7.5 })
  const isInDoubt = (hits: readonly Hit[]) => !hits.some(({ rule }) => rule === 'campaign')
  expect(weigh([flood, wave], { isInDoubt })).toContain('without campaign (7.5): 5, forwarded')
  const lines = weigh([flood, young, blank, wave], { isInDoubt })
  expect(lines).toContain('without campaign (7.5): 10, held')
})

describe('without a hit', () => {
  test('says of each what would be left and what would come of it', () => {
    expect(weigh([flood, young, blank]).slice(0, 3)).toEqual([
      'without mention-flood (5): 5, forwarded',
      'without new-account (2.5): 7.5, held',
      'without blank-profile (2.5): 7.5, held',
    ])
  })

  test('names pairs only where no single hit makes the difference', () => {
    const rest = [young, blank, aHit({ rule: 'bare-link', score: 2.5 })]
    expect(weigh([flood, ...rest])).not.toContainEqual(expect.stringContaining(' and '))
    const four = [
      ...rest,
      aHit({ rule: 'odd-json', score: 2.5 }),
      aHit({ rule: 'campaign', score: 4 }),
    ]
    const lines = weigh(four, { thresholds: { hold: 6, drop: 8 } })
    expect(lines).toContain('without campaign (4): 10, dropped')
    expect(lines).toContain('without new-account (2.5) and campaign (4): 7.5, held')
    expect(lines).not.toContainEqual(expect.stringContaining('new-account (2.5) and blank'))
  })

  test('asks no pairs of what is forwarded, nor of more hits than can be paired in time', () => {
    expect(weigh([young, blank]).filter((line) => line.includes(' and '))).toEqual([])
    const many = Array.from({ length: 30 }, (_, each) => aHit({ rule: `rule-${each}`, score: 9 }))
    expect(weigh(many).filter((line) => line.includes(' and '))).toEqual([])
    expect(weigh(many)).toHaveLength(31)
  })

  test('says which entries must go for an absolute hit', () => {
    const entries = new Map([['banned-url', ['raid.example', '*.example']]])
    expect(weigh([banned, young], { entries })).toEqual([
      'without banned-url (10; off the list: raid.example, *.example): 2.5, forwarded',
      'without new-account (2.5): 10, dropped',
      'no threshold changes it: banned-url drops by itself',
    ])
  })

  test('counts the entries that it does not name', () => {
    const entries = new Map([['banned-url', Array.from({ length: 8 }, (_, at) => `host${at}`)]])
    const [first] = weigh([banned], { entries })
    expect(first).toContain('host4 and 3 more)')
    expect(first).not.toContain('host5')
  })

  test('takes the composite along that was made of it', () => {
    const sure = aHit({ rule: 'young-and-blank', score: 5 })
    const recompose = (hits: readonly Hit[]) => {
      const parts = hits.filter(({ rule }) => rule !== sure.rule)
      const stands = [young, blank].every((part) => parts.includes(part))
      return stands ? [...parts, sure] : parts
    }
    expect(weigh([young, blank, sure], { recompose }).slice(0, 3)).toEqual([
      'without new-account (2.5), and so without young-and-blank (5): 2.5, forwarded',
      'without blank-profile (2.5), and so without young-and-blank (5): 2.5, forwarded',
      'without young-and-blank (5): 5, forwarded',
    ])
  })
})

describe('a shadow', () => {
  test('weighs nothing, and it is said what it would weigh', () => {
    const shadow = { ...flood, shadow: true }
    expect(weigh([young, shadow])).toEqual([
      'without new-account (2.5): 0, forwarded',
      'with mention-flood counted (+5): 7.5, held',
      '3.5 short of being held (hold 6)',
    ])
  })
})

describe('thresholds', () => {
  test.each([
    { what: 'nothing', hits: [], says: '6 short of being held (hold 6)' },
    { what: 'too little', hits: [young], says: '3.5 short of being held (hold 6)' },
    {
      what: 'a hold',
      hits: [flood, young],
      says: 'with hold at 8: 7.5, forwarded; 2.5 short of being dropped (drop 10)',
    },
    {
      what: 'a hold just below the drop',
      hits: [aHit({ score: 9.5 })],
      says: 'with hold at 9.75: 9.5, forwarded; 0.5 short of being dropped (drop 10)',
    },
    { what: 'a drop', hits: [flood, young, blank], says: 'with drop at 11: 10, held' },
  ])('say how far $what is from something else', ({ hits, says }) => {
    expect(weigh(hits).at(-1)).toBe(says)
  })

  test('put off what cannot be proved yet, whatever the sum', () => {
    expect(weigh([aHit({ score: 12 })], { proof: 'unavailable' })).toEqual([
      'without mention-flood (12): 0, forwarded',
      'with hold at 13: 12, forwarded',
    ])
  })

  test('what is short of a threshold reaches it with that much more', () => {
    const score = fc.integer({ min: 0, max: 5_999 }).map((thousandths) => thousandths / 1_000)
    fc.assert(
      fc.property(score, (sum) => {
        const hit = aHit({ rule: 'one', score: sum })
        const [, missing] = /^([\d.]+) short of being held/.exec(weigh([hit]).at(-1)!)!
        const grounds = { thresholds, proof: 'verified' } as const
        const more = aHit({ rule: 'more', score: Number(missing) })
        const less = aHit({ rule: 'less', score: Number(missing) - 0.001 })
        expect(decide([hit, more], grounds).action).toBe('hold')
        expect(decide([hit, less], grounds).action).toBe('forward')
      }),
    )
  })
})
