import { createVerify } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { remoteFetch } from '../../src/remote/fetch.ts'
import { type KeysOptions, openKeys } from '../../src/remote/keys.ts'
import { relayActor } from '../../src/remote/relay-actor.ts'
import type { KeyCache, KeyDocument } from '../../src/store/store.ts'
import { recordedDeliveries } from '../support/deliveries.ts'
import { aSigner } from '../support/sign.ts'
import { type Asked, type RemoteServer, startRemoteServer } from './remote-server.ts'

const alice = aSigner({ owner: 'https://remote.test/users/alice' })
const rotated = aSigner({ owner: alice.owner, pair: 1 })
const HOSTS = ['remote.test', 'home.test', 'secure.test', 'gts.test', 'hollo.test']
const MORE_HOSTS = ['misskey.test', 'snac.test', 'evil.test']
const MINUTE = 60_000

let server: RemoteServer
let now = Date.UTC(2026, 10, 22)
const clock = () => now
const actor = await relayActor({
  domain: 'social.example',
  identity: { getOrCreate: (_, fresh) => fresh() },
})

beforeAll(async () => {
  server = await startRemoteServer()
})
afterAll(() => server.close())
beforeEach(() => {
  server.asked.length = 0
  server.answers.clear()
  serve(alice.owner, alice.actor)
})

describe('a key', () => {
  test('is found at its own server, from then on in memory', async () => {
    const keys = open()
    const first = await keys.find(alice.keyId)
    expect(first).toMatchObject({ status: 'found', cached: false })
    expect(first).toMatchObject({ key: { keyId: alice.keyId, owner: alice.owner } })
    expect(first.status === 'found' && first.key.key.equals(alice.publicKey)).toBe(true)
    expect(await keys.find(alice.keyId)).toMatchObject({ status: 'found', cached: true })
    expect(urls()).toEqual([alice.owner])
  })

  test('is asked for as ActivityStreams, unsigned', async () => {
    await open().find(alice.keyId)
    const { headers } = server.asked[0]!
    expect(headers.accept).toBe(
      'application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
    )
    expect(headers.signature).toBeUndefined()
  })

  test('is fetched once for a hundred who ask at the same time, however they spell it', async () => {
    const keys = open()
    const spellings = [alice.keyId, alice.keyId.replace('remote', 'REMOTE')]
    const found = await Promise.all(
      Array.from({ length: 100 }, (_, at) => keys.find(spellings[at % 2]!)),
    )
    expect(new Set(found.map(({ status }) => status))).toEqual(new Set(['found']))
    expect(urls()).toEqual([alice.owner])
  })

  test('is stored for other processes, and found there without asking anybody', async () => {
    const cache = mapCache()
    await open({ cache }).find(alice.keyId)
    expect(await open({ cache }).find(alice.keyId)).toMatchObject({ status: 'found', cached: true })
    expect(urls()).toEqual([alice.owner])
  })

  test('is fetched again after a day', async () => {
    const keys = open()
    await keys.find(alice.keyId)
    now += 24 * 60 * MINUTE + 1
    expect(await keys.find(alice.keyId)).toMatchObject({ status: 'found', cached: false })
  })

  test('is found although the store fails, and the failures are counted', async () => {
    const faults: string[] = []
    const dead = () => Promise.reject(new Error('the store is down'))
    const cache = { get: dead, put: dead, forget: dead }
    const keys = open({ cache, onFault: (what) => faults.push(what) })
    expect(await keys.find(alice.keyId)).toMatchObject({ status: 'found' })
    expect(faults).toEqual(['key cache read', 'key cache write'])
  })

  test('that the store holds in broken form counts as a fault and is fetched', async () => {
    const faults: string[] = []
    const cache = mapCache()
    const { keyId, owner } = alice
    await cache.put({ keyId, owner, pem: 'broken', fetchedAt: now }, MINUTE)
    const keys = open({ cache, onFault: (what) => faults.push(what) })
    expect(await keys.find(keyId)).toMatchObject({ status: 'found', cached: false })
    expect(faults).toEqual(['key cache read'])
  })
})

describe('recorded servers', () => {
  const recorded = new Map(recordedDeliveries().map((each) => [each.keyId, each]))

  test.each([...recorded.keys()])('prove %s with one request', async (keyId) => {
    for (const [url, document] of Object.entries(recorded.get(keyId)!.documents)) {
      serve(url, document as object)
    }
    expect(await open().find(keyId)).toMatchObject({ status: 'found', key: { keyId } })
    expect(server.asked).toHaveLength(1)
  })
})

