import { describe, expect, test } from 'vitest'
import { personKey } from '../../src/facts/people.ts'
import type { Facts } from '../../src/facts.ts'
import type { JsonObject } from '../../src/json.ts'
import { ALICE, aCreate, aNote, factsOf, hitsOf, NOW, past, TRUSTED } from '../support/build.ts'

const strangers = (count: number) =>
  Array.from({ length: count }, (_, each) => `https://server${each % 4}.example/users/p${each}`)

interface Case {
  readonly mentions: readonly string[]
  readonly acquainted?: readonly string[]
  readonly answers?: string
  readonly also?: Partial<Facts>
}

function whyOf({ mentions, acquainted = [], answers, also }: Case): string | undefined {
  const note: JsonObject = answers === undefined ? {} : { inReplyTo: answers }
  const facts = factsOf(aCreate(aNote({ mentions, text: 'look', also: note })))
  const history = past({ acquainted: acquainted.map(personKey) })
  const hits = hitsOf({ ...facts, history, ...also }, [], { 'new-account': { score: 0 } })
  return hits.find(({ rule }) => rule === 'mention-flood')?.why
}

describe('a mention flood', () => {
  test.each([
    { what: 'five strangers, one of them ours', mentions: [...strangers(4), ALICE], found: true },
    { what: 'four strangers', mentions: [...strangers(3), ALICE], found: false },
    { what: 'fifty strangers, none of them ours', mentions: strangers(50), found: false },
    {
      what: 'five, one of whom called the author before',
      mentions: [...strangers(4), ALICE],
      acquainted: [ALICE],
      found: false,
    },
    {
      what: 'five strangers and an acquaintance',
      mentions: [...strangers(5), ALICE],
      acquainted: [strangers(1)[0]!],
      found: true,
    },
    {
      what: 'five strangers in a thread with eleven who are known',
      mentions: [...strangers(15), ALICE],
      acquainted: strangers(11),
      found: false,
    },
    {
      what: 'six strangers among twelve who are known',
      mentions: [...strangers(17), ALICE],
      acquainted: strangers(12),
      found: true,
    },
    {
      what: 'a thread of twenty-two who know each other',
      mentions: [...strangers(21), ALICE],
      acquainted: strangers(21),
      found: false,
    },
    {
      what: 'five in answer to one of ours',
      mentions: [...strangers(4), ALICE],
      answers: `${ALICE}/statuses/1`,
      found: true,
    },
  ])('is seen or not: $what', ({ found, what: _, ...rest }) => {
    expect(whyOf(rest) !== undefined).toBe(found)
  })

  test('counts everybody while nothing is remembered', () => {
    const mentions = [...strangers(4), ALICE]
    const history = past({ since: 0, acquainted: mentions.map(personKey) })
    expect(whyOf({ mentions, answers: `${ALICE}/1`, also: { history } })).toMatch(/^calls 5 people/)
  })

  test('grants no relations to who has not proved who it is', () => {
    const mentions = [...strangers(4), ALICE]
    const { proof } = { proof: 'missing' } as const
    expect(whyOf({ mentions, acquainted: mentions, also: { proof } })).toMatch(/^calls 5 people, 5/)
  })

  test('by a trusted author is seen all the same', () => {
    const also = { history: past({ author: TRUSTED }), now: NOW }
    expect(whyOf({ mentions: [...strangers(4), ALICE], also })).toBeDefined()
  })

  test('says how many, how many of them strangers, and how many of them ours', () => {
    const mentions = [...strangers(6), ALICE]
    expect(whyOf({ mentions, acquainted: strangers(2) })).toBe(
      'calls 7 people, 5 of them without a relation (from 5 on), 1 of them ours',
    )
  })
})
