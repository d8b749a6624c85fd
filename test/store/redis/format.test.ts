// A block list in Redis that a newer version wrote: neither read nor changed, and said in one sentence.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { openRedisStore } from '../../../src/store/redis/store.ts'
import type { Store } from '../../../src/store/store.ts'
import { type RedisServer, startRedis } from '../../support/redis.ts'
import { aFolder, anAddition, NOON, quiet } from '../build.ts'

const CLI = new URL('../../../src/cli.ts', import.meta.url).pathname
const EMPTY = new URL('../../support/empty.yaml', import.meta.url).pathname
const EPOCH = '{sekisho}:epoch'
const SENTENCE =
  'the block list in Redis was written by a newer version of Sekisho (format 2, this one reads 1)'

let server: RedisServer

beforeAll(async () => {
  server = await startRedis()
})
beforeEach(() => server.flush())
afterAll(() => server.stop())

async function open(): Promise<Store> {
  const store = await openRedisStore({ url: server.url, now: () => NOON, log: quiet })
  onTestFinished(() => store.close())
  return store
}

/** Everything in Redis, key by key as it would be saved. */
async function everything(): Promise<unknown[]> {
  const keys = ((await server.ask('KEYS', '*')) as string[]).sort()
  return Promise.all(keys.map(async (key) => [key, await server.ask('DUMP', key)]))
}

test('a list says which format it is of, also where an earlier version named it', async () => {
  const { blocks } = await open()
  await blocks.add(anAddition({ domain: 'a.example' }))
  expect(await server.ask('HGET', EPOCH, 'format')).toBe('1')
  await server.ask('HDEL', EPOCH, 'format')
  expect((await (await open()).blocks.all()).map(({ domain }) => domain)).toEqual(['a.example'])
})

test('a list of a newer format is refused at the start, and nothing is touched', async () => {
  const store = await open()
  await store.blocks.add(anAddition({ domain: 'a.example' }))
  await store.close()
  await server.ask('HSET', EPOCH, 'format', '2')
  const before = await everything()
  await expect(open()).rejects.toThrow(SENTENCE)
  const folder = await aFolder()
  const instance = ['--instance.domain=home.example', '--instance.upstream=http://127.0.0.1:9']
  const place = [`--store=${server.url}`, `--data=${folder}`, '--listen.port=0', '--admin.port=0']
  const relay = spawn(process.execPath, [CLI, 'start', ...instance, ...place, `--config=${EMPTY}`])
  onTestFinished(() => void relay.kill('SIGKILL'))
  const [complaint, [code]] = await Promise.all([text(relay.stderr), once(relay, 'exit')])
  expect({ code, complaint }).toEqual({ code: 1, complaint: `${SENTENCE}\n` })
  expect(await everything()).toEqual(before)
})

test('a list that becomes newer while the relay runs is left alone', async () => {
  const { blocks } = await open()
  await blocks.add(anAddition({ domain: 'a.example' }))
  await server.ask('HSET', EPOCH, 'format', '2')
  const before = await everything()
  await expect(blocks.add(anAddition({ domain: 'b.example' }))).rejects.toThrow('SEKISHONEWER 2')
  await expect(blocks.load({ known: undefined, each: () => undefined })).rejects.toThrow('NEWER')
  await expect(blocks.restore([])).rejects.toThrow('SEKISHONEWER 2')
  expect(await everything()).toEqual(before)
})
