// Known pictures in a Redis that loses them: emptied, evicted, set back, or named anew by another machine.
import { appendFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { openRedisStore } from '../../../src/store/redis/store.ts'
import type { PictureStore } from '../../../src/store/store.ts'
import { type RedisServer, startRedis } from '../../support/redis.ts'
import { aFolder, aPicture, NOON, quiet } from '../build.ts'

let server: RedisServer
let folder: string

beforeAll(async () => {
  server = await startRedis()
})
beforeEach(async () => {
  await server.flush()
  folder = await aFolder()
})
afterAll(() => server.stop())

interface Machine {
  readonly pictures: PictureStore
  readonly faults: string[]
  close(): Promise<void>
}

async function open(
  setup: { readonly dataFolder?: string; readonly now?: number } = {},
): Promise<Machine> {
  const { dataFolder = folder, now = NOON } = setup
  const faults: string[] = []
  const onFault = (what: string) => faults.push(what)
  const options = { url: server.url, dataFolder, onFault, log: quiet, now: () => now }
  const store = await openRedisStore(options)
  onTestFinished(() => store.close())
  return { pictures: store.pictures, faults, close: () => store.close() }
}

const lostIn = (faults: readonly string[]) => faults.filter((what) => what === 'pictures-lost')

test('an emptied Redis is given the known pictures back, in their order and as another version', async () => {
  const { pictures, faults } = await open()
  const added = [aPicture({ addedAt: NOON + 5 }), aPicture(), aPicture({ note: 'kept' })]
  for (const picture of added) await pictures.add(picture)
  const before = await pictures.version()
  await server.flush()
  expect(await pictures.version()).not.toBe(before)
  expect(await pictures.all()).toEqual(added)
  expect(lostIn(faults)).toHaveLength(1)
})

test('they come back with the next process, too, when Redis was emptied in between', async () => {
  const before = await open()
  const picture = aPicture()
  await before.pictures.add(picture)
  await before.close()
  await server.flush()
  const after = await open()
  expect(await after.pictures.all()).toEqual([picture])
  expect(lostIn(after.faults)).toHaveLength(1)
})

test('a process without a ledger gives back what it read last', async () => {
  const [operators, other] = [await open(), await open({ dataFolder: await aFolder() })]
  const picture = aPicture()
  await operators.pictures.add(picture)
  expect(await other.pictures.all()).toEqual([picture])
  await server.flush()
  expect(await other.pictures.all()).toEqual([picture])
})

test('whoever knows them adds them where another machine has named an empty list', async () => {
  const { pictures } = await open()
  const [known, fresh] = [aPicture(), aPicture()]
  await pictures.add(known)
  await server.flush()
  const other = await open({ dataFolder: await aFolder() })
  await other.pictures.add(fresh)
  expect(await other.pictures.all()).toEqual([fresh])
  expect(await pictures.all()).toEqual([fresh, known])
  expect(await other.pictures.all()).toEqual([fresh, known])
})

test('an addition to an emptied list does not hide what was lost', async () => {
  const { pictures } = await open()
  const [known, fresh] = [aPicture(), aPicture()]
  await pictures.add(known)
  await server.flush()
  expect(await pictures.add(fresh)).toBe('added')
  expect(await pictures.all()).toEqual([known, fresh])
})

test('what was removed stays away, whichever ledger still names it', async () => {
  const first = await open()
  const second = await open({ dataFolder: await aFolder(), now: NOON + 1000 })
  const [kept, removed] = [aPicture(), aPicture()]
  for (const picture of [kept, removed]) await first.pictures.add(picture)
  await second.pictures.remove(removed.id)
  await server.flush()
  expect(await second.pictures.all()).toEqual([])
  expect(await first.pictures.all()).toEqual([kept])
  expect(await second.pictures.all()).toEqual([kept])
})

test('what came again after its removal stays', async () => {
  const first = await open({ now: NOON + 1000 })
  const picture = aPicture()
  await first.pictures.add(picture)
  await first.pictures.remove(picture.id)
  await first.pictures.add({ ...picture, addedAt: NOON + 2000 })
  await server.flush()
  expect(await first.pictures.all()).toEqual([{ ...picture, addedAt: NOON + 2000 }])
})

test('a picture that was evicted is noticed and brought back', async () => {
  const { pictures } = await open()
  const [first, second] = [aPicture(), aPicture()]
  for (const picture of [first, second]) await pictures.add(picture)
  const before = await pictures.version()
  await server.ask('HDEL', '{sekisho}:pictures', first.id)
  expect(await pictures.version()).not.toBe(before)
  expect(await pictures.all()).toEqual([second, first])
})

test('a Redis that was set back is brought forward', async () => {
  const { pictures } = await open()
  const [first, second] = [aPicture(), aPicture()]
  await pictures.add(first)
  const older = await dump()
  await pictures.add(second)
  const before = await pictures.version()
  await load(older)
  expect(await pictures.version()).not.toBe(before)
  expect(await pictures.all()).toEqual([first, second])
})

test('two processes that notice at once agree on what is left', async () => {
  const machines = [await open(), await open(), await open()]
  const added = Array.from({ length: 250 }, () => aPicture())
  for (const picture of added) await machines[0]!.pictures.add(picture)
  for (const { pictures } of machines) await pictures.version()
  await server.flush()
  await Promise.all(machines.map(({ pictures }) => pictures.version()))
  const versions = await Promise.all(machines.map(({ pictures }) => pictures.version()))
  expect(new Set(versions).size).toBe(1)
  for (const { pictures } of machines) expect(await pictures.all()).toEqual(added)
})

test('pictures never expire, sights do, under a short key', async () => {
  const { pictures } = await open()
  const [known, gone] = [aPicture(), aPicture()]
  for (const picture of [known, gone]) await pictures.add(picture)
  await pictures.remove(gone.id)
  await pictures.keepSight(`https://spam.example/${'a'.repeat(2000)}`, '{}', 60_000)
  const keys = (await server.ask('KEYS', '{sekisho}:*')) as string[]
  const sights = keys.filter((key) => key.startsWith('{sekisho}:sight:'))
  expect(sights).toHaveLength(1)
  expect(sights[0]!.length).toBeLessThan(50)
  expect(Number(await server.ask('PTTL', sights[0]!))).toBeGreaterThan(0)
  const lasting = keys.filter((key) => key.startsWith('{sekisho}:pictures'))
  expect(lasting).toHaveLength(3)
  for (const key of lasting) expect(await server.ask('PTTL', key)).toBe(-1)
})

test('a line of the ledger that a crash has torn costs no other', async () => {
  const { pictures, faults } = await open()
  const [first, second] = [aPicture(), aPicture()]
  await pictures.add(first)
  await appendFile(join(folder, 'redis-ledger.ndjson'), '{"kind":"picture","pict')
  await pictures.add(second)
  await server.flush()
  expect(await pictures.all()).toEqual([first, second])
  expect(faults).toContain('ledger')
  expect(await readFile(join(folder, 'redis-ledger.ndjson'), 'utf8')).toContain(second.id)
})

/** What a snapshot of the server would hold. */
async function dump(): Promise<Map<string, string[]>> {
  const keys = ['{sekisho}:pictures', '{sekisho}:pictures:state']
  const read = async (key: string) => {
    const reply = await server.ask('HGETALL', key)
    return [key, (Array.isArray(reply) ? reply : Object.entries(reply as object)).flat()] as const
  }
  return new Map(await Promise.all(keys.map(read))) as Map<string, string[]>
}

async function load(hashes: ReadonlyMap<string, readonly string[]>): Promise<void> {
  for (const [key, pairs] of hashes) {
    await server.ask('DEL', key)
    await server.ask('HSET', key, ...pairs)
  }
}
