// Whoever is named without proof is not touched: forgers, carriers and tricks of attribution leave no trace on the innocent.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { signJsonLd, signObject } from '@fedify/fedify/sig'
import { Create } from '@fedify/vocab'
import { exportMultibaseKey } from '@fedify/vocab-runtime'
import { Pool } from 'undici'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Delivery } from '../src/delivery.ts'
import { contextLoader } from '../src/fedify/contexts.ts'
import type { JsonObject } from '../src/json.ts'
import type { Relay } from '../src/relay.ts'
import { ALICE, HOME } from './support/build.ts'
import {
  anActivity,
  aPost,
  aWorld,
  BANNED,
  floodPost,
  MOMO,
  RAID,
  raidPost,
  SPAMMER,
} from './support/raid.ts'
import { type RedisServer, startRedis } from './support/redis.ts'
import { aSigner, type Signer } from './support/sign.ts'
import type { World } from './support/world.ts'

const MALLORY = 'https://evil.example/users/mallory'
const CARRIER = 'https://carrier.example/actor'
const KIKI = 'https://good.example/users/kiki'
const DAY = 86_400_000

describe('ten thousand forged deliveries in the name of good.example', () => {
  test('leave nothing in Redis but their verdicts and the key of the one who signed as himself', async () => {
    const forged = forgeries()
    const redis = await aRedis()
    const world = await aWorld({ flags: [BANNED], store: redis.url })
    const people = await publishPeople(world)
    const before = await keyspace(redis)
    await flood(world, forged, 10_000)
    expect(world.verdicts).toHaveLength(10_001)
    const changed = changes(before, await keyspace(redis))
    const learned = changed.filter((name) => name.startsWith('{sekisho}:key:'))
    const keys = await Promise.all(learned.map((name) => redis.ask('GET', name)))
    const { keyId, owner, publicKeyPem: pem } = people.mallory
    expect(keys.map((text) => JSON.parse(String(text)))).toMatchObject([{ keyId, owner, pem }])
    const rest = changed.filter((name) => !name.startsWith('{sekisho}:key:'))
    expect(rest.sort()).toEqual(['{sekisho}:verdicts', '{sekisho}:verdicts:ids'])
    await expectUntouched(world, people)
  }, 120_000)

  test('leave nothing in the embedded store either, as two thousand of them show', async () => {
    const forged = forgeries()
    const seen: Relay[] = []
    const replace = (relay: Relay) => {
      seen.push(relay)
      return {}
    }
    const world = await aWorld({ flags: [BANNED], replace })
    const people = await publishPeople(world)
    await flood(world, forged, 2_000)
    const { offences, blocks } = seen[0]!
    expect(blocks.size).toBe(0)
    const authors = [GHOSTS[0]!, GHOSTS[1]!, MOMO]
    for (const [before, author] of authors.entries()) {
      const offence = { domain: 'good.example', author, at: Date.now(), windowMs: DAY }
      expect(await offences.claim(postIdOf(author), DAY)).toBe(true)
      expect(await offences.noteAuthor(offence)).toBe(before + 1)
    }
    expect(await readFile(join(world.folder, 'journal.ndjson'), 'utf8')).not.toContain(
      'good.example',
    )
    await expectUntouched(world, people)
  }, 120_000)
})