describe('a refresh', () => {
  test('brings the new key after a rotation', async () => {
    const keys = open()
    await keys.find(alice.keyId)
    serve(alice.owner, rotated.actor)
    now += MINUTE
    const fresh = await keys.refresh(alice.keyId)
    expect(fresh).toMatchObject({ status: 'found', cached: false })
    expect(fresh.status === 'found' && fresh.key.key.equals(rotated.publicKey)).toBe(true)
    const found = await keys.find(alice.keyId)
    expect(found.status === 'found' && found.key.key.equals(rotated.publicKey)).toBe(true)
  })

  test('asks at most once a minute, and answers with the known key meanwhile', async () => {
    const keys = open()
    await keys.find(alice.keyId)
    now += MINUTE
    await Promise.all(Array.from({ length: 50 }, () => keys.refresh(alice.keyId)))
    now += MINUTE - 1
    expect(await keys.refresh(alice.keyId)).toMatchObject({ status: 'found', cached: true })
    expect(server.asked).toHaveLength(2)
    now += 1
    await keys.refresh(alice.keyId)
    expect(server.asked).toHaveLength(3)
  })

  test('does not ask for what another process has just fetched', async () => {
    const cache = mapCache()
    await open({ cache }).find(alice.keyId)
    const keys = open({ cache })
    await keys.find(alice.keyId)
    expect(await keys.refresh(alice.keyId)).toMatchObject({ status: 'found', cached: true })
    expect(server.asked).toHaveLength(1)
  })

  test.each([
    { answer: { status: 500 }, status: 'unavailable' },
    { answer: { status: 410 }, status: 'gone' },
    { answer: { body: '{}' }, status: 'unproved' },
  ])('that ends $status takes the good key from nobody', async ({ answer, status }) => {
    const keys = open()
    await keys.find(alice.keyId)
    server.answers.set(alice.owner, answer)
    now += MINUTE
    expect(await keys.refresh(alice.keyId)).toMatchObject({ status })
    expect(await keys.find(alice.keyId)).toMatchObject({ status: 'found', cached: true })
    expect(await keys.refresh(alice.keyId)).toMatchObject({ status: 'found', cached: true })
  })
})

describe('failures are remembered', () => {
  test.each([
    { case: 'gone', answer: { status: 410 }, status: 'gone', minutes: 24 * 60 },
    { case: 'not there', answer: { status: 404 }, status: 'gone', minutes: 24 * 60 },
    { case: 'refused', answer: { status: 400 }, status: 'unavailable', minutes: 10 },
    { case: 'broken for the moment', answer: { status: 503 }, status: 'unavailable', minutes: 1 },
    { case: 'no proof', answer: { body: '{"id":"x"}' }, status: 'unproved', minutes: 10 },
  ])('for $minutes minutes when the key is $case', async ({ answer, status, minutes }) => {
    const keys = open()
    server.answers.set(alice.owner, answer)
    expect(await keys.find(alice.keyId)).toMatchObject({ status })
    serve(alice.owner, alice.actor)
    now += minutes * MINUTE - 1
    expect(await keys.find(alice.keyId)).toMatchObject({ status })
    expect(server.asked).toHaveLength(1)
    now += 1
    expect(await keys.find(alice.keyId)).toMatchObject({ status: 'found' })
  })

  test('for one minute when nobody answers', async () => {
    const keys = open()
    server.answers.set(alice.owner, (_, response) => {
      response.destroy()
      return 'by itself'
    })
    expect(await keys.find(alice.keyId)).toMatchObject({ status: 'unavailable' })
    serve(alice.owner, alice.actor)
    expect(await keys.find(alice.keyId)).toMatchObject({ status: 'unavailable' })
    now += MINUTE
    expect(await keys.find(alice.keyId)).toMatchObject({ status: 'found' })
  })
})

