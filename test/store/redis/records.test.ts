// Records in Redis: what the stream holds, what it costs to append twice, and what is trimmed.
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { openRedisStore } from '../../../src/store/redis/store.ts'
import type { RecordLimits, Store } from '../../../src/store/store.ts'
import { type RedisServer, startRedis } from '../../support/redis.ts'
import { anAddition, NOON, quiet } from '../build.ts'

const STREAM = '{sekisho}:verdicts'
const DAY = 24 * 3600_000

let server: RedisServer

beforeAll(async () => {
  server = await startRedis()
})
beforeEach(() => server.flush())
afterAll(() => server.stop())

async function open(records: RecordLimits = { count: 100, ageMs: DAY }): Promise<Store> {
  const store = await openRedisStore({ url: server.url, now: () => NOON, log: quiet, records })
  onTestFinished(() => store.close())
  return store
}

function aRecord(number: number): { id: string; at: number; json: string } {
  return { id: `r${number}`, at: NOON + number, json: JSON.stringify({ number }) }
}

async function length(): Promise<number> {
  return Number(await server.ask('XLEN', STREAM))
}

test('a record is an entry of a stream, with its id, time and JSON', async () => {
  const { records } = await open()
  await records.append(aRecord(7))
  const entries = (await server.ask('XRANGE', STREAM, '-', '+')) as [string, string[]][]
  const fields = ['id', 'r7', 'at', String(NOON + 7), 'json', aRecord(7).json]
  expect(entries.map(([, entry]) => entry)).toEqual([fields])
})

test('a record that is appended again by another process is one record', async () => {
  const [here, there] = [await open(), await open()]
  for (const number of [1, 2, 3]) await here.records.append(aRecord(number))
  for (const number of [1, 2, 3]) await there.records.append(aRecord(number))
  expect(await length()).toBe(3)
})

test('what comes late stands in its place within a page', async () => {
  const { records } = await open()
  for (const number of [4, 2, 3, 1]) await records.append(aRecord(number))
  expect((await records.page({ limit: 9 })).records).toEqual(
    [4, 3, 2, 1].map((number) => aRecord(number).json),
  )
})

test('the stream is trimmed by its nodes, and a page shows no more than the bound', async () => {
  const { records } = await open()
  for (let number = 0; number < 250; number++) await records.append(aRecord(number))
  expect(await length()).toBeLessThanOrEqual(200) // a node has a hundred entries
  const { records: shown, next = '' } = await records.page({ limit: 60 })
  const { records: more, ...end } = await records.page({ limit: 60, before: next })
  expect(shown).toHaveLength(60)
  expect(more).toHaveLength(40)
  expect(end).toEqual({})
})

test('what is older than the bound by the clock of Redis goes with the next record', async () => {
  for (let number = 1; number <= 200; number++) {
    const { id, at, json } = aRecord(-2 * DAY)
    await server.ask('XADD', STREAM, `${number}-0`, 'id', id, 'at', String(at), 'json', json)
  }
  const { records } = await open({ count: 1000, ageMs: DAY })
  await records.append(aRecord(1))
  expect(await length()).toBeLessThan(101)
  expect(await records.page({ limit: 9 })).toEqual({ records: [aRecord(1).json] })
})

test('strangers’ long records leave a full Redis room for blocks', async () => {
  const small = await startRedis({ settings: ['--maxmemory', '24mb'] })
  onTestFinished(() => small.stop())
  const common = { url: small.url, now: () => NOON, log: quiet, recordBytes: 3_000_000 }
  const store = await openRedisStore(common)
  onTestFinished(() => store.close())
  const hostile = JSON.stringify({ why: 'x'.repeat(20_000) })
  let refused = 0
  for (let number = 0; number < 1_500; number++) {
    const record = { id: `r${number}`, at: NOON + number, json: hostile }
    await store.records.append(record).catch(() => refused++)
    if (number % 100 === 0) {
      expect(await store.blocks.add(anAddition({ domain: `s${number}.example` }))).toBe('added')
    }
  }
  expect(Number(await small.ask('MEMORY', 'USAGE', STREAM))).toBeLessThan(16_000_000)
  expect(refused).toBe(0)
})