describe('what is wrongly attributed', () => {
  const context = (also: JsonObject): JsonObject['x'] => [
    'https://www.w3.org/ns/activitystreams',
    also,
  ]
  const hidden = {
    actor: 'https://evil.example/ns#actor',
    by: { '@id': 'as:actor', '@type': '@id' },
  }
  const mine = raidPost(MALLORY)
  const theirs = raidPost(MOMO)
  test.each<{ how: string; activity: JsonObject }>([
    { how: 'to good.example by a key of evil.example', activity: theirs },
    { how: 'to two actors', activity: { ...mine, actor: [MALLORY, MOMO] } },
    {
      how: 'to two actors, the other first',
      activity: { ...mine, actor: [MOMO, { id: MALLORY }] },
    },
    {
      how: 'to one actor for JSON-LD, another for plain keys',
      activity: { ...mine, '@context': context(hidden), by: MOMO },
    },
    {
      how: 'the other way round',
      activity: { ...theirs, '@context': context(hidden), by: MALLORY },
    },
    {
      how: 'by an object id of another origin',
      activity: raidPost(MALLORY, { id: `${MOMO}/statuses/9` }),
    },
    { how: 'by an object that is another’s', activity: raidPost(MALLORY, { attributedTo: MOMO }) },
    { how: 'to one of ours', activity: { ...raidPost(ALICE), actor: ALICE } },
    { how: 'in a boost of the innocent', activity: anActivity(MALLORY, 'Announce', theirs.object) },
    {
      how: 'in a group’s Announce of a whole activity',
      activity: anActivity(MALLORY, 'Announce', theirs),
    },
  ])('$how is dropped and held against nobody', async ({ activity }) => {
    const world = await aWorld({ flags: [BANNED] })
    world.person(MOMO)
    await world.send(world.person(MALLORY, {}, { pair: 1 }), activity)
    expect(world.instance.received).toEqual([])
    expect(world.verdicts).toMatchObject([{ action: 'drop' }])
    expect(await blockedDomains(world)).toEqual([])
  })

  const spam = raidPost(SPAMMER).object
  const quoting = (also: JsonObject) => aPost({ by: MOMO, mentions: [ALICE], also })
  test.each<{ how: string; activity: JsonObject }>([
    { how: 'in a quote that embeds the quoted post', activity: quoting({ quote: spam }) },
    { how: 'in a preview of another’s post', activity: quoting({ preview: spam }) },
    { how: 'beside a post of one’s own', activity: besideOwn(spam) },
  ])('$how is held against nobody', async ({ activity }) => {
    const world = await aWorld({ flags: [BANNED] })
    await world.send(world.person(MOMO), activity)
    expect(world.verdicts).toMatchObject([{ action: 'drop' }])
    expect(await blockedDomains(world)).toEqual([])
  })

  test.each([
    {
      how: 'a key that names another owner',
      url: 'https://evil.example/key',
      key: (signer: Signer) => keyDocument(signer),
    },
    {
      how: 'an actor whose key names another owner',
      url: MALLORY,
      key: (signer: Signer) => ({ ...signer.actor, id: MALLORY }),
    },
    {
      how: 'an actor document with another id',
      url: MALLORY,
      key: (signer: Signer) => signer.actor,
    },
  ])('by $how proves nothing', async ({ url, key }) => {
    const world = await aWorld({ flags: [BANNED] })
    world.person(MOMO)
    const forger = aSigner({ owner: MOMO, keyId: `${url}#main-key`, pair: 1 })
    world.publish(url, key(forger))
    await world.send(forger, raidPost(MOMO))
    await world.send(forger, raidPost(MALLORY))
    expect(world.verdicts).toMatchObject([
      { action: 'drop', sender: { proof: 'invalid' } },
      { action: 'drop', sender: { proof: 'invalid' } },
    ])
    expect(await blockedDomains(world)).toEqual([])
  })

  test('is not the host of the key: its owner is held to account, who lists it', async () => {
    const world = await aWorld({ flags: [BANNED] })
    const spammer = aSigner({ owner: SPAMMER, keyId: 'https://keys.example/k1' })
    world.publish('https://keys.example/k1', keyDocument(spammer))
    world.publish(SPAMMER, spammer.actor)
    await world.send(spammer, raidPost(SPAMMER))
    expect(world.verdicts).toMatchObject([{ action: 'drop', sender: { proof: 'verified' } }])
    expect(await blockedDomains(world)).toEqual(['spam.example'])
  })

  test('are hosts that a spammer mentions and links to: only its own is blocked', async () => {
    const world = await aWorld({ flags: [BANNED] })
    const link = '<a href="https://good.example/@momo/1">https://good.example/@momo/1</a>'
    const post = aPost({ by: SPAMMER, text: `${link} ${RAID}`, mentions: [ALICE, MOMO] })
    await world.send(world.person(SPAMMER), post)
    expect(await blockedDomains(world)).toEqual(['spam.example'])
    await world.send(world.person(MOMO), aPost({ by: MOMO }))
    expect(world.instance.received).toHaveLength(1)
  })
})

