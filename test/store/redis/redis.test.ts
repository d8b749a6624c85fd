// What is particular to Redis: keys that expire, room per entry, several processes, ways to connect.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { openRedisStore } from '../../../src/store/redis/store.ts'
import type { BlockChange, Store } from '../../../src/store/store.ts'
import {
  freePort,
  launch,
  type RedisServer,
  redisProgram,
  startRedis,
} from '../../support/redis.ts'
import { aFolder, anAddition, anOffence, aPicture, NOON, quiet } from '../build.ts'

const FOR_EVER = /^\{sekisho\}:(blocks|evidence|marks|stream|epoch|identity|pictures)(:|$)/

let server: RedisServer

beforeAll(async () => {
  server = await startRedis()
})
beforeEach(() => server.flush())
afterAll(() => server.stop())

async function open(url = server.url, onFault?: (what: string) => void): Promise<Store> {
  const now = () => NOON
  const store = await openRedisStore({ url, now, log: quiet, ...(onFault && { onFault }) })
  onTestFinished(() => store.close())
  return store
}

async function useEverything({ blocks, keys, retries, offences, ...store }: Store): Promise<void> {
  await blocks.add(anAddition({ offences: [anOffence('https://x.example/1')] }))
  await blocks.add(anAddition({ domain: 'gone.example' }))
  await blocks.remove({ domain: 'gone.example', at: NOON + 1, by: 'operator' })
  await keys.put({ keyId: 'https://k.example', owner: 'o', pem: 'p', fetchedAt: NOON }, 60_000)
  await retries.note({ kind: 'hold', key: 'k', attempt: 'a', at: NOON, ttlMs: 60_000 })
  await offences.claim('https://x.example/1', 60_000)
  await offences.noteAuthor({ domain: 'x.example', author: 'a', at: NOON, windowMs: 60_000 })
  await offences.takeBlockPlace({ id: 'a', at: NOON, limit: 3 })
  await store.records.append({ id: 'r', at: NOON, json: '{}' })
  await store.audit.append({ id: 'a', at: NOON, json: '{}' })
  await store.identity.getOrCreate('actor', async () => 'key pair')
  const picture = aPicture()
  await store.pictures.add(picture)
  await store.pictures.remove(picture.id)
  await store.pictures.add(picture)
  await store.pictures.keepSight('https://x.example/1.png', '{}', 60_000)
}

test('every key carries the hash tag, and expires unless it is for ever', async () => {
  await useEverything(await open())
  const keys = (await server.ask('KEYS', '*')) as string[]
  expect(keys.length).toBeGreaterThan(14)
  expect(keys.filter((key) => !key.startsWith('{sekisho}:'))).toEqual([])
  const ttls = await Promise.all(
    keys.map(async (key) => ({ key, ttl: Number(await server.ask('PTTL', key)) })),
  )
  const kept = ttls.filter(({ ttl }) => ttl <= 0).map(({ key }) => key)
  expect(kept.filter((key) => !FOR_EVER.test(key))).toEqual([])
  expect(ttls.filter(({ key, ttl }) => ttl > 0 && FOR_EVER.test(key))).toEqual([])
})

test('a list entry takes at most 200 bytes, its evidence apart', async () => {
  const { blocks } = await open()
  const count = 4096 // the hash is full then and about to grow: its dearest moment is behind it
  const additions = Array.from({ length: count }, (_, i) =>
    anAddition({
      id: `0193a4c5-7d2e-7abc-9def-${String(i).padStart(12, '0')}`,
      domain: `server-${String(i).padStart(6, '0')}.spam.example`,
      by: 'list:tier-0',
    }),
  )
  for (let at = 0; at < count; at += 64) {
    await Promise.all(additions.slice(at, at + 64).map((addition) => blocks.add(addition)))
  }
  const sizes = ['{sekisho}:blocks', '{sekisho}:blocks:order'].map((key) =>
    server.ask('MEMORY', 'USAGE', key, 'SAMPLES', '0'),
  )
  const bytes = (await Promise.all(sizes)).reduce<number>((sum, size) => sum + Number(size), 0)
  expect(bytes / count).toBeLessThanOrEqual(200)
})

