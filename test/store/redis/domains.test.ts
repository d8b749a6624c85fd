// What is particular to domains in Redis: short keys that all expire, a bound on how many there are, and nothing known while it is away.
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { openDomains } from '../../../src/store/known-domains.ts'
import { openRedisStore } from '../../../src/store/redis/store.ts'
import { type RedisServer, startRedis } from '../../support/redis.ts'
import { NOON, quiet } from '../build.ts'
import { anAuthor, DAY, many } from '../sightings.ts'

let server: RedisServer

beforeAll(async () => {
  server = await startRedis()
})
beforeEach(() => server.flush())
afterAll(() => server.stop())

async function open() {
  const store = await openRedisStore({ url: server.url, now: () => NOON, log: quiet })
  onTestFinished(() => store.close())
  return store.domains
}

const lesson = { domain: 'remote.example', author: anAuthor('momo'), at: NOON } as const

async function keys(): Promise<readonly string[]> {
  const all = (await server.ask('KEYS', '*')) as string[]
  return all.filter((key) => !/:(epoch|blocks|stream)$/.test(key))
}

test('every key is short, names nobody and expires', async () => {
  const domains = await open()
  await domains.learn({ ...lesson, outcome: 'dropped', follow: 'begun' })
  const found = await keys()
  expect(found).toHaveLength(5)
  expect(found.filter((key) => !/^\{sekisho\}:[a-z]{4,10}(?::[\w-]{22})?$/.test(key))).toEqual([])
  for (const key of found) {
    const ttl = Number(await server.ask('PTTL', key))
    expect(ttl).toBeGreaterThan(179 * DAY)
    expect(ttl).toBeLessThanOrEqual(180 * DAY)
  }
})

test('where there is no room the domain without a follow goes that was silent for longest', async () => {
  const domains = await open()
  await domains.learn({ ...lesson, outcome: 'clean', follow: 'begun' })
  await domains.learn({ ...lesson, domain: 'silent.example', outcome: 'clean', at: NOON + 1 })
  await domains.learn({ ...lesson, domain: 'loud.example', outcome: 'clean', at: NOON + 9 })
  const members = (part: number) =>
    many(20_000, (number) => [String(NOON + 5), `filler${part}-${number}`]).flat()
  for (const part of [0, 1, 2, 3, 4])
    await server.ask('ZADD', '{sekisho}:domains', ...members(part))
  await server.ask('ZREM', '{sekisho}:domains', 'filler0-0', 'filler0-1', 'filler0-2')
  await domains.learn({ ...lesson, domain: 'new.example', outcome: 'clean', at: NOON + 10 })
  const known = async (domain: string) => (await domains.past(domain)).people === 1
  expect(await known('silent.example')).toBe(false)
  for (const domain of ['remote.example', 'loud.example', 'new.example']) {
    expect(await known(domain)).toBe(true)
  }
})

test('while Redis is away nothing is known and nothing learned, which is counted', async () => {
  const faults: string[] = []
  const domains = openDomains({ store: await open(), onFault: (what) => faults.push(what) })
  await domains.learn({ ...lesson, outcome: 'clean' })
  expect(await domains.past('remote.example')).toMatchObject({ people: 1 })
  expect(faults).toEqual([])
  await server.kill()
  onTestFinished(() => server.restart())
  await domains.learn({ ...lesson, outcome: 'clean' })
  expect(await domains.past('remote.example')).toBeUndefined()
  expect(faults).toEqual(['domains', 'domains'])
})
