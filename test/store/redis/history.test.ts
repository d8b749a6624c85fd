// What is particular to the history in Redis: one script a call, keys that expire, and a bound on what does not.
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { type HistoryStore, NEWCOMER_MS } from '../../../src/history.ts'
import { openRedisStore } from '../../../src/store/redis/store.ts'
import { type RedisServer, startRedis } from '../../support/redis.ts'
import { NOON, quiet } from '../build.ts'
import { aLesson, anAuthor, aSighting, begun, DAY, HOUR, MOMO, many, OURS } from '../sightings.ts'

let server: RedisServer

beforeAll(async () => {
  server = await startRedis()
})
beforeEach(() => server.flush())
afterAll(() => server.stop())

async function open(url = server.url): Promise<HistoryStore> {
  const store = await openRedisStore({ url, now: () => NOON, log: quiet })
  onTestFinished(() => store.close())
  return store.history
}

const everything = aSighting({
  people: [OURS, anAuthor('sora')],
  fingerprints: ['text:1:aa', 'link:https://spam.example/'],
  references: ['https://spam.example/1'],
  threads: ['https://spam.example/0'],
})

async function useEverything(history: HistoryStore): Promise<void> {
  await history.learn(aLesson({ at: NOON - NEWCOMER_MS, called: [OURS], threads: ['t'] }))
  await history.learn(aLesson({ author: anAuthor('sora'), ...begun() }))
  await history.recall(everything)
  await history.recall({ ...everything, author: anAuthor('new') })
  await history.noteDropped(['https://spam.example/1'], NOON)
}

async function allKeys(): Promise<readonly string[]> {
  return ((await server.ask('KEYS', '*')) as string[]).sort()
}

test('every key is short, carries the hash tag, and expires but for follows and the oldest memory', async () => {
  await useEverything(await open())
  const keys = (await allKeys()).filter((key) => !/:(epoch|blocks|stream)$/.test(key))
  expect(keys.filter((key) => !/^\{sekisho\}:[a-z:]{4,14}(?::[\w-]{22})?$/.test(key))).toEqual([])
  const ttls = await Promise.all(keys.map(async (key) => Number(await server.ask('PTTL', key))))
  const kinds = (places: (ttl: number) => boolean) =>
    new Set(keys.filter((_, place) => places(ttls[place]!)).map((key) => key.split(':')[1]))
  expect(kinds((ttl) => ttl < 0)).toEqual(new Set(['history', 'followed', 'follows']))
  const expiring = [
    'person',
    'calls',
    'called',
    'newcomers',
    'regulars',
    'copies',
    'dropped',
    'thread',
  ]
  expect(kinds((ttl) => ttl > 0)).toEqual(new Set(expiring))
  expect(Math.max(...ttls)).toBeLessThanOrEqual(90 * DAY)
})

test('no key and no member names anybody', async () => {
  await useEverything(await open())
  const dumps = await Promise.all((await allKeys()).map((key) => server.ask('DUMP', key)))
  expect(dumps.join().length).toBeGreaterThan(500)
  expect(dumps.join()).not.toMatch(/https|example|momo|aoi|sora|text:/)
})

test('what does not count changes no key, and no time to live', async () => {
  const history = await open()
  await useEverything(history)
  const dump = async () =>
    Promise.all((await allKeys()).map(async (key) => [key, await server.ask('DUMP', key)]))
  const before = await dump()
  await server.ask('CONFIG', 'RESETSTAT')
  await history.recall({ ...everything, counts: false, at: NOON + 100 * DAY })
  await history.recall({ ...everything, counts: false, author: anAuthor('forged') })
  const stats = String(await server.ask('INFO', 'commandstats'))
  expect(stats).toMatch(/cmdstat_zmscore/)
  expect(stats).not.toMatch(/cmdstat_(set|del|hset|zadd|zrem|pexpire)/)
  expect(await dump()).toEqual(before)
})

test('a sighting costs one command, however much is in it', async () => {
  const history = await open()
  await history.recall(everything)
  await server.ask('CONFIG', 'RESETSTAT')
  await history.recall({
    ...everything,
    people: many(5000, (number) => anAuthor(`p${number}`)),
    fingerprints: many(500, (number) => `text:0:${number}`),
    references: many(500, (number) => `https://spam.example/${number}`),
  })
  const stats = String(await server.ask('INFO', 'commandstats'))
  expect(stats).toMatch(/cmdstat_evalsha:calls=1,/)
  expect(stats).not.toMatch(/cmdstat_eval:/)
  const kinds = (await allKeys()).map((key) => key.split(':')[1])
  expect(kinds.filter((kind) => kind === 'copies')).toHaveLength(2 + 32)
  expect(kinds.filter((kind) => kind === 'called')).toHaveLength(0)
})

test('follows that nobody asked for push out those of authors who were silent for longest', async () => {
  const history = await open()
  await history.learn(aLesson({ author: anAuthor('silent'), ...begun(), at: NOON - 9 * DAY }))
  await history.learn(aLesson({ ...begun(), at: NOON - 9 * DAY + 1 }))
  await history.learn(aLesson({ at: NOON }))
  const fill = `for i = 1, 199998 do redis.call('ZADD', KEYS[1], ${NOON - DAY}, i) end`
  await server.ask('EVAL', fill, '1', '{sekisho}:followed')
  await history.learn(aLesson({ author: anAuthor('last'), ...begun() }))
  const followedSince = async (author: string) => {
    const { author: past } = await history.recall(aSighting({ author, counts: false }))
    return past.followedSince
  }
  expect(await followedSince(anAuthor('silent'))).toBeUndefined()
  expect(await followedSince(MOMO)).toBe(NOON - 9 * DAY + 1)
  expect(await followedSince(anAuthor('last'))).toBe(NOON)
})

test('an author whom nobody follows any more takes no place among the followed', async () => {
  const history = await open()
  await history.learn(aLesson(begun()))
  await history.learn(aLesson({ author: anAuthor('sora'), ...begun() }))
  await history.learn(aLesson({ follow: { kind: 'ended', by: OURS } }))
  await history.learn(aLesson({ author: anAuthor('sora'), follow: { kind: 'gone' } }))
  expect(await server.ask('ZCARD', '{sekisho}:followed')).toBe(0)
})

test('dropped posts are bounded, the oldest leave first', async () => {
  const history = await open()
  const fill = `for i = 1, 100000 do redis.call('ZADD', KEYS[1], ${NOON} + i, i) end`
  await server.ask('EVAL', fill, '1', '{sekisho}:dropped')
  await history.noteDropped(['https://spam.example/1'], NOON + HOUR)
  expect(await server.ask('ZCARD', '{sekisho}:dropped')).toBe(100_000)
  expect(await server.ask('ZSCORE', '{sekisho}:dropped', '1')).toBeFalsy()
})

test('works for a user that reaches nothing else', async () => {
  const rights = '+@read +@write +@pubsub +@scripting +@connection -@dangerous +info +time'
  const user = ['SETUSER', 'relay', 'on', '>secret', '~{sekisho}*', '&{sekisho}*']
  await server.ask('ACL', ...user, ...rights.split(' '))
  const history = await open(`redis://relay:secret@127.0.0.1:${server.port}`)
  await useEverything(history)
  const { copies, dropped } = await history.recall({ ...everything, counts: false })
  expect({ copies, dropped }).toEqual({ copies: [1, 1], dropped: everything.references })
})