test('a change made through one store reaches the watcher of another', async () => {
  const [here, there] = [await open(), await open()]
  const changes: BlockChange[] = []
  await there.blocks.watch((change) => changes.push(change), vi.fn())
  const domains = Array.from({ length: 50 }, (_, i) => `d${i}.example`)
  await Promise.all(domains.map((domain) => here.blocks.add(anAddition({ domain }))))
  const seen = () => changes.map((change) => change.kind === 'added' && change.entry.domain)
  await vi.waitFor(() => expect(seen().sort()).toEqual(domains.sort()), 5000)
})

test('a list that somebody else is restoring is not handed out', async () => {
  const { blocks } = await open()
  await blocks.add(anAddition())
  const later = String(Math.floor(Date.now() / 1000) + 60)
  await server.ask('HSET', '{sekisho}:epoch', 'until', later, 'restorers', '1')
  await expect(blocks.all()).rejects.toThrow('being restored')
  await expect(blocks.add(anAddition())).rejects.toThrow('being restored')
})

test('errors do not carry what was to be written', async () => {
  const { identity } = await open()
  await server.ask('SADD', '{sekisho}:identity:actor', 'not a string')
  const failure = await identity.getOrCreate('actor', async () => 'PRIVATE').catch((e) => e)
  expect(failure).toBeInstanceOf(Error)
  const { cause, message } = failure as Error
  expect(JSON.stringify([cause, message, Object.entries(cause as Error)])).not.toContain('actor')
})

describe('the settings of Redis', () => {
  test('are complained about when blocks could be evicted or lost in a restart', async () => {
    const settings = ['--maxmemory', '50mb', '--maxmemory-policy', 'allkeys-lru']
    const forgetful = await startRedis({ settings })
    onTestFinished(() => forgetful.stop())
    const faults: string[] = []
    await open(forgetful.url, (what) => faults.push(what))
    expect(faults).toEqual(['redis-evicts', 'redis-volatile'])
  })

  test('are accepted with an append-only file', async () => {
    const durable = await startRedis({ aof: true })
    onTestFinished(() => durable.stop())
    const faults: string[] = []
    await open(durable.url, (what) => faults.push(what))
    expect(faults).toEqual([])
  })

  test('may give the relay a user that reaches nothing else', async () => {
    const rights = '+@read +@write +@pubsub +@scripting +@connection -@dangerous +info +time'
    const user = ['SETUSER', 'relay', 'on', '>secret', '~{sekisho}*', '&{sekisho}*']
    await server.ask('ACL', ...user, ...rights.split(' '))
    const store = await open(`redis://relay:secret@127.0.0.1:${server.port}`)
    await useEverything(store)
    const { block } = anAddition()
    expect(await store.blocks.add({ block, evidenceAt: NOON })).toBe('added')
    expect(await store.blocks.all()).toHaveLength(2)
    expect((await store.blocks.page({ limit: 1 })).total).toBe(2)
    expect((await store.records.page({ limit: 1 })).records).toHaveLength(1)
    expect((await store.audit.page({ limit: 1 })).records).toHaveLength(1)
    expect(await store.pictures.all()).toHaveLength(1)
    expect(await store.pictures.sight('https://x.example/1.png')).toBe('{}')
  })
})

test('the master is found through Sentinel', async () => {
  const port = await freePort()
  const config = join(await aFolder(), 'sentinel.conf')
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `sentinel monitor relay 127.0.0.1 ${server.port} 1`,
    '',
  ]
  await writeFile(config, lines.join('\n'))
  const sentinel = await launch(await redisProgram(), [config, '--sentinel'])
  onTestFinished(() => void sentinel.kill('SIGKILL'))
  const { blocks } = await open(`redis+sentinel://127.0.0.1:${port}/relay`)
  expect(await blocks.add(anAddition())).toBe('added')
})

test('a URL that cannot be used is refused without its password', async () => {
  const opening = open('redis://user:secret@host:port')
  await expect(opening).rejects.toThrow('host:port,host:port')
  await expect(opening).rejects.not.toThrow('secret')
})
