import { describe, expect, test } from 'vitest'
import {
  applyGuards,
  type BlockDecision,
  type Case,
  CLAIM_MS,
  judgeOffence,
} from '../src/offence.ts'
import { embeddedOffences } from '../src/store/embedded/counters.ts'
import {
  ALICE,
  aCreate,
  aHit,
  aNote,
  aProfile,
  BOB,
  DAY,
  factsOf,
  HOME,
  HOUR,
  MINUTE,
  NOW,
  PUBLIC,
  past,
  proved,
} from './support/build.ts'

const policy = {
  own: [HOME],
  protected: [],
  trusted: [],
  dryRun: false,
  minActors: 1,
  maxPerHour: 30,
}
const note = aNote({ mentions: [ALICE] })

function aCase(also?: Partial<Case>): Case {
  return {
    action: 'drop',
    hits: [aHit({ offence: true, why: 'mentions 12 people' })],
    keyId: `${BOB}#main-key`,
    facts: factsOf(aCreate(note)),
    proof: proved(),
    policy,
    now: NOW,
    ...also,
  }
}

function by(author: string, also?: Partial<Case>): Case {
  return aCase({
    facts: factsOf(aCreate(aNote({ by: author, mentions: [ALICE] }))),
    proof: proved(author),
    ...also,
  })
}

