import { describe, expect, test } from 'vitest'
import {
  judgePositiveList,
  type ListCase,
  type ListDecision,
} from '../../src/standing/positive-lists.ts'

const LIST = {
  evidence: 'configuration.limited_federation is true',
  url: 'https://remote.test/api/v2/instance',
}
const EVIDENCE = `${LIST.evidence} (${LIST.url})`
const POLICY: ListCase['policy'] = {
  positiveList: 'block',
  own: ['ours.test'],
  protected: [],
  trusted: [],
}

describe('a positive list', () => {
  test.each<{ policy: ListCase['policy']['positiveList']; decision: ListDecision }>([
    { policy: 'block', decision: { kind: 'block', evidence: EVIDENCE } },
    { policy: 'report', decision: { kind: 'report', evidence: EVIDENCE } },
    { policy: 'ignore', decision: { kind: 'nothing', why: 'positive lists are ignored' } },
  ])('leads to what the policy $policy says', ({ policy, decision }) => {
    expect(judge({ policy: { ...POLICY, positiveList: policy } })).toEqual(decision)
  })

  test('of a server that ours follow is reported, not blocked', () => {
    expect(judge({ past: { followed: 3 } })).toEqual({
      kind: 'report',
      evidence: `${EVIDENCE}; not blocked: 3 people of it followed by ours`,
    })
  })

  test.each<{ domain: string; why: string; policy?: Partial<ListCase['policy']> }>([
    { domain: 'social.ours.test', why: 'own domain' },
    {
      domain: 'a.remote.test',
      why: 'trusted by the operator',
      policy: { trusted: ['remote.test'] },
    },
    {
      domain: 'remote.test',
      why: 'protected by the operator',
      policy: { protected: ['remote.test'] },
    },
    { domain: 'bsky.brid.gy', why: 'many share brid.gy' },
    { domain: 'github.io', why: 'public suffix' },
  ])('of $domain leads to nothing: $why', ({ domain, why, policy }) => {
    const guarded = { domain, policy: { ...POLICY, ...policy } }
    expect(judge(guarded)).toEqual({ kind: 'nothing', why })
    expect(judge({ ...guarded, isBlocked: true })).toEqual({ kind: 'lift', why })
  })
})

describe('a block for a positive list', () => {
  test('is lifted when the server says that the list is gone', () => {
    expect(judge({ description: { tellsOfLists: true }, isBlocked: true })).toEqual({
      kind: 'lift',
      why: 'it federates with everybody now',
    })
  })

  test('stays while the list stands, or nothing is told of it', () => {
    const stays = { kind: 'nothing', why: 'blocked already' }
    expect(judge({ isBlocked: true })).toEqual(stays)
    expect(judge({ description: {}, isBlocked: true })).toEqual(stays)
  })
})

test('a server without a list is left alone', () => {
  const description = { tellsOfLists: true }
  expect(judge({ description })).toEqual({ kind: 'nothing', why: 'no positive list was found' })
})

function judge(parts: Partial<ListCase>): ListDecision {
  const description = { positiveList: LIST, tellsOfLists: true }
  const stranger = { domain: 'remote.test', past: { followed: 0 }, isBlocked: false }
  return judgePositiveList({ ...stranger, description, policy: POLICY, ...parts })
}
