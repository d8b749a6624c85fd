import { describe, expect, test } from 'vitest'
import { ALICE, aCreate, aNote, factsOf, hitsOf } from '../support/build.ts'

function whyOf(flags: readonly string[]): string | undefined {
  const facts = factsOf(aCreate(aNote({ mentions: [ALICE] })))
  return hitsOf({ ...facts, flags })[0]?.why
}

describe('odd JSON', () => {
  test.each([
    { flags: ['duplicate-keys'], why: 'duplicate-keys' },
    { flags: ['lone-surrogates', 'remapped-keys', 'fedify-skipped'], why: 'remapped-keys' },
    { flags: ['duplicate-keys', 'remapped-keys'], why: 'duplicate-keys, remapped-keys' },
  ])('is $why', ({ flags, why }) => {
    expect(whyOf(flags)).toBe(why)
  })

  test('is no half of an emoji and no post that Fedify cannot read', () => {
    expect(whyOf(['lone-surrogates', 'fedify-failed'])).toBeUndefined()
  })

  test('is found in an activity that says its actor twice', () => {
    const facts = factsOf(aCreate(aNote({ mentions: [ALICE] })), { jsonFlags: ['duplicate-keys'] })
    expect(hitsOf(facts).map(({ rule }) => rule)).toEqual(['odd-json'])
  })
})