describe('an offence', () => {
  test('blocks the author’s host and what is below it, with the evidence', () => {
    expect(judgeOffence(aCase({ proof: proved(BOB, NOW - MINUTE) }))).toEqual({
      kind: 'block',
      domain: 'remote.example',
      scope: 'subtree',
      by: 'rule:mention-flood',
      reason: 'mention-flood: mentions 12 people',
      offence: {
        object: `${BOB}/statuses/1`,
        author: BOB,
        keyId: `${BOB}#main-key`,
        at: NOW - MINUTE,
        hits: [{ rule: 'mention-flood', score: 5, why: 'mentions 12 people' }],
      },
    })
  })

  test.each([
    { what: 'a delivery that was not dropped', also: { action: 'hold' as const } },
    {
      what: 'an unproved author',
      also: { proof: { status: 'invalid', author: BOB, why: 'x' } as const },
    },
    {
      what: 'an author whose key is away',
      also: { proof: { status: 'unavailable', author: BOB, why: 'x' } as const },
    },
    { what: 'a post that reaches none of ours', also: { facts: factsOf(aCreate()) } },
    { what: 'no rule that is an offence', also: { hits: [aHit()] } },
    { what: 'a rule in shadow', also: { hits: [aHit({ offence: true, shadow: true }), aHit()] } },
    {
      what: 'a post of another server',
      also: { facts: factsOf(aCreate({ ...note, id: 'https://other.example/1' })) },
    },
    {
      what: 'a post on another port',
      also: { facts: factsOf(aCreate({ ...note, id: 'https://remote.example:8443/1' })) },
    },
    {
      what: 'a post without an id',
      also: {
        facts: factsOf({ type: 'Create', actor: BOB, object: { type: 'Note', to: [ALICE] } }),
      },
    },
    { what: 'an old signature', also: { proof: proved(BOB, NOW - 49 * HOUR) } },
    {
      what: 'an old post',
      also: {
        facts: factsOf(aCreate({ ...note, published: new Date(NOW - 49 * HOUR).toISOString() })),
      },
    },
    {
      what: 'somebody else’s post of the same server',
      also: { facts: factsOf(aCreate({ ...note, attributedTo: `${BOB}2` }, { actor: BOB })) },
    },
    {
      what: 'a report',
      also: { facts: factsOf({ type: 'Flag', actor: BOB, object: note, to: [ALICE] }) },
    },
  ])('is not $what', ({ also }) => {
    expect(judgeOffence(aCase(also)).kind).toBe('nothing')
  })

  test.each([
    { what: 'of yesterday', published: new Date(NOW - 47 * HOUR).toISOString() },
    { what: 'from the future', published: new Date(NOW + 3 * DAY).toISOString() },
    { what: 'without a date', published: null },
  ])('may be a post $what', ({ published }) => {
    expect(judgeOffence(aCase({ facts: factsOf(aCreate({ ...note, published })) })).kind).toBe(
      'block',
    )
  })

  test('is evidence of now where the signer’s clock runs ahead', () => {
    expect(judgeOffence(aCase({ proof: proved(BOB, NOW + HOUR) }))).toMatchObject({
      offence: { at: NOW },
    })
  })

  test.each([
    { what: 'our own domain', author: `https://${HOME}/users/x`, why: 'own domain' },
    { what: 'a name below our own', author: `https://sub.${HOME}/users/x`, why: 'own domain' },
    { what: 'a protected domain', author: 'https://big.example/users/x', why: 'protected' },
    {
      what: 'a name below a protected domain',
      author: 'https://a.big.example/users/x',
      why: 'protected',
    },
    { what: 'a public suffix', author: 'https://github.io/users/x', why: 'public suffix' },
    { what: 'a name without a dot', author: 'https://intranet/users/x', why: 'public suffix' },
  ])('never blocks $what', ({ author, why }) => {
    const shielded = { ...policy, protected: ['big.example'] }
    expect(judgeOffence(by(author, { policy: shielded }))).toEqual({ kind: 'nothing', why })
  })

  test.each([
    { author: 'https://notbig.example/users/x', domain: 'notbig.example', scope: 'subtree' },
    { author: 'https://bob.github.io/users/x', domain: 'bob.github.io', scope: 'subtree' },
    { author: 'https://203.0.113.9/users/x', domain: '203.0.113.9', scope: 'host' },
    { author: 'https://[2001:db8::1]/users/x', domain: '[2001:db8::1]', scope: 'host' },
    { author: 'https://open.example:8443/users/x', domain: 'open.example', scope: 'subtree' },
  ])('of $author blocks $domain as $scope', ({ author, domain, scope }) => {
    const shielded = { ...policy, protected: ['big.example'] }
    const facts = factsOf(aCreate({ ...note, attributedTo: author, id: `${author}/1` }))
    expect(judgeOffence(by(author, { policy: shielded, facts }))).toMatchObject({ domain, scope })
  })

  test('of the domain above ours blocks that host alone', () => {
    const above = { ...policy, own: ['social.parent.example'] }
    expect(judgeOffence(by('https://parent.example/users/x', { policy: above }))).toMatchObject({
      scope: 'host',
    })
  })

  test.each(['big.example', 'example'])(
    'of a server that is trusted leads to a notice: %s',
    (trusted) => {
      const decision = judgeOffence(
        by('https://big.example/users/x', { policy: { ...policy, trusted: [trusted] } }),
      )
      expect(decision).toMatchObject({
        kind: 'notice',
        domain: 'big.example',
        offence: { author: 'https://big.example/users/x' },
      })
    },
  )

  test('is the author’s, whoever carried the post', () => {
    const proof = {
      status: 'verified',
      author: BOB,
      by: 'ld-signature',
      at: NOW,
      carrier: 'https://relay.example/actor',
    } as const
    expect(judgeOffence(aCase({ proof }))).toMatchObject({
      kind: 'block',
      domain: 'remote.example',
    })
  })

  test('keeps no words of a post that not everybody may read', () => {
    const facts = factsOf(aCreate({ ...note, to: [ALICE], cc: [] }))
    const hits = [aHit({ offence: true, why: 'discord.gg in object.content: our secret' })]
    expect(JSON.stringify(judgeOffence(aCase({ facts, hits })))).not.toContain('secret')
    const open = factsOf(aCreate({ ...note, to: [PUBLIC] }))
    expect(JSON.stringify(judgeOffence(aCase({ facts: open, hits })))).toContain('secret')
  })
})