describe('a document proves nothing', () => {
  test.each([
    'application/json',
    'application/ld+json',
    'text/html',
    'text/plain',
    'image/png',
    'application/octet-stream',
  ])('when it is served as %s', async (type) => {
    const headers = { 'content-type': type }
    server.answers.set(alice.owner, { headers, body: alice.actor })
    expect(await open().find(alice.keyId)).toMatchObject({ status: 'unproved' })
  })

  test.each([
    { case: 'too large', body: JSON.stringify({ ...alice.actor, x: 'y'.repeat(256 * 1024) }) },
    { case: 'no JSON', body: 'hello' },
    { case: 'an array', body: [alice.actor] },
    { case: 'too deep', body: `${'['.repeat(100)}${']'.repeat(100)}` },
    {
      case: 'of too many values',
      body: JSON.stringify({ ...alice.actor, x: Array(20_001).fill(0) }),
    },
  ])('when it is $case', async ({ body }) => {
    server.answers.set(alice.owner, { body })
    expect(await open().find(alice.keyId)).toMatchObject({ status: 'unproved' })
  })

  test.each(['alice', 'http://remote.test/users/alice#main-key', 'acct:alice@remote.test', ''])(
    'nor does the keyId %j, for which nobody is asked',
    async (keyId) => {
      expect(await open().find(keyId)).toMatchObject({ status: 'unproved' })
      expect(await open().refresh(keyId)).toMatchObject({ status: 'unproved' })
      expect(server.asked).toEqual([])
    },
  )

  test('nor does a keyId of endless length', async () => {
    const keyId = `${alice.owner}?${'x'.repeat(3_000)}`
    expect(await open().find(keyId)).toMatchObject({ status: 'unproved' })
    expect(server.asked).toEqual([])
  })

  test('when a redirect to another origin served it', async () => {
    serve('https://evil.test/alice', alice.actor)
    const headers = { location: 'https://evil.test/alice' }
    server.answers.set(alice.owner, { status: 302, headers })
    expect(await open().find(alice.keyId)).toMatchObject({ status: 'unproved' })
  })
})

describe('a key on one origin with its owner on another', () => {
  const keyId = 'https://evil.test/key'
  const victim = 'https://home.test/users/victim'
  const { publicKeyPem } = alice
  const key = { id: keyId, owner: victim, publicKeyPem }

  beforeEach(() => serve(keyId, key))

  test('is the owner’s when the owner lists it', async () => {
    serve(victim, { id: victim, publicKey: [key] })
    expect(await open().find(keyId)).toMatchObject({ status: 'found', key: { owner: victim } })
    expect(urls()).toEqual([keyId, victim])
  })

  test('is nobody’s when the claimed owner does not list it', async () => {
    serve(victim, aSigner({ owner: victim, pair: 1 }).actor)
    expect(await open().find(keyId)).toMatchObject({ status: 'unproved' })
  })

  test('is nobody’s when the claimed owner lists another key under that id', async () => {
    serve(victim, { id: victim, publicKey: { ...key, publicKeyPem: rotated.publicKeyPem } })
    expect(await open().find(keyId)).toMatchObject({ status: 'unproved' })
  })

  test('is nobody’s when the listing comes from the key’s own origin', async () => {
    serve('https://evil.test/copy', { id: victim, publicKey: key })
    server.answers.set(victim, { status: 302, headers: { location: 'https://evil.test/copy' } })
    expect(await open().find(keyId)).toMatchObject({ status: 'unproved' })
  })

  test('is gone when its owner is', async () => {
    server.answers.set(victim, { status: 410 })
    expect(await open().find(keyId)).toMatchObject({ status: 'gone' })
  })
})

describe('a server that wants to know who asks', () => {
  const carol = aSigner({ owner: 'https://secure.test/users/carol' })
  const dave = aSigner({ owner: 'https://secure.test/users/dave' })

  beforeEach(() => {
    for (const { owner, actor: document } of [carol, dave]) {
      server.answers.set(owner, (asked) =>
        isSignedByRelay(asked) ? { body: document } : { status: 401 },
      )
    }
  })

  test('is asked again with a signature that it can verify, and signed at once the next time', async () => {
    const keys = open()
    expect(await keys.find(carol.keyId)).toMatchObject({ status: 'found' })
    expect(await keys.find(dave.keyId)).toMatchObject({ status: 'found' })
    expect(urls()).toEqual([carol.owner, carol.owner, dave.owner])
  })

  test('is asked no third time when it does not like the signature either', async () => {
    server.answers.set(carol.owner, { status: 403 })
    expect(await open().find(carol.keyId)).toMatchObject({ status: 'unavailable' })
    expect(server.asked).toHaveLength(2)
  })

  test('is unavailable to whoever cannot sign', async () => {
    const { signGet: _, ...unsigned } = options()
    expect(await openKeys(unsigned).find(carol.keyId)).toMatchObject({ status: 'unavailable' })
    expect(server.asked).toHaveLength(1)
  })

  test('is asked only once about who is gone', async () => {
    server.answers.set(carol.owner, { status: 410 })
    expect(await open().find(carol.keyId)).toMatchObject({ status: 'gone' })
    expect(server.asked).toHaveLength(1)
  })
})

