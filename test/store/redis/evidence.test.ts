// What is particular to evidence in Redis: a bound in bytes, keys that all expire, and nothing left of what was purged.
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import type { EvidenceStore } from '../../../src/store/evidence-store.ts'
import { openRedisStore } from '../../../src/store/redis/store.ts'
import { type RedisServer, startRedis } from '../../support/redis.ts'
import { anEvidence, NOON, quiet } from '../build.ts'
import { DAY, many } from '../sightings.ts'

let server: RedisServer

beforeAll(async () => {
  server = await startRedis()
})
beforeEach(() => server.flush())
afterAll(() => server.stop())

async function open(bytes = 1_000_000, now = NOON): Promise<EvidenceStore> {
  const bounds = { evidenceBytes: bytes, evidenceKeptMs: 2 * DAY }
  const store = await openRedisStore({ url: server.url, now: () => now, log: quiet, ...bounds })
  onTestFinished(() => store.close())
  return store.evidence
}

async function idsIn(evidence: EvidenceStore): Promise<readonly string[]> {
  const ids: string[] = []
  for await (const { id } of evidence.of({})) ids.push(id)
  return ids
}

const KINDS = ['', ':times', ':domains', ':authors', ':bytes', ':shares']
const cards = async () => {
  const key = (kind: string) => `{sekisho}:deliveries${kind}`
  const sets = KINDS.slice(1, 4).map((kind) => server.ask('ZCARD', key(kind)))
  const count = await server.ask('HLEN', key(''))
  return [count, ...(await Promise.all(sets)), Number(await server.ask('GET', key(':bytes')))]
}

test('every count follows what gives way', async () => {
  const evidence = await open(100_000)
  for (const number of many(15, (each) => each)) {
    const domain = `s${number}.example`
    await evidence.keep(anEvidence({ domain, at: NOON - number, body: 'A'.repeat(10_000) }))
  }
  const [count, times, domains, authors, bytes] = await cards()
  expect([count, times, domains, authors]).toEqual([9, 9, 9, 9])
  expect(bytes).toBeGreaterThan(90_000)
  expect(bytes).toBeLessThan(100_000)
  const shares = (await server.ask(
    'ZRANGE',
    '{sekisho}:deliveries:shares',
    '0',
    '-1',
    'WITHSCORES',
  )) as string[]
  const sum = shares
    .flat()
    .filter((_, at) => at % 2 === 1)
    .reduce((all, one) => all + Number(one), 0)
  expect(sum).toBe(bytes)
})

test('what is too old is deleted with what comes, and every key expires', async () => {
  const first = await open()
  for (const number of many(5, (each) => each)) await first.keep(anEvidence({ at: NOON - number }))
  const later = await open(1_000_000, NOON + 2 * DAY - 2)
  const fresh = anEvidence({ at: NOON + DAY })
  await later.keep(fresh)
  expect((await cards()).slice(0, 4)).toEqual([3, 3, 3, 3])
  for (const kind of KINDS) {
    expect(Number(await server.ask('PTTL', `{sekisho}:deliveries${kind}`))).toBeGreaterThan(0)
  }
})

test('two processes keep and read the same; after a purge nothing of the actor is left', async () => {
  const [one, other] = [await open(), await open()]
  const author = 'https://spam.example/users/gone'
  const kept = many(250, (number) =>
    anEvidence({ author, at: NOON + DAY * (number % 20), id: `d${number}` }),
  )
  await Promise.all(kept.map((each, number) => (number % 2 ? one : other).keep(each)))
  await Promise.all(kept.map((each) => one.keep(each)))
  expect(await idsIn(other)).toHaveLength(250)
  expect(await other.purge(author)).toBe(250)
  expect(await idsIn(one)).toEqual([])
  expect(await cards()).toEqual([0, 0, 0, 0, 0])
  expect(await server.ask('EXISTS', '{sekisho}:deliveries:shares')).toBe(0)
})
