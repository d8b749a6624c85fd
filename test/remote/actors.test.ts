import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/json.ts'
import { openActors } from '../../src/remote/actors.ts'
import { remoteFetch } from '../../src/remote/fetch.ts'
import { recordedDeliveries } from '../support/deliveries.ts'
import { type RemoteServer, startRemoteServer } from './remote-server.ts'

const ID = 'https://remote.test/users/alice'
const ALICE = {
  id: ID,
  type: 'Person',
  inbox: `${ID}/inbox`,
  preferredUsername: 'alice',
  name: 'Alice',
  summary: '<p>hello</p>',
  published: '2020-02-03T00:00:00Z',
  icon: { type: 'Image', url: 'https://remote.test/a.png' },
  attachment: [
    { type: 'PropertyValue', name: 'a', value: 'b' },
    { type: 'schema:PropertyValue', name: 'c', value: 'd' },
    { type: 'Note' },
  ],
} satisfies JsonObject
const PROFILE = {
  username: 'alice',
  name: 'Alice',
  summary: '<p>hello</p>',
  hasIcon: true,
  icon: 'https://remote.test/a.png',
  fields: 2,
  createdAt: Date.UTC(2020, 1, 3),
}
const HOUR = 3_600_000
const DEADLINE = 5_000

let server: RemoteServer
let now = Date.UTC(2026, 10, 23)

beforeAll(async () => {
  server = await startRemoteServer()
})
afterAll(() => server.close())
beforeEach(() => {
  server.asked.length = 0
  server.answers.clear()
  server.answers.set(ID, { body: ALICE })
})

function open() {
  const overrides = server.overrides('remote.test', 'evil.test')
  const fetch = remoteFetch({ overrides, ownHosts: [], userAgent: 'test' })
  return openActors({ fetch, signGet: () => ({ signature: 'ours' }), now: () => now })
}

describe('a profile', () => {
  test('is asked for once, signed, and known from then on', async () => {
    const actors = open()
    expect(actors.known(ID)).toBeUndefined()
    expect(await actors.profile(ID, DEADLINE)).toEqual(PROFILE)
    expect(await actors.profile(ID, DEADLINE)).toEqual(PROFILE)
    expect(actors.known(ID)).toEqual(PROFILE)
    expect(server.asked).toHaveLength(1)
    expect(server.asked[0]!.headers.signature).toBe('ours')
  })

  test('is asked for once by many at the same time', async () => {
    const actors = open()
    await Promise.all(Array.from({ length: 50 }, () => actors.profile(ID, DEADLINE)))
    expect(server.asked).toHaveLength(1)
  })

  test('is asked for again after six hours', async () => {
    const actors = open()
    await actors.profile(ID, DEADLINE)
    now += 6 * HOUR
    expect(actors.known(ID)).toBeUndefined()
    expect(await actors.profile(ID, DEADLINE)).toEqual(PROFILE)
    expect(server.asked).toHaveLength(2)
  })

  test('that there is none of is not asked for again for ten minutes', async () => {
    const actors = open()
    server.answers.set(ID, { status: 404 })
    expect(await actors.profile(ID, DEADLINE)).toBeUndefined()
    server.answers.set(ID, { body: ALICE })
    now += HOUR / 6 - 1
    expect(await actors.profile(ID, DEADLINE)).toBeUndefined()
    now += 1
    expect(await actors.profile(ID, DEADLINE)).toEqual(PROFILE)
  })

  test('that comes too late is there the next time', async () => {
    const actors = open()
    let answer = () => {}
    server.answers.set(ID, (_, response) => {
      answer = () => response.writeHead(200, { 'content-type': TYPE }).end(JSON.stringify(ALICE))
      return 'by itself'
    })
    expect(await actors.profile(ID, 50)).toBeUndefined()
    const next = actors.profile(ID, DEADLINE)
    answer()
    expect(await next).toEqual(PROFILE)
    expect(server.asked).toHaveLength(1)
  })

  test.each(['http://remote.test/users/alice', 'alice', ''])(
    'of %j is not asked for',
    async (id) => {
      expect(await open().profile(id, DEADLINE)).toBeUndefined()
      expect(open().known(id)).toBeUndefined()
      expect(server.asked).toEqual([])
    },
  )

  test('is asked for sixty times a minute at one host', async () => {
    const actors = open()
    for (let at = 0; at < 100; at += 1) await actors.profile(`https://evil.test/${at}`, DEADLINE)
    expect(server.asked).toHaveLength(60)
    now += 60_000
    await actors.profile('https://evil.test/99', DEADLINE)
    expect(server.asked).toHaveLength(61)
  })
})

