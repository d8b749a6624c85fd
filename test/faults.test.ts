// What fails, and what happens then: nothing is lost, nothing goes through unread, nobody is punished for our faults.
import type { Socket } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { JsonObject } from '../src/json.ts'
import type { Relay } from '../src/relay.ts'
import { offencesWithFallback } from '../src/store/fallback.ts'
import { ALICE, HOME } from './support/build.ts'
import {
  type StandInInstance,
  startRawInstance,
  startStreamingInstance,
} from './support/instance.ts'
import {
  anActivity,
  aPost,
  aWorld,
  BANNED,
  floodPost,
  MOMO,
  raidPost,
  SPAMMER,
} from './support/raid.ts'
import { aSigner, type Signer } from './support/sign.ts'
import type { World, WorldSetup } from './support/world.ts'

describe('an instance', () => {
  test.each([
    { does: 'closes without a word', take: (socket: Socket) => socket.destroy() },
    { does: 'closes within the head of its answer', take: say('HTTP/1.1 202 Acc') },
    {
      does: 'closes within the body of its answer',
      take: say('HTTP/1.1 202 Accepted\r\nContent-Length: 9\r\n\r\nhal'),
    },
    { does: 'speaks no HTTP', take: say('SSH-2.0-OpenSSH_9.2\r\n') },
  ])('that $does is asked again later', async ({ take }) => {
    const instance = await ended(
      startRawInstance((socket) => socket.once('data', () => take(socket))),
    )
    const world = await aWorld({ flags: [`--instance.upstream=${instance.url}`] })
    const got = await world.send(world.person(MOMO), aPost({ by: MOMO }))
    expect(got.status).toBe(503)
    expect(Number(got.headers['retry-after'])).toBeGreaterThan(0)
    expect(world.verdicts).toMatchObject([{ action: 'defer', error: 'instance-unavailable' }])
    expect(instance.connections()).toBe(1)
  })

  test('that is slower than it may be is asked again later', async () => {
    const world = await aWorld({ flags: ['--instance.timeout=300ms'], answer: () => undefined })
    expect((await world.send(world.person(MOMO), aPost({ by: MOMO }))).status).toBe(503)
    expect(world.verdicts).toMatchObject([
      { action: 'defer', error: 'instance-unavailable', notes: ['no answer in time'] },
    ])
  })

  test('that is back gets the next attempt', async () => {
    let isAway = true
    const world = await aWorld({
      answer: () => (isAway ? undefined : {}),
      flags: ['--instance.timeout=300ms'],
    })
    const momo = world.person(MOMO)
    const post = aPost({ by: MOMO })
    const answers = [await world.send(momo, post), await world.send(momo, post)]
    isAway = false
    answers.push(await world.send(momo, post), await world.send(momo, post))
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 202, 202])
  })

  test.each([200, 301, 400, 401, 403, 404, 410, 422, 429, 500, 502, 503])(
    'that answers %i is heard unchanged',
    async (status) => {
      const rawHeaders = ['X-Why', 'because', 'Retry-After', '7', 'Content-Length', '4']
      const world = await aWorld({ answer: () => ({ status, rawHeaders, body: 'what' }) })
      const got = await world.send(world.person(MOMO), aPost({ by: MOMO }))
      expect(got).toMatchObject({
        status,
        body: 'what',
        headers: { 'x-why': 'because', 'retry-after': '7' },
      })
      expect(world.verdicts).toMatchObject([{ action: 'forward' }])
    },
  )
})

