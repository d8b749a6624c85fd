// Whatever comes in whatever order: every store remembers the same.
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { HistoryStore, Lesson, Sighting } from '../../src/history.ts'
import { embeddedHistory } from '../../src/store/embedded/history.ts'
import { openRedisStore } from '../../src/store/redis/store.ts'
import type { Store } from '../../src/store/store.ts'
import { type RedisServer, startRedis } from '../support/redis.ts'
import { NOON, quiet } from './build.ts'
import { aLesson, anAuthor, aSighting, DAY, HOUR, MINUTE, MOMO, many, OURS } from './sightings.ts'

let server: RedisServer
let redis: Store

beforeAll(async () => {
  server = await startRedis()
  redis = await openRedisStore({ url: server.url, now: () => NOON, log: quiet })
  // Redis has all scripts from here on: what is sent without waiting stays in its order.
  await redis.history.recall(aSighting())
  await redis.history.learn(aLesson())
  await redis.history.noteDropped(['p'], NOON)
})
afterAll(async () => {
  await redis.close()
  await server.stop()
})

type Step =
  | { readonly recall: Partial<Sighting> }
  | { readonly learn: Partial<Lesson> }
  | { readonly drop: readonly string[] }

const someone = fc.constantFrom(MOMO, OURS, anAuthor('sora'))
const people = fc.uniqueArray(someone, { maxLength: 3 })
const domain = fc.constantFrom('remote.example', 'other.example')
const posts = fc.uniqueArray(fc.constantFrom('p', 'q'))
const threads = fc.uniqueArray(fc.constantFrom('t', 'u'))

const sighting = fc.record<Partial<Sighting>>({
  ...{ author: someone, domain, people, references: posts, threads, counts: fc.boolean() },
  isEstablished: fc.boolean(),
  conversation: fc.constantFrom('x', 'y', 'z'),
  fingerprints: fc.uniqueArray(fc.constantFrom('f', 'g')),
})

const follow = fc.oneof(
  fc.record({ kind: fc.constantFrom('begun' as const, 'ended' as const), by: someone }),
  fc.constant({ kind: 'gone' as const }),
)
const outcome = fc.constantFrom<Lesson['outcome'][]>('clean', 'clean', 'dropped', 'neither')
const lesson = fc.oneof(
  fc.record<Partial<Lesson>>({ author: someone, domain, called: people, threads, outcome }),
  fc.record<Partial<Lesson>>({ author: someone, domain, outcome, follow }),
)

const step = fc.oneof<fc.Arbitrary<Step>[]>(
  fc.record({ recall: sighting }),
  fc.record({ learn: lesson }),
  fc.record({ drop: posts }),
)
const pause = fc.constantFrom(0, 1, MINUTE, HOUR, DAY, 31 * DAY, 31 * DAY, 90 * DAY, -HOUR, -DAY)
const course = fc
  .array(fc.record({ step, pause }), { minLength: 5, maxLength: 60 })
  .map((steps) => {
    let at = NOON
    return steps.map(({ step: one, pause: ms }) => {
      at += ms
      return { step: one, at }
    })
  })

type Course = readonly { readonly step: Step; readonly at: number }[]

const embedded = () => embeddedHistory(100, () => NOON)

function run(history: HistoryStore, steps: Course): Promise<unknown[]> {
  const answers = steps.map(({ step: one, at }): Promise<unknown> => {
    if ('recall' in one) return history.recall(aSighting({ ...one.recall, at }))
    if ('learn' in one) return history.learn(aLesson({ ...one.learn, at }))
    return history.noteDropped(one.drop, at)
  })
  return Promise.all(answers)
}

test('the embedded history and Redis agree', async () => {
  await fc.assert(
    fc.asyncProperty(course, async (steps) => {
      await server.flush()
      const inRedis = await run(redis.history, steps)
      expect(await run(embedded(), steps)).toEqual(inRedis)
    }),
    { numRuns: 150 },
  )
})

test('they agree on whom they forget among those called at the same moment', async () => {
  await server.flush()
  const authors = many(200, (number) => anAuthor(`friend${number}`))
  const called = [authors.slice(0, 100), authors.slice(100)]
  const steps = [
    ...called.map((some) => ({ step: { learn: { author: OURS, called: some } }, at: NOON })),
    ...authors.map((author) => ({ step: { recall: { author, counts: false } }, at: NOON })),
  ]
  expect(await run(embedded(), steps)).toEqual(await run(redis.history, steps))
})

test('a call that is repeated leaves everything as it was', async () => {
  await fc.assert(
    fc.asyncProperty(course, async (steps) => {
      const once = await run(embedded(), steps)
      const twice = await run(
        embedded(),
        steps.flatMap((one) => [one, one]),
      )
      expect(twice.filter((_, place) => place % 2 === 0)).toEqual(once)
    }),
    { numRuns: 150 },
  )
})