describe('the guards', () => {
  test('count an object no more once it is claimed', async () => {
    const store = embeddedOffences(100, () => NOW)
    expect(await applyGuards(decided('1'), store, guards())).toEqual({ status: 'block' })
    expect(await applyGuards(decided('1'), store, guards())).toEqual({ status: 'block' })
    await store.claim(decided('1').offence.object, CLAIM_MS)
    expect(await applyGuards(decided('1'), store, guards())).toEqual({
      status: 'stopped',
      why: 'already counted',
    })
    expect(await applyGuards(decided('2'), store, guards())).toEqual({ status: 'block' })
  })

  test('wait for as many authors as are asked for', async () => {
    const store = embeddedOffences(100, () => NOW)
    const two = guards({ minActors: 2 })
    expect(await applyGuards(decided('1'), store, two)).toEqual({
      status: 'stopped',
      why: 'too few authors',
    })
    expect(await applyGuards(decided('2'), store, two)).toEqual({
      status: 'stopped',
      why: 'too few authors',
    })
    expect(await applyGuards(decided('3', 'https://remote.example/users/eve'), store, two)).toEqual(
      { status: 'block' },
    )
  })

  test('stop at so many blocks an hour', async () => {
    const store = embeddedOffences(100, () => NOW)
    const one = guards({ maxPerHour: 1 })
    expect(await applyGuards(decided('1'), store, one)).toEqual({ status: 'block' })
    expect(await applyGuards(decided('2'), store, one)).toEqual({ status: 'stopped', why: 'cap' })
  })

  function guards(also?: object) {
    return { minActors: 1, maxPerHour: 30, now: NOW, ...also }
  }

  function decided(id: string, author = BOB): BlockDecision {
    const offence = { object: `${BOB}/statuses/${id}`, author, keyId: '', at: NOW, hits: [] }
    return {
      kind: 'block',
      domain: 'remote.example',
      scope: 'subtree',
      by: 'rule:x',
      reason: '',
      offence,
    }
  }
})

describe('numbers alone', () => {
  const flood = aHit({ offence: true })
  const facts = factsOf(aCreate(note))
  const answer = factsOf(aCreate(aNote({ mentions: [ALICE], also: { inReplyTo: `${ALICE}/1` } })))
  const bare = factsOf(
    aCreate(aNote({ mentions: [ALICE], text: '', also: { inReplyTo: `${ALICE}/1` } })),
  )

  test.each<{ what: string; also: Partial<Case>; kind: string }>([
    {
      what: 'of an account of a year',
      also: { facts: { ...facts, profile: aProfile() } },
      kind: 'nothing',
    },
    {
      what: 'of an account of a day',
      also: { facts: { ...facts, profile: aProfile({ createdAt: NOW - DAY }) } },
      kind: 'block',
    },
    { what: 'of an answer in words', also: { facts: answer }, kind: 'nothing' },
    { what: 'of a bare link below a post of ours', also: { facts: bare }, kind: 'block' },
    {
      what: 'of an answer that is one of a campaign',
      also: { facts: answer, hits: [flood, aHit({ rule: 'campaign' })] },
      kind: 'block',
    },
    {
      what: 'while the memory is away',
      also: { facts: { ...facts, history: past({ isPartial: true }) } },
      kind: 'nothing',
    },
  ])('are held against a domain or not: $what', ({ also, kind }) => {
    expect(judgeOffence(aCase(also)).kind).toBe(kind)
    const listed = [aHit({ rule: 'banned-url', offence: true, absolute: true })]
    expect(judgeOffence(aCase({ ...also, hits: listed })).kind).toBe('block')
  })

  test('of somebody whom one of ours has followed for a day open a notice', () => {
    const followed = (since: number) => {
      const history = past({ author: { cleanDays: 0, followedSince: since } })
      return judgeOffence(aCase({ facts: { ...facts, history } })).kind
    }
    expect(followed(NOW - DAY)).toBe('notice')
    expect(followed(NOW - DAY + 1)).toBe('block')
  })
})