describe('a key server', () => {
  test.each([
    { that: 'says nothing', serve: () => {}, why: 'deadline passed' },
    { that: 'answers 500', serve: status(500), why: 'answered 500' },
    { that: 'answers 404', serve: status(404), why: 'answered 404' },
    { that: 'serves a page', serve: page, why: 'type text/html' },
  ])('that $that lets a clean post pass unproved', async ({ serve, why }) => {
    const world = await aWorld()
    const momo = world.person(MOMO)
    world.publish(MOMO, serve)
    expect((await world.send(momo, aPost({ by: MOMO, mentions: [ALICE] }))).status).toBe(202)
    const [verdict] = world.verdicts
    expect(verdict?.action).toBe('forward')
    expect(verdict?.sender.proof).not.toBe('verified')
    expect(verdict?.notes.join()).toContain(why)
  })

  test.each(['Like', 'Delete', 'Follow', 'Undo'])(
    'that answers 404 lets a %s pass',
    async (type) => {
      const world = await aWorld()
      const ghost = aSigner({ owner: 'https://good.example/users/ghost' })
      expect((await world.send(ghost, anActivity(ghost.owner, type, ghost.owner))).status).toBe(202)
      expect(world.instance.received).toHaveLength(1)
      expect(world.verdicts).toMatchObject([
        { action: 'forward', sender: { proof: 'unavailable' } },
      ])
    },
  )

  test('that is away puts a flood off, and nobody is blocked for a banned link', async () => {
    const world = await aWorld({ flags: [BANNED] })
    const spammer = world.person(SPAMMER)
    world.publish(SPAMMER, status(500))
    const link = '<a href="https://x.example/">https://x.example/</a>'
    expect((await world.send(spammer, floodPost(SPAMMER, link))).status).toBe(503)
    expect((await world.send(spammer, raidPost(SPAMMER))).status).toBe(202)
    expect(world.verdicts.map(({ action }) => action)).toEqual(['defer', 'drop'])
    expect(world.instance.received).toEqual([])
    expect((await world.api('GET', '/api/blocks')).json.total).toBe(0)
  })

  test('is asked for two keys at most, the signer’s and a carried post’s author’s', async () => {
    const world = await aWorld()
    await world.send(aSigner({ owner: MOMO }), withBrokenProof(SPAMMER))
    expect(world.asked).toEqual([MOMO, SPAMMER])
  })

  test('is not waited for twice: what is not proved in time is unavailable', async () => {
    const world = await aWorld()
    const momo = world.person(MOMO)
    for (const url of [MOMO, SPAMMER]) world.publish(url, () => {})
    expect((await world.send(momo, withBrokenProof(SPAMMER))).status).toBe(202)
    expect(world.verdicts).toMatchObject([{ action: 'forward', sender: { proof: 'unavailable' } }])
    expect(world.asked).toEqual([MOMO, SPAMMER])
  })

  test('is asked for no more keys when a Collection carries many posts', async () => {
    const world = await aWorld()
    const people = Array.from({ length: 10 }, (_, each) => `https://other.example/users/p${each}`)
    const orderedItems = people.map(withBrokenProof)
    const context = 'https://www.w3.org/ns/activitystreams'
    const collection = { '@context': context, type: 'OrderedCollection', orderedItems }
    await world.send(aSigner({ owner: MOMO }), collection)
    expect(world.asked.length).toBeLessThanOrEqual(2)
  })
})

describe('a Collection at the top level', () => {
  test('of clean posts goes on as it is, with one verdict', async () => {
    const world = await aWorld()
    const orderedItems = [aPost({ by: MOMO }), anActivity(MOMO, 'Like', ALICE)]
    const collection = { type: 'OrderedCollection', orderedItems }
    await world.send(world.person(MOMO), collection)
    const [got] = world.instance.received
    expect(got?.body.toString()).toBe(JSON.stringify(collection))
    expect(world.verdicts).toHaveLength(1)
  })

  test('of more activities than anybody sends is refused', async () => {
    const world = await aWorld()
    const items = Array.from({ length: 21 }, () => anActivity(MOMO, 'Like', ALICE))
    const got = await world.send(world.person(MOMO), { type: 'Collection', items })
    expect(got.status).toBe(400)
    expect(world.instance.received).toEqual([])
  })
})

