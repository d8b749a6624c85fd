// The relay on a real Redis that is shared, restarted, killed, frozen, emptied and away.
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Gate } from './support/gate.ts'
import { aPost, aWorld, BANNED, MOMO, raidPost, SPAMMER } from './support/raid.ts'
import { type RedisServer, startRedis } from './support/redis.ts'
import type { World } from './support/world.ts'

const MALLORY = 'https://evil.example/users/mallory'
const PATIENCE = { timeout: 15_000, interval: 50 } // how long something may take is measured elsewhere

describe('a block made by one relay', () => {
  test('is enforced by another on the same Redis, before and after it was lifted', async () => {
    const { world } = await aSharedWorld()
    const second = await world.another()
    await world.send(world.person(SPAMMER), raidPost(SPAMMER))
    await untilBlocked(second, 1)
    await expectBlocked(world, second)
    await second.api('DELETE', '/api/blocks/spam.example')
    await untilBlocked(world, 0)
    const got = await world.send(world.person(SPAMMER), aPost({ by: SPAMMER }))
    expect(got.status).toBe(202)
    expect(world.instance.received).toHaveLength(1)
  })

  test('is made once, whichever relay the spam comes to', async () => {
    const { world } = await aSharedWorld()
    const second = await world.another()
    const spammer = world.person(SPAMMER)
    const posts = Array.from({ length: 10 }, () => raidPost(SPAMMER))
    const gates = [world, second]
    await Promise.all(posts.map((post, at) => gates[at % 2]!.send(spammer, post)))
    const { json } = await second.api('GET', '/api/blocks')
    expect(json).toMatchObject({
      total: 1,
      blocks: [{ domain: 'spam.example', by: 'rule:banned-url' }],
    })
    expect(world.instance.received).toEqual([])
  })

  test('outlives both the relay and Redis, with its evidence', async () => {
    const { world, redis } = await aSharedWorld({ aof: true })
    const spammer = world.person(SPAMMER)
    await world.send(spammer, raidPost(SPAMMER))
    await redis.kill()
    await redis.restart()
    await world.restart()
    await expectBlocked(world, world)
    const fresh = await world.another()
    await expectBlocked(world, fresh)
    expect((await fresh.api('GET', '/api/blocks/spam.example')).json).toMatchObject({
      by: 'rule:banned-url',
      offences: [{ author: SPAMMER, keyId: spammer.keyId }],
    })
  })
})

describe('while Redis is away', () => {
  test.each<{ how: string; away: (redis: RedisServer) => unknown }>([
    { how: 'killed', away: (redis) => redis.kill() },
    { how: 'frozen', away: (redis) => redis.pause() },
  ])('($how) known spammers stay blocked and clean posts pass', async ({ away }) => {
    const { world, redis } = await aSharedWorld()
    const momo = world.person(MOMO)
    await world.send(world.person(SPAMMER), raidPost(SPAMMER))
    await world.send(momo, aPost({ by: MOMO }))
    await away(redis)
    for (let round = 0; round < 5; round++) {
      await expectBlocked(world, world)
      expect((await world.send(momo, aPost({ by: MOMO }))).status).toBe(202)
    }
    const newcomer = world.person('https://good.example/users/newcomer')
    expect((await world.send(newcomer, aPost({ by: newcomer.owner }))).status).toBe(202)
    expect(world.instance.received).toHaveLength(7)
    expect(world.verdicts.slice(-11).filter(({ error }) => error)).toEqual([])
    expect(await world.metric('sekisho_store_up')).toBe(0)
    expect(await world.metric('sekisho_failed_open_total', 'what="record"')).toBe(11)
    expect((await world.api('GET', '/readyz')).status).toBe(200)
  })

  test('deliveries under way when it is killed are all answered, and it is used again when it is back', async () => {
    const { world, redis } = await aSharedWorld({ aof: true })
    const momo = world.person(MOMO)
    const posting = Array.from({ length: 40 }, () => world.send(momo, aPost({ by: MOMO })))
    await redis.kill()
    expect((await Promise.all(posting)).map(({ status }) => status)).toEqual(posting.map(() => 202))
    expect(world.instance.received).toHaveLength(40)
    await redis.restart()
    await expect.poll(() => world.metric('sekisho_store_up'), PATIENCE).toBe(1)
    await world.send(world.person(SPAMMER), raidPost(SPAMMER))
    expect((await world.api('GET', '/api/blocks')).json.total).toBe(1)
  })

  test('a new offence is blocked at once, and handed in when Redis is back', async () => {
    const { world, redis } = await aSharedWorld({ aof: true })
    const mallory = world.person(MALLORY)
    await redis.kill()
    expect((await world.send(mallory, raidPost(MALLORY))).status).toBe(202)
    await untilBlocked(world, 1)
    expect((await world.send(mallory, aPost({ by: MALLORY }))).status).toBe(202)
    expect(world.instance.received).toEqual([])
    await redis.restart()
    await expect.poll(() => domainsIn(redis), PATIENCE).toEqual(['evil.example'])
  })

  test('a block by hand is in force at once, and handed in when Redis is back', async () => {
    const { world, redis } = await aSharedWorld({ aof: true })
    await redis.kill()
    const added = await world.api('POST', '/api/blocks', { domain: 'evil.example' })
    expect(added.json).toMatchObject({ status: 'journaled' })
    await world.send(world.person(MALLORY), aPost({ by: MALLORY }))
    expect(world.verdicts.at(-1)).toMatchObject({ action: 'drop', block: { by: 'operator' } })
    await redis.restart()
    await expect.poll(() => domainsIn(redis), PATIENCE).toEqual(['evil.example'])
    await world.send(world.person(MALLORY), aPost({ by: MALLORY }))
    expect(world.instance.received).toEqual([])
  })
})

