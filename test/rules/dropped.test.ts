// dropped-object and dropped-thread: what was refused once is known again by its id.
import { describe, expect, test } from 'vitest'
import type { Facts, Reference } from '../../src/facts.ts'
import {
  ALICE,
  aCreate,
  aNote,
  factsOf,
  hitsOf,
  past,
  someFacts,
  TRUSTED,
} from '../support/build.ts'

const SPAM = 'https://spam.example/posts/1'
const OTHER = 'https://other.example/posts/2'

function hits(references: readonly Reference[], also: Partial<Facts> = {}) {
  const facts = factsOf(aCreate(aNote({ mentions: [ALICE] })))
  const history = past({ dropped: [SPAM] })
  return hitsOf({ ...facts, references, history, ...also }).map(({ rule, why }) => ({ rule, why }))
}

test('a friend’s quote has words of its own, her boost has not', () => {
  const show = (how: Reference['how']) => {
    const history = past({ dropped: [SPAM], author: TRUSTED })
    const facts = { ...factsOf(aCreate(aNote({ mentions: [ALICE] }))), history }
    return hitsOf({ ...facts, references: [{ how, id: SPAM }] }).map(({ rule }) => rule)
  }
  expect(show('quote')).toEqual([])
  expect(show('boost')).toEqual(['dropped-object'])
})

describe('what was dropped', () => {
  test.each(['boost', 'quote'] as const)('is not let in by a %s', (how) => {
    const references = [{ how: 'reply', id: OTHER } as const, { how, id: SPAM }]
    expect(hits(references)).toEqual([
      { rule: 'dropped-object', why: `the ${how} of a post that was dropped: ${SPAM}` },
    ])
  })

  test('is not let in by a boost that reaches nobody here, nor by somebody trusted', () => {
    const { reach } = someFacts()
    const history = past({ dropped: [SPAM], author: TRUSTED })
    expect(hits([{ how: 'boost', id: SPAM }], { reach, history })).toHaveLength(1)
  })

  test('makes an answer to it suspect', () => {
    expect(hits([{ how: 'reply', id: SPAM }])).toEqual([
      { rule: 'dropped-thread', why: `answers a post that was dropped: ${SPAM}` },
    ])
  })

  test('has nothing to do with other posts', () => {
    expect(
      hits([
        { how: 'boost', id: OTHER },
        { how: 'reply', id: OTHER },
      ]),
    ).toEqual([])
  })
})