describe('a stage that fails', () => {
  const fail = () => {
    throw new Error('out of order')
  }
  const windows = { burstMs: 1, campaignMs: 1, establishedMs: 1 }
  const brokenRules = { evaluate: fail, windows }
  test.each<{ stage: string; replace: NonNullable<WorldSetup['replace']> }>([
    { stage: 'blocks', replace: ({ blocks }) => ({ blocks: { ...blocks, find: fail } }) },
    { stage: 'signatures', replace: () => ({ signatures: { verify: fail } }) },
    { stage: 'fedify', replace: () => ({ fedify: { read: fail } }) },
    { stage: 'proofs', replace: () => ({ proofs: { prove: fail } }) },
    { stage: 'rules', replace: () => ({ rules: brokenRules }) },
    { stage: 'memory', replace: () => ({ memory: { recall: fail } }) },
    { stage: 'actors', replace: () => ({ actors: { known: fail, profile: fail } }) },
  ])(
    '($stage) is 503 three times, then 400, and nothing goes through unread',
    async ({ replace }) => {
      const world = await aWorld({ replace })
      const post = aPost({ by: MOMO, mentions: [ALICE] })
      expect(await statusesOf(world, post, 5)).toEqual([503, 503, 503, 400, 400])
      expect(world.instance.received).toEqual([])
      expect(world.verdicts).toHaveLength(5)
      expect(world.verdicts.at(-1)).toMatchObject({
        action: 'refuse',
        error: 'activity-unreadable',
      })
      expect(await world.metric('sekisho_failed_open_total', 'what="fault"')).toBe(5)
    },
  )

  test('delivers what it cannot learn from, and counts that', async () => {
    const world = await aWorld({ replace: () => ({ remember: fail }) })
    expect(await statusesOf(world, aPost({ by: MOMO }), 1)).toEqual([202])
    expect(world.instance.received).toHaveLength(1)
    expect(await world.metric('sekisho_failed_open_total', 'what="remember"')).toBe(1)
  })

  test('keeps nothing back where the relay only observes', async () => {
    const flags = ['--mode=observe']
    const world = await aWorld({ flags, replace: () => ({ rules: brokenRules }) })
    expect(await statusesOf(world, aPost({ by: MOMO }), 2)).toEqual([202, 202])
    expect(world.instance.received).toHaveLength(2)
    expect(await world.metric('sekisho_failed_open_total', 'what="fault"')).toBe(2)
  })

  test('lets another delivery have its own three attempts', async () => {
    const world = await aWorld({ replace: () => ({ rules: brokenRules }) })
    expect(await statusesOf(world, aPost({ by: MOMO }), 4)).toEqual([503, 503, 503, 400])
    expect(await statusesOf(world, aPost({ by: MOMO }), 1)).toEqual([503])
  })

  test('(upstream) is not asked for for ever either', async () => {
    const upstream = { forward: fail }
    const world = await aWorld({ replace: () => ({ upstream }) })
    const post = aPost({ by: MOMO, mentions: [ALICE] })
    expect(await statusesOf(world, post, 5)).toEqual([503, 503, 503, 400, 400])
  })

  test('(Fedify, on what it cannot read) leaves the judgement to the plain keys', async () => {
    const world = await aWorld({ flags: [BANNED] })
    const spammer = world.person(SPAMMER)
    await world.send(
      spammer,
      raidPost(SPAMMER, { updated: 'yesterday', url: [{ type: 'Link', href: ':' }] }),
    )
    expect(await world.metric('sekisho_failed_open_total', 'what="fedify"')).toBe(1)
    expect(world.verdicts).toMatchObject([{ action: 'drop', block: { domain: 'spam.example' } }])
  })

  test('(records) is counted, and the delivery is answered all the same', async () => {
    const keep = () => Promise.reject(new Error('the disk is full'))
    const world = await aWorld({ replace: () => ({ keep }) })
    expect(await statusesOf(world, aPost({ by: MOMO }), 2)).toEqual([202, 202])
    expect(world.instance.received).toHaveLength(2)
    expect(await world.metric('sekisho_failed_open_total', 'what="record"')).toBe(2)
    expect(await world.metric('sekisho_deliveries_total')).toBe(2)
  })

  test('(blocks, while one is written) is made good by the next attempt', async () => {
    const world = await aWorld({ flags: [BANNED], replace: failingOnce })
    const post = raidPost(SPAMMER)
    const spammer = world.person(SPAMMER)
    expect((await world.send(spammer, post)).status).toBe(503)
    expect((await world.send(spammer, post)).status).toBe(202)
    expect((await world.api('GET', '/api/blocks')).json.total).toBe(1)
  })

  test('(the counts of offences) keeps no spammer from being dropped and blocked', async () => {
    const away = () => Promise.reject(new Error('Redis is away'))
    const store = { isClaimed: away, claim: away, noteAuthor: away, takeBlockPlace: away }
    const replace = ({ now, metrics }: Relay) => ({
      offences: offencesWithFallback({ store, now, onFault: metrics.failedOpen }),
    })
    const world = await aWorld({ flags: [BANNED], replace })
    expect((await world.send(world.person(SPAMMER), raidPost(SPAMMER))).status).toBe(202)
    expect((await world.api('GET', '/api/blocks')).json.total).toBe(1)
  })
})