describe('a Redis that was emptied', () => {
  test('gets its blocks back, and not one delivery of theirs passes meanwhile', async () => {
    const { world, redis } = await aSharedWorld()
    const spammer = world.person(SPAMMER)
    await world.send(spammer, raidPost(SPAMMER))
    await redis.flush()
    await expect
      .poll(async () => {
        await world.send(spammer, aPost({ by: SPAMMER }))
        return domainsIn(redis)
      }, PATIENCE)
      .toEqual(['spam.example'])
    expect(world.instance.received).toEqual([])
    const fresh = await world.another()
    await expectBlocked(world, fresh)
    expect(await world.metric('sekisho_failed_open_total', 'what="blocks-lost"')).toBeGreaterThan(0)
  })

  test('gets the evidence of its blocks back, too', async () => {
    const { world, redis } = await aSharedWorld()
    await world.send(world.person(SPAMMER), raidPost(SPAMMER))
    await redis.flush()
    await expect.poll(() => domainsIn(redis), PATIENCE).toEqual(['spam.example'])
    const { json } = await world.api('GET', '/api/blocks/spam.example')
    expect(json).toMatchObject({ by: 'rule:banned-url', offences: [{ author: SPAMMER }] })
  })

  test('gets the relay’s own key back', async () => {
    const { world, redis } = await aSharedWorld()
    const before = await actorOf(world)
    await redis.flush()
    await world.restart()
    expect(await actorOf(world)).toEqual(before)
  })
})

describe('a start while Redis is away', () => {
  test('without a snapshot serves nobody until the list was read', async () => {
    const redis = await aRedis({ aof: true })
    await redis.kill()
    const world = await aWorld({ store: redis.url, flags: [BANNED] })
    expect((await world.send(world.person(MOMO), aPost({ by: MOMO }))).status).toBe(503)
    expect(world.verdicts).toMatchObject([{ action: 'defer', error: 'relay-not-ready' }])
    expect((await world.api('GET', '/readyz')).status).toBe(503)
    expect((await world.api('GET', '/healthz')).status).toBe(200)
    await redis.restart()
    await expect.poll(async () => (await world.api('GET', '/readyz')).status, PATIENCE).toBe(200)
    expect((await world.send(world.person(MOMO), aPost({ by: MOMO }))).status).toBe(202)
  })

  test('with a snapshot enforces it, and clean posts pass', async () => {
    const { world, redis } = await aSharedWorld({ aof: true })
    await world.send(world.person(SPAMMER), raidPost(SPAMMER))
    await redis.kill()
    await world.restart()
    expect((await world.api('GET', '/readyz')).status).toBe(200)
    await expectBlocked(world, world)
    expect((await world.send(world.person(MOMO), aPost({ by: MOMO }))).status).toBe(202)
    expect(world.instance.received).toHaveLength(1)
  })
})

async function aRedis(setup: Parameters<typeof startRedis>[0] = {}): Promise<RedisServer> {
  const redis = await startRedis(setup)
  onTestFinished(() => redis.stop())
  return redis
}

async function aSharedWorld(setup: Parameters<typeof startRedis>[0] = {}) {
  const redis = await aRedis(setup)
  return { redis, world: await aWorld({ store: redis.url, flags: [BANNED] }) }
}

async function untilBlocked(gate: Gate, domains: number): Promise<void> {
  await expect.poll(() => gate.metric('sekisho_blocked_domains'), PATIENCE).toBe(domains)
}

/** A harmless post of the spammer's goes nowhere. */
async function expectBlocked(world: World, gate: Gate): Promise<void> {
  const before = world.instance.received.length
  const got = await gate.send(world.person(SPAMMER), aPost({ by: SPAMMER }))
  expect(got.status).toBe(202)
  expect(world.instance.received).toHaveLength(before)
  expect(gate.verdicts.at(-1)).toMatchObject({
    action: 'drop',
    block: { domain: 'spam.example', by: 'rule:banned-url' },
  })
}

async function domainsIn(redis: RedisServer): Promise<unknown> {
  return redis.ask('HKEYS', '{sekisho}:blocks')
}

async function actorOf(world: World): Promise<unknown> {
  const answer = await fetch(`http://127.0.0.1:${world.relay().port}/sekisho/actor`)
  return answer.json()
}
