import { describe, expect, test } from 'vitest'
import type { JsonObject, JsonValue } from '../../src/json.ts'
import { readJson } from '../../src/json.ts'
import { ALICE, BOB, factsOf, HOME, proved } from '../support/build.ts'
import { recordedDeliveries } from '../support/deliveries.ts'

const BEGUN = { kind: 'begun', by: ALICE }
const ENDED = { kind: 'ended', by: ALICE }
const GONE = { kind: 'gone' }

const aFollow = (also?: JsonObject): JsonObject => ({
  id: `${ALICE}/follows/1`,
  type: 'Follow',
  actor: ALICE,
  object: BOB,
  ...also,
})
const told = (type: string, object: JsonValue, also?: JsonObject) =>
  factsOf({ id: `${BOB}/told/1`, type, actor: BOB, object, ...also }).follow

describe('a follow by one of ours', () => {
  test.each<{ what: string; object: JsonValue }>([
    { what: 'as it was asked for', object: aFollow() },
    { what: 'without an id', object: aFollow({ id: null }) },
    { what: 'with whole actors', object: aFollow({ actor: { id: ALICE, type: 'Person' } }) },
    { what: 'in a list', object: [aFollow({ actor: [ALICE], object: [BOB] })] },
    { what: 'in another spelling', object: aFollow({ object: BOB.replace('remote', 'REMOTE') }) },
  ])('begins by an Accept of the Follow $what', ({ object }) => {
    expect(told('Accept', object)).toEqual(BEGUN)
  })

  test.each<{ what: string; type: string; object: JsonValue }>([
    { what: 'a Reject', type: 'Reject', object: aFollow() },
    {
      what: 'a Reject of what the server made up itself',
      type: 'Reject',
      object: aFollow({ id: `${BOB}/removed/1` }),
    },
    {
      what: 'an Undo of the Accept',
      type: 'Undo',
      object: { type: 'Accept', actor: BOB, object: aFollow() },
    },
    { what: 'a Block', type: 'Block', object: ALICE },
    { what: 'a Block of a whole actor', type: 'Block', object: { id: ALICE, type: 'Person' } },
  ])('ends by $what', ({ type, object }) => {
    expect(told(type, object)).toEqual(ENDED)
  })

  test.each<{ what: string; type: string; object: JsonValue }>([
    { what: 'the deleted account', type: 'Delete', object: BOB },
    { what: 'a tombstone of it', type: 'Delete', object: { id: BOB, type: 'Tombstone' } },
    { what: 'a Move', type: 'Move', object: BOB },
  ])('ends for everybody by $what', ({ type, object }) => {
    expect(told(type, object, { target: 'https://new.example/users/bob' })).toEqual(GONE)
  })
})

describe('nothing is told of a follow', () => {
  const STRANGER = 'https://third.example/users/carol'

  test.each<{ what: string; type: string; object: JsonValue }>([
    { what: 'an Accept of an id', type: 'Accept', object: `${ALICE}/follows/1` },
    { what: 'a Reject of an id', type: 'Reject', object: `${ALICE}/follows/1` },
    { what: 'an Undo of an id', type: 'Undo', object: `${BOB}/accepts/1` },
    { what: 'an Accept of nothing', type: 'Accept', object: null },
    { what: 'a stranger’s follower', type: 'Accept', object: aFollow({ actor: STRANGER }) },
    { what: 'a follow of somebody else', type: 'Accept', object: aFollow({ object: STRANGER }) },
    { what: 'two followers', type: 'Accept', object: aFollow({ actor: [ALICE, STRANGER] }) },
    { what: 'two followed', type: 'Accept', object: aFollow({ object: [BOB, STRANGER] }) },
    { what: 'two Follows', type: 'Accept', object: [aFollow(), aFollow()] },
    { what: 'a Follow beside an id', type: 'Accept', object: [`${BOB}/1`, aFollow()] },
    {
      what: 'a Follow that none of ours has made',
      type: 'Accept',
      object: aFollow({ id: `${BOB}/follows/1` }),
    },
    { what: 'an invitation', type: 'Accept', object: aFollow({ type: 'Join' }) },
    { what: 'a relay', type: 'Accept', object: aFollow({ object: 'as:Public' }) },
    { what: 'the end of a block', type: 'Undo', object: { type: 'Block', object: ALICE } },
    { what: 'a post by one of ours', type: 'Undo', object: { type: 'Like', object: ALICE } },
    { what: 'a stranger’s block', type: 'Block', object: STRANGER },
    { what: 'a block of two', type: 'Block', object: [ALICE, `https://${HOME}/users/bo`] },
    { what: 'a deleted post', type: 'Delete', object: `${BOB}/statuses/1` },
    { what: 'another’s deletion', type: 'Delete', object: STRANGER },
    { what: 'another’s Move', type: 'Move', object: STRANGER },
    { what: 'a Follow of ours', type: 'Follow', object: ALICE },
  ])('by $what', ({ type, object }) => {
    expect(told(type, object)).toBeUndefined()
  })

  test.each([
    '/actor',
    '/i/actor',
    '/relay',
    '/internal/fetch',
    '/users/instance.actor',
    '/users/relay.actor',
    `/users/${HOME}`,
    '/accounts/peertube',
    '/',
  ])('where the instance itself follows as %s', (path) => {
    const actor = `https://${HOME}${path}`
    expect(told('Accept', aFollow({ actor }))).toBeUndefined()
  })

  test('without a proof of the author', () => {
    const json = { type: 'Accept', actor: BOB, object: aFollow() }
    const proof = { status: 'missing', author: BOB, why: 'no signature' } as const
    expect(factsOf(json, { proof }).follow).toBeUndefined()
    expect(factsOf(json, { proof: proved(STRANGER) }).follow).toBeUndefined()
  })

  test('by an Accept that means something else as well', () => {
    const renamed = { '@context': [{ Accept: 'as:Create' }] }
    expect(told('Accept', aFollow(), renamed)).toBeUndefined()
    expect(told('Accept', aFollow(), { type: ['Accept', 'Reject'] })).toBeUndefined()
  })
})

describe('of what servers really send', () => {
  const KINDS = [
    ['begun', /-accept-follow-/],
    ['ended', /-(?:reject-follow|block)-(?=\d)/],
  ] as const
  const recorded = recordedDeliveries().map((each) => ({
    ...each,
    receiver: /-to-(\w+)-/.exec(each.name)![1]!,
    json: bodyOf(each.delivery.body),
  }))
  const toldBy = ({ json, receiver, activity }: (typeof recorded)[number]) =>
    factsOf(json, {
      proof: proved(activity.actor),
      local: { domains: [`${receiver}.test`], isOpen: () => false },
    }).follow

  test.each(KINDS)('a follow is %s by each that says so', (kind, name) => {
    const saying = recorded.filter((each) => name.test(each.name) && !/-undo-/.test(each.name))
    expect(saying.length).toBeGreaterThan(3)
    for (const each of saying) {
      const host = `https://${each.receiver}.test/`
      expect(toldBy(each), each.name).toEqual({ kind, by: expect.stringContaining(host) })
    }
  })

  test('nothing is told by any other', () => {
    const others = recorded.filter(
      ({ name }) => /-undo-/.test(name) || !KINDS.some(([, kind]) => kind.test(name)),
    )
    expect(others.length).toBeGreaterThan(100)
    for (const each of others) expect(toldBy(each), each.name).toBeUndefined()
  })
})

function bodyOf(body: Buffer): JsonObject {
  const reading = readJson(body)
  if (reading.status === 'refused') throw new Error(reading.why)
  return reading.activities[0]!
}