describe('too much work', () => {
  test('is put off, while a blocked sender is still turned away', async () => {
    const held = await ended(startStreamingInstance(() => {}))
    const world = await aWorld({ flags: [`--instance.upstream=${held.url}`] })
    await world.api('POST', '/api/blocks', { domain: 'spam.example' })
    const momo = world.person(MOMO)
    const delivery = momo.deliver({ host: HOME, body: aPost({ by: MOMO }) })
    const waiting = Promise.all(Array.from({ length: 256 }, () => world.post(delivery)))
    await expect.poll(() => held.connections(), { timeout: 15_000 }).toBe(256)
    const late = await world.send(momo, aPost({ by: MOMO }))
    expect(late.status).toBe(503)
    expect(Number(late.headers['retry-after'])).toBeGreaterThan(0)
    const spammer = world.person(SPAMMER)
    expect((await world.send(spammer, aPost({ by: SPAMMER }))).status).toBe(202)
    expect(world.verdicts).toMatchObject([
      { action: 'defer', error: 'relay-overloaded' },
      { action: 'drop', block: { domain: 'spam.example' } },
    ])
    await held.close()
    const answers = await waiting
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]))
    expect(world.verdicts).toHaveLength(258)
  })

  test('(an event loop that lags) is put off the same way', async () => {
    const world = await aWorld({ replace: () => ({ isOverloaded: () => true }) })
    expect(await statusesOf(world, aPost({ by: MOMO }), 5)).toEqual([503, 503, 503, 503, 503])
    expect(world.instance.received).toEqual([])
    expect(world.asked).toEqual([])
  })
})

describe('a relay that has no block list yet', () => {
  test('puts everything off', async () => {
    const replace = ({ blocks }: Relay) => ({ blocks: { ...blocks, isReady: () => false } })
    const world = await aWorld({ replace })
    expect(await statusesOf(world, aPost({ by: MOMO }), 2)).toEqual([503, 503])
    expect(world.verdicts).toMatchObject([
      { error: 'relay-not-ready' },
      { error: 'relay-not-ready' },
    ])
    expect(world.instance.received).toEqual([])
  })
})

function say(text: string): (socket: Socket) => void {
  return (socket) => void socket.end(text)
}

function status(code: number) {
  return (response: { writeHead(code: number): { end(): void } }) => response.writeHead(code).end()
}

function page(response: {
  writeHead(code: number, headers: object): { end(text: string): void }
}): void {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<p>hello')
}

async function ended<T extends StandInInstance>(opening: Promise<T>): Promise<T> {
  const instance = await opening
  onTestFinished(() => instance.close())
  return instance
}

async function statusesOf(world: World, activity: JsonObject, times: number): Promise<number[]> {
  const momo: Signer = world.person(MOMO)
  const statuses: number[] = []
  for (let attempt = 0; attempt < times; attempt++) {
    statuses.push((await world.send(momo, activity)).status)
  }
  return statuses
}

/** A post with an LD signature by its author that is worth a look and does not hold. */
function withBrokenProof(by: string): JsonObject {
  const created = new Date().toISOString()
  const proof = { type: 'RsaSignature2017', creator: `${by}#main-key`, created }
  return { ...aPost({ by, text: 'carried' }), signature: { ...proof, signatureValue: 'AAAA' } }
}

function failingOnce({ blocks }: Relay): Partial<Relay> {
  let failed = false
  const add: typeof blocks.add = (addition) => {
    if (failed) return blocks.add(addition)
    failed = true
    return Promise.reject(new Error('the disk is full'))
  }
  return { blocks: { ...blocks, add } }
}