describe('one host', () => {
  test('is asked for sixty keys a minute, however many are named, its subdomains included', async () => {
    const keys = open()
    const keyIds = Array.from({ length: 1_000 }, (_, at) => {
      const host = at % 2 === 0 ? 'evil.test' : 'sub.evil.test'
      return `https://${host}/users/${at}#main-key`
    })
    for (const keyId of keyIds) await keys.find(keyId)
    expect(server.asked).toHaveLength(60)
    expect(await keys.find(keyIds[999]!)).toMatchObject({ status: 'unavailable' })
    expect(await keys.find(alice.keyId)).toMatchObject({ status: 'found' })
    now += MINUTE
    expect(await keys.find(keyIds[999]!)).toMatchObject({ status: 'gone' })
  })

  test('is not asked more often by naming it as the owner of others’ keys', async () => {
    const keys = open()
    const victim = 'https://home.test/users/victim'
    for (let host = 0; host < 100; host += 1) {
      const id = `https://evil${host}.test/key`
      serve(id, { id, owner: victim, publicKeyPem: alice.publicKeyPem })
      await keys.find(id)
    }
    expect(urls().filter((url) => url === victim)).toHaveLength(60)
  })

  test('still tells new keys after a flood of refreshes', async () => {
    const keys = open()
    const people = Array.from({ length: 40 }, (_, at) => `https://remote.test/users/${at}`)
    for (const owner of people) {
      serve(owner, aSigner({ owner }).actor)
      await keys.find(`${owner}#main-key`)
    }
    now += MINUTE
    for (const owner of people) await keys.refresh(`${owner}#main-key`)
    expect(server.asked).toHaveLength(40 + 30)
    expect(await keys.find(alice.keyId)).toMatchObject({ status: 'found' })
  })
})

test('what was fetched on the way is handed on with the address that served it', async () => {
  const fetched: unknown[] = []
  await open({ onFetched: (document, url) => fetched.push([document, url]) }).find(alice.keyId)
  expect(fetched).toEqual([[alice.actor, alice.owner]])
})

function open(more: Partial<KeysOptions> = {}) {
  return openKeys({ ...options(), ...more })
}

function options() {
  const evil = Array.from({ length: 100 }, (_, at) => `evil${at}.test`)
  const hosts = [...HOSTS, ...MORE_HOSTS, 'sub.evil.test', ...evil]
  const fetch = remoteFetch({
    overrides: server.overrides(...hosts),
    ownHosts: ['social.example'],
    userAgent: 'test',
  })
  const signGet = (url: URL) => actor.signGet(url, now)
  return { fetch, cache: mapCache(), now: clock, signGet }
}

function serve(url: string, body: object): void {
  server.answers.set(url, { body })
}

function urls(): string[] {
  return server.asked.map(({ url }) => url)
}

function mapCache(): KeyCache {
  const kept = new Map<string, KeyDocument>()
  return {
    get: async (keyId) => kept.get(keyId),
    async put(document) {
      kept.set(document.keyId, document)
    },
    async forget(keyId) {
      kept.delete(keyId)
    },
  }
}

/** As a server in secure mode checks it: the signature fits what really arrived. */
function isSignedByRelay({ url, headers }: Asked): boolean {
  const { pathname, search, host } = new URL(url)
  const signature = /signature="([^"]+)"$/.exec(String(headers.signature))?.[1]
  if (signature === undefined || headers.host !== host) return false
  const text = `(request-target): get ${pathname}${search}\nhost: ${host}\ndate: ${headers.date}`
  const { publicKey } = actor.document as { publicKey: { publicKeyPem: string } }
  return createVerify('sha256').update(text).verify(publicKey.publicKeyPem, signature, 'base64')
}