const TYPE = 'application/activity+json'

describe('a document says nothing about an actor', () => {
  test.each([
    { case: 'when it has another id', answer: { body: { ...ALICE, id: `${ID}2` } } },
    { case: 'when it has none', answer: { body: { ...ALICE, id: [] } } },
    { case: 'when it is a key stub', answer: { body: { ...ALICE, inbox: [] } } },
    {
      case: 'when it is no ActivityStreams',
      answer: { body: ALICE, headers: { 'content-type': 'application/json' } },
    },
  ])('$case', async ({ answer }) => {
    server.answers.set(ID, answer)
    expect(await open().profile(ID, DEADLINE)).toBeUndefined()
  })

  test('when a redirect to another origin served it', async () => {
    server.answers.set(ID, { status: 302, headers: { location: 'https://evil.test/alice' } })
    server.answers.set('https://evil.test/alice', { body: ALICE })
    expect(await open().profile(ID, DEADLINE)).toBeUndefined()
  })
})

describe('a document that came with a key', () => {
  test('is learned without a fetch', async () => {
    const actors = open()
    actors.learn(ALICE, ID)
    expect(actors.known(ID)).toEqual(PROFILE)
    expect(await actors.profile(ID, DEADLINE)).toEqual(PROFILE)
    expect(server.asked).toEqual([])
  })

  test.each([
    { case: 'another address served it', url: 'https://evil.test/alice' },
    { case: 'another address of its origin served it', url: 'https://remote.test/uploads/1' },
    { case: 'it is a stub for strangers', document: { ...ALICE, inbox: [] } },
    { case: 'it has no id', document: { ...ALICE, id: [] } },
  ])('is not learned when $case', ({ document = ALICE, url = ID }) => {
    const actors = open()
    actors.learn(document, url)
    expect(actors.known(ID)).toBeUndefined()
  })
})

describe('recorded servers', () => {
  const documents = new Map(
    recordedDeliveries().flatMap((each) =>
      Object.entries(each.documents as Record<string, JsonObject>),
    ),
  )
  const learned = (url: string) => {
    const actors = open()
    actors.learn(documents.get(url)!, url)
    return actors.known(url)
  }

  test.each([
    { url: 'https://misskey.test/users/atv9fg8v0s5o0003', username: 'alice', hasIcon: false },
    { url: 'https://snac.test/dave', username: 'dave', hasIcon: true },
    { url: 'https://hollo.test/@hana', username: 'hana' },
  ])('introduce $url', ({ url, ...expected }) => {
    const profile = learned(url)
    expect(profile).toMatchObject(expected)
    expect(new Date(profile!.createdAt!).toISOString()).toMatch(/^2026-11-22T/)
  })

  test('tell strangers nothing about GoToSocial’s people, which is no blank profile', () => {
    expect(learned('https://gts.test/users/frank/main-key')).toBeUndefined()
    expect(documents.has('https://gts.test/users/frank/main-key')).toBe(true)
  })
})

test.each([
  { icon: 'https://remote.test/a.png', hasIcon: true },
  { icon: [{ url: 'https://remote.test/a.png' }], hasIcon: true },
  { icon: { url: [{ href: 'https://remote.test/a.png' }] }, hasIcon: true },
  { icon: { url: 'https://remote.test/identicon/alice@remote.test' }, hasIcon: false },
  { icon: null, hasIcon: false },
  { icon: {}, hasIcon: false },
])('the icon $icon counts as chosen: $hasIcon', ({ icon, hasIcon }) => {
  const actors = open()
  actors.learn({ ...ALICE, icon } as JsonObject, ID)
  expect(actors.known(ID)).toMatchObject({ hasIcon })
})

test('long texts are cut, so that strangers do not choose how much is kept', () => {
  const actors = open()
  actors.learn({ ...ALICE, name: 'n'.repeat(9_000), summary: 's'.repeat(90_000) }, ID)
  const profile = actors.known(ID)!
  expect([profile.name.length, profile.summary.length]).toEqual([500, 5_000])
})