describe('spam that another server carries', () => {
  test.each([
    { proof: 'an LD signature', sign: ldSigned },
    { proof: 'a proof of FEP-8b32', sign: fepSigned },
  ])(
    'with $proof by its author blocks the author’s domain, never the carrier’s',
    async ({ sign }) => {
      const world = await aWorld({ flags: [BANNED] })
      await world.send(world.person(CARRIER), await sign(world, raidPost(SPAMMER)))
      expect(world.instance.received).toEqual([])
      expect(world.verdicts).toMatchObject([
        {
          action: 'drop',
          sender: {
            domain: 'spam.example',
            carrier: 'carrier.example',
            actor: SPAMMER,
            proof: 'verified',
          },
          block: { domain: 'spam.example' },
        },
      ])
      expect(await blockedDomains(world)).toEqual(['spam.example'])
    },
  )

  test.each([
    { how: 'without a proof', forge: async (_: World, post: JsonObject) => post },
    {
      how: 'with the carrier’s own LD signature',
      forge: (world: World, post: JsonObject) => ldSigned(world, post, CARRIER),
    },
    {
      how: 'changed after it was signed',
      forge: async (world: World, post: JsonObject) => ({
        ...(await ldSigned(world, aPost({ by: SPAMMER, mentions: [ALICE] }))),
        object: post.object,
      }),
    },
    {
      how: 'with a proof from three days ago',
      forge: (world: World, post: JsonObject) =>
        ldSigned(world, post, SPAMMER, Date.now() - 3 * DAY),
    },
  ])('$how is dropped and blocks neither', async ({ forge }) => {
    const world = await aWorld({ flags: [BANNED] })
    world.person(SPAMMER)
    await world.send(world.person(CARRIER), await forge(world, raidPost(SPAMMER)))
    expect(world.instance.received).toEqual([])
    expect(world.verdicts).toMatchObject([{ action: 'drop' }])
    expect(await blockedDomains(world)).toEqual([])
  })

  test('does not end the carrier: what it carries next goes on', async () => {
    const world = await aWorld({ flags: [BANNED] })
    const carrier = world.person(CARRIER)
    await world.send(carrier, await ldSigned(world, raidPost(SPAMMER)))
    await world.send(carrier, aPost({ by: MOMO }))
    expect(world.instance.received).toHaveLength(1)
    await world.send(carrier, aPost({ by: SPAMMER }))
    expect(world.instance.received).toHaveLength(1)
  })
})

describe('old evidence', () => {
  test('signed anew is dropped and blocks nobody', async () => {
    const world = await aWorld({ flags: [BANNED] })
    const published = new Date(Date.now() - 3 * DAY).toISOString()
    await world.send(world.person(SPAMMER), raidPost(SPAMMER, { published }))
    expect(world.verdicts).toMatchObject([{ action: 'drop', sender: { proof: 'verified' } }])
    expect(await blockedDomains(world)).toEqual([])
  })

  test('of one offence sent fifty times at once is one author’s one offence', async () => {
    const world = await aWorld({ flags: [BANNED, '--blocks.minActors=2'] })
    const spammer = world.person(SPAMMER)
    const post = raidPost(SPAMMER)
    await Promise.all(Array.from({ length: 50 }, () => world.send(spammer, post)))
    await world.send(spammer, raidPost(SPAMMER))
    expect(await blockedDomains(world)).toEqual([])
    const second = world.person('https://spam.example/users/second')
    await world.send(second, raidPost(second.owner))
    expect(await blockedDomains(world)).toEqual(['spam.example'])
  })

  test('of one offence sent fifty times at once takes one place of the hour’s blocks', async () => {
    const world = await aWorld({ flags: [BANNED, '--blocks.maxPerHour=2'] })
    const spammer = world.person(SPAMMER)
    const post = raidPost(SPAMMER)
    await Promise.all(Array.from({ length: 50 }, () => world.send(spammer, post)))
    const { json } = await world.api('GET', '/api/blocks')
    expect(json.blocks).toMatchObject([{ domain: 'spam.example', offences: [{ author: SPAMMER }] }])
    for (const host of ['evil', 'other']) {
      const another = world.person(`https://${host}.example/users/x`)
      await world.send(another, raidPost(another.owner))
    }
    expect(await blockedDomains(world)).toEqual(['evil.example', 'spam.example'])
  })
})

function besideOwn(other: JsonObject['object']): JsonObject {
  const post = aPost({ by: MOMO, mentions: [ALICE] })
  return { ...post, object: [post.object ?? null, other ?? null] }
}

const GHOSTS = Array.from({ length: 200 }, (_, each) => `https://good.example/users/ghost${each}`)

type People = Awaited<ReturnType<typeof publishPeople>>

/** Momo has been here before, Kiki not; Mallory has a good key of another host, the forger keys of his own. */
async function publishPeople(world: World) {
  const momo = world.person(MOMO, { name: 'Momo', summary: 'Gardener' })
  await world.send(momo, aPost({ by: MOMO }))
  return {
    momo,
    kiki: world.person(KIKI, { name: 'Kiki', summary: 'Gardener' }),
    mallory: world.person(MALLORY, {}, { pair: 2 }),
  }
}

type Forgery = Pick<Delivery, 'target' | 'rawHeaders' | 'body'>

/** Signed before there is a relay, which would take the work for lag of its own, and sent many times. */
function forgeries(): readonly Forgery[] {
  const mallory = aSigner({ owner: MALLORY, pair: 2 })
  const posts = [...GHOSTS, MOMO, MOMO, MOMO].flatMap((who) => [
    raidPost(who, { id: postIdOf(who) }),
    floodPost(who, RAID),
    floodPost(who),
    anActivity(who, 'Delete', who),
  ])
  return posts.flatMap((body) => {
    const owner = String(body.actor)
    const usual = { host: HOME, target: '/inbox', body, at: Date.now() }
    const forger = aSigner({ owner, pair: 1, algorithm: 'ed25519' }).deliver(usual)
    const unsigned = forger.rawHeaders.filter(
      (_, at) => forger.rawHeaders[at - (at % 2)] !== 'signature',
    )
    const other = mallory.deliver(usual)
    const rsa = aSigner({ owner, pair: 1 }).deliver(usual)
    return [forger, { ...forger, rawHeaders: unsigned }, other, rsa]
  })
}

