// The history while Redis is away: this process remembers for itself, and holds nothing against anybody for it.
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import type { HistoryStore } from '../../src/history.ts'
import { embeddedHistory } from '../../src/store/embedded/history.ts'
import { historyWithFallback } from '../../src/store/fallback.ts'
import { openRedisStore } from '../../src/store/redis/store.ts'
import { type RedisServer, startRedis } from '../support/redis.ts'
import { NOON, quiet } from './build.ts'
import { aLesson, anAuthor, aSighting, begun, DAY, HOUR, OURS } from './sightings.ts'

let server: RedisServer

beforeAll(async () => {
  server = await startRedis({ aof: true })
})
beforeEach(() => server.flush())
afterAll(() => server.stop())

interface Relay {
  readonly history: HistoryStore
  readonly faults: string[]
}

async function open(): Promise<Relay> {
  const store = await openRedisStore({ url: server.url, now: () => NOON, log: quiet })
  onTestFinished(() => store.close())
  const faults: string[] = []
  const onFault = (what: string) => faults.push(what)
  return {
    history: historyWithFallback({ store: store.history, now: () => NOON, onFault }),
    faults,
  }
}

test('asks the store and says nothing, as long as it answers', async () => {
  const { history, faults } = await open()
  await history.learn(aLesson(begun()))
  await history.noteDropped(['https://spam.example/1'], NOON)
  const seen = await history.recall(aSighting({ references: ['https://spam.example/1'] }))
  expect(seen.author.followedSince).toBe(NOON)
  expect(seen.dropped).toHaveLength(1)
  expect(faults).toEqual([])
})

test.each(['killed', 'frozen'])('goes on by itself while Redis is %s', async (how) => {
  const { history, faults } = await open()
  await history.learn(aLesson(begun()))
  if (how === 'killed') await server.kill()
  else server.pause()
  onTestFinished(() => (how === 'killed' ? server.restart() : server.resume()))
  const first = await history.recall(aSighting({ fingerprints: ['f'] }))
  expect(first).toMatchObject({ since: NOON, author: { cleanDays: 0 }, copies: [1] })
  const other = { people: [OURS, anAuthor('other')], author: anAuthor('sora'), fingerprints: ['f'] }
  expect(await history.recall(aSighting(other))).toMatchObject({ copies: [2], senders: [2] })
  await history.learn(aLesson({ author: OURS, called: [anAuthor('sora')] }))
  expect((await history.recall(aSighting(other))).acquainted).toEqual([OURS])
  await history.noteDropped(['p'], NOON)
  expect((await history.recall(aSighting({ references: ['p'] }))).dropped).toEqual(['p'])
  expect(faults).toEqual(Array.from({ length: 6 }, () => 'history'))
})

test('whoever is unknown in a second outage need not be new', async () => {
  let now = NOON
  let isAway = true
  const clock = () => now
  const store = embeddedHistory(10, clock)
  const answers = <In extends readonly unknown[], Out>(ask: (...given: In) => Promise<Out>) => {
    return async (...given: In): Promise<Out> => {
      if (isAway) throw new Error('the store is away')
      return ask(...given)
    }
  }
  const history = historyWithFallback({
    store: {
      recall: answers(store.recall),
      learn: answers(store.learn),
      noteDropped: answers(store.noteDropped),
    },
    now: clock,
    onFault: () => undefined,
  })
  const look = async () => (await history.recall(aSighting({ at: now, counts: false }))).since
  await history.learn(aLesson({ at: NOON }))
  now = NOON + 9 * DAY
  expect(await look()).toBe(NOON)
  isAway = false
  await history.learn(aLesson({ at: now }))
  isAway = true
  now += HOUR
  expect(await look()).toBe(now)
  now += HOUR
  expect(await look()).toBe(NOON + 9 * DAY + HOUR)
})