function postIdOf(person: string): string {
  return `${person}/statuses/forged`
}

async function flood(world: World, requests: readonly Forgery[], count: number): Promise<void> {
  const connections = 24
  const pool = new Pool(`http://127.0.0.1:${world.relay().port}`, { connections })
  onTestFinished(() => pool.destroy())
  let next = 0
  const sendOn = async () => {
    for (let at = next++; at < count; at = next++) {
      const { target, rawHeaders, body } = requests[at % requests.length]!
      const headers = [...rawHeaders]
      const answer = await pool.request({ path: target, method: 'POST', headers, body })
      await answer.body.dump()
    }
  }
  await Promise.all(Array.from({ length: connections }, sendOn))
}

async function expectUntouched(world: World, { momo, kiki }: People): Promise<void> {
  expect(await blockedDomains(world)).toEqual([])
  expect(world.verdicts.filter(({ block }) => block)).toEqual([])
  const judged = world.verdicts.filter(({ error }) => error === undefined)
  expect(judged.length).toBeGreaterThan(world.verdicts.length / 2)
  expect(judged.some(({ action }) => action === 'drop')).toBe(true)
  const before = world.instance.received.length
  for (const person of [momo, kiki]) {
    const got = await world.send(person, aPost({ by: person.owner, mentions: [ALICE] }))
    expect(got.status).toBe(202)
  }
  expect(world.instance.received).toHaveLength(before + 2)
  expect(world.verdicts.slice(-2)).toMatchObject([
    { action: 'forward', score: 0, sender: { actor: MOMO, proof: 'verified' } },
    { action: 'forward', score: 0, sender: { actor: KIKI } },
  ])
}

async function blockedDomains(world: World): Promise<readonly string[]> {
  const { json } = await world.api('GET', '/api/blocks')
  return json.blocks.map(({ domain }: { domain: string }) => domain)
}

function keyDocument({ keyId, owner, publicKeyPem }: Signer): object {
  return { id: keyId, type: 'Key', owner, publicKeyPem }
}

async function aRedis(): Promise<RedisServer> {
  const redis = await startRedis()
  onTestFinished(() => redis.stop())
  return redis
}

/** Every key with all that is in it. */
async function keyspace(redis: RedisServer): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  let cursor = '0'
  do {
    const [next, keys] = (await redis.ask('SCAN', cursor, 'COUNT', '1000')) as [string, string[]]
    for (const key of keys) found.set(key, String(await redis.ask('DUMP', key)))
    cursor = next
  } while (cursor !== '0')
  return found
}

function changes(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>) {
  const names = new Set([...before.keys(), ...after.keys()])
  return [...names].filter((name) => before.get(name) !== after.get(name))
}

type Created = NonNullable<Parameters<typeof signJsonLd>[3]['created']>

async function ldSigned(
  world: World,
  post: JsonObject,
  by: string = SPAMMER,
  at: number = Date.now(),
) {
  const signer = world.person(by)
  const rsa = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  const key = await signer.privateKey.toCryptoKey(rsa, true, ['sign'])
  // Only its text is used, and Node 24 has no Temporal of its own.
  const created = { toString: () => new Date(at).toISOString() } as unknown as Created
  const signed = await signJsonLd(post, key, new URL(signer.keyId), { contextLoader, created })
  return signed as unknown as JsonObject
}

async function fepSigned(world: World, post: JsonObject): Promise<JsonObject> {
  const signer = aSigner({ owner: SPAMMER, algorithm: 'ed25519' })
  const keyId = `${SPAMMER}#ed25519-key`
  const publicKey = await signer.publicKey.toCryptoKey('Ed25519', true, ['verify'])
  const publicKeyMultibase = await exportMultibaseKey(publicKey)
  const multikey = { id: keyId, type: 'Multikey', controller: SPAMMER, publicKeyMultibase }
  world.person(SPAMMER, { assertionMethod: [multikey] })
  const loaders = { contextLoader, documentLoader: contextLoader }
  const key = await signer.privateKey.toCryptoKey('Ed25519', true, ['sign'])
  const signed = await signObject(
    await Create.fromJsonLd(post, loaders),
    key,
    new URL(keyId),
    loaders,
  )
  return (await signed.toJsonLd({ format: 'compact', contextLoader })) as JsonObject
}
