// One suite for every store: what holds for the embedded one holds for Redis and for a Redis Cluster.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { openEmbeddedStore } from '../../src/store/embedded/store.ts'
import { openRedisStore } from '../../src/store/redis/store.ts'
import type { BlockChange, BlockEntry, RecordLimits, Store } from '../../src/store/store.ts'
import { type RedisServer, startRedis } from '../support/redis.ts'
import { aBlock, aFolder, anAddition, anOffence, aPicture, NOON, quiet } from './build.ts'

interface Setup {
  readonly records?: RecordLimits
  readonly now?: () => number
}

interface World {
  open(setup?: Setup): Promise<Store>
  /** Lets time pass until what was to be forgotten is. */
  forgotten(check: () => Promise<unknown>): Promise<void>
  clear(): Promise<void>
  stop(): Promise<void>
}

const DAY = 24 * 3600_000
const ONE = '1'.repeat(64)

const worlds: { name: string; start: () => Promise<World> }[] = [
  { name: 'embedded', start: async () => embeddedWorld() },
  { name: 'redis', start: async () => redisWorld(await startRedis()) },
  { name: 'redis cluster', start: async () => redisWorld(await startRedis({ cluster: true })) },
]

describe.each(worlds)('the $name store', ({ start }) => {
  let world: World
  let store: Store

  beforeAll(async () => {
    world = await start()
  })
  beforeEach(async () => {
    await world.clear()
    store = await world.open()
  })
  afterEach(() => store.close())
  afterAll(() => world.stop())

  describe('blocks', () => {
    test('starts empty and knows nothing', async () => {
      expect(await store.blocks.all()).toEqual([])
      expect(await store.blocks.page({ limit: 10 })).toEqual({ blocks: [], total: 0 })
      expect(await store.blocks.find('spam.example')).toBeUndefined()
      expect(await store.blocks.mark('spam.example')).toBeUndefined()
    })

    test('keeps an added block with all its evidence', async () => {
      const offences = [anOffence('https://spam.example/1')]
      const block = aBlock({ scope: 'host', by: 'list:a|b', note: 'as told "so" ☂', offences })
      expect(await store.blocks.add({ block, evidenceAt: NOON })).toBe('added')
      expect(await store.blocks.find(block.domain)).toEqual(block)
      const { id, domain, scope, by } = block
      expect(await store.blocks.all()).toEqual([{ id, domain, scope, by }])
    })

    test('adds a domain once: the first id stays and new offences join it', async () => {
      const first = aBlock({ domain: 'spam.example', offences: [anOffence('https://x.example/1')] })
      const second = aBlock({
        domain: 'spam.example',
        scope: 'host',
        offences: [anOffence('https://x.example/1'), anOffence('https://x.example/2', NOON + 1)],
      })
      await store.blocks.add({ block: first, evidenceAt: NOON })
      expect(await store.blocks.add({ block: second, evidenceAt: NOON })).toBe('existed')
      expect(await store.blocks.add({ block: second, evidenceAt: NOON })).toBe('existed')
      const offences = [
        anOffence('https://x.example/1'),
        anOffence('https://x.example/2', NOON + 1),
      ]
      expect(await store.blocks.find('spam.example')).toEqual({ ...first, offences })
      expect((await store.blocks.page({ limit: 9 })).total).toBe(1)
    })

    test('adds a domain once also when many add it at the same moment', async () => {
      const additions = Array.from({ length: 20 }, () => anAddition({ domain: 'spam.example' }))
      const outcomes = await Promise.all(additions.map((addition) => store.blocks.add(addition)))
      expect(outcomes.filter((outcome) => outcome === 'added')).toHaveLength(1)
      expect(await store.blocks.all()).toHaveLength(1)
    })

    test('keeps a hundred offences of a block and no more', async () => {
      const offences = Array.from({ length: 130 }, (_, i) => anOffence(`https://x.example/${i}`))
      await store.blocks.add(
        anAddition({ domain: 'spam.example', offences: offences.slice(0, 90) }),
      )
      await store.blocks.add(anAddition({ domain: 'spam.example', offences: offences.slice(90) }))
      expect((await store.blocks.find('spam.example'))?.offences).toHaveLength(100)
    })

    test('a removed block leaves a mark, and only newer evidence blocks again', async () => {
      await store.blocks.add(anAddition({ domain: 'spam.example' }))
      const mark = {
        domain: 'spam.example',
        at: NOON + 1000,
        by: 'operator',
        why: 'they apologised',
      }
      expect(await store.blocks.remove(mark)).toBe(true)
      expect(await store.blocks.find('spam.example')).toBeUndefined()
      expect(await store.blocks.mark('spam.example')).toEqual(mark)
      const again = anAddition({ domain: 'spam.example' }, NOON + 999)
      expect(await store.blocks.add(again)).toBe('marked')
      expect(await store.blocks.all()).toEqual([])
      const later = anAddition({ domain: 'spam.example' }, NOON + 1001)
      expect(await store.blocks.add(later)).toBe('added')
      expect(await store.blocks.add(again)).toBe('marked')
      expect((await store.blocks.find('spam.example'))?.id).toBe(later.block.id)
    })

    test('removing what is not blocked says so and leaves the mark', async () => {
      const mark = { domain: 'spam.example', at: NOON, by: 'operator' }
      expect(await store.blocks.remove(mark)).toBe(false)
      expect(await store.blocks.mark('spam.example')).toEqual(mark)
      const older = { ...mark, at: NOON - 5 }
      expect(await store.blocks.remove(older)).toBe(false)
      expect(await store.blocks.mark('spam.example')).toEqual(mark)
    })

    test('pages through the list, last added first, around removed ones', async () => {
      const domains = Array.from({ length: 7 }, (_, i) => `d${i}.example`)
      for (const domain of domains) await store.blocks.add(anAddition({ domain }))
      await store.blocks.remove({ domain: 'd5.example', at: NOON + 1, by: 'operator' })
      await store.blocks.remove({ domain: 'd1.example', at: NOON + 1, by: 'operator' })
      await store.blocks.add(anAddition({ domain: 'd1.example' }, NOON + 2))
      const first = await store.blocks.page({ limit: 2 })
      expect(domainsOf(first)).toEqual(['d1.example', 'd6.example'])
      expect(first.total).toBe(6)
      await store.blocks.add(anAddition({ domain: 'meanwhile.example' }))
      const second = await store.blocks.page({ limit: 2, after: first.next ?? '' })
      expect(domainsOf(second)).toEqual(['d4.example', 'd3.example'])
      const third = await store.blocks.page({ limit: 2, after: second.next ?? '' })
      expect(domainsOf(third)).toEqual(['d2.example', 'd0.example'])
      expect(third.next).toBeUndefined()
    })

    test.each(['Spam.Example', 'spam.example.', 'späm.example', '*.spam.example', '', 'a b'])(
      'refuses the domain %j, which is not canonical',
      async (domain) => {
        await expect(store.blocks.add(anAddition({ domain }))).rejects.toThrow('canonical')
        expect(await store.blocks.all()).toEqual([])
      },
    )

    test('tells a watcher of every change, in order', async () => {
      const changes: BlockChange[] = []
      await store.blocks.watch((change) => changes.push(change), unexpected)
      const { block } = anAddition({ domain: 'spam.example' })
      await store.blocks.add({ block, evidenceAt: NOON })
      await store.blocks.remove({ domain: 'spam.example', at: NOON + 1, by: 'operator' })
      const { id, domain, scope, by } = block
      const expected = [
        { kind: 'added', entry: { id, domain, scope, by } },
        { kind: 'removed', domain },
      ]
      await vi.waitFor(() => expect(changes).toEqual(expected), { timeout: 5000, interval: 5 })
    })

    test('a loaded list is whole, and its version is still known later', async () => {
      for (let i = 0; i < 30; i++) await store.blocks.add(anAddition())
      const entries: BlockEntry[] = []
      const each = (entry: BlockEntry) => entries.push(entry)
      const list = await store.blocks.load({ known: undefined, each })
      expect(list.kind).toBe('whole')
      expect(entries).toHaveLength(30)
      await store.blocks.add(anAddition())
      const known = list.kind === 'whole' ? list.version : ''
      expect((await store.blocks.load({ known, each })).kind).toBe('whole')
    })
  })

  describe('keys', () => {
    const document = {
      keyId: 'https://a.example/users/b#main-key',
      owner: 'https://a.example/users/b',
      pem: '-----BEGIN PUBLIC KEY-----\nMII\n-----END PUBLIC KEY-----\n',
      fetchedAt: NOON,
    }

    test('are found by their id until they are forgotten', async () => {
      expect(await store.keys.get(document.keyId)).toBeUndefined()
      await store.keys.put(document, 60_000)
      expect(await store.keys.get(document.keyId)).toEqual(document)
      expect(await store.keys.get(`${document.keyId}2`)).toBeUndefined()
      await store.keys.forget(document.keyId)
      expect(await store.keys.get(document.keyId)).toBeUndefined()
    })

    test('expire', async () => {
      await store.keys.put(document, 1)
      await world.forgotten(() => store.keys.get(document.keyId))
      expect(await store.keys.get(document.keyId)).toBeUndefined()
    })
  })

  describe('retries', () => {
    const retry = { kind: 'hold', key: 'digest', attempt: 'a', at: NOON, ttlMs: 60_000 } as const

    test('count an attempt once and remember the first time', async () => {
      expect(await store.retries.note(retry)).toEqual({ count: 1, firstAt: NOON })
      expect(await store.retries.note(retry)).toEqual({ count: 1, firstAt: NOON })
      const second = { ...retry, attempt: 'b', at: NOON + 5000 }
      expect(await store.retries.note(second)).toEqual({ count: 2, firstAt: NOON })
      expect(await store.retries.peek('hold', 'digest')).toEqual({ count: 2, firstAt: NOON })
    })

    test('are kept apart by kind and key, and peeking counts nothing', async () => {
      await store.retries.note(retry)
      expect(await store.retries.peek('defer', 'digest')).toBeUndefined()
      expect(await store.retries.peek('hold', 'other')).toBeUndefined()
      expect(await store.retries.peek('hold', 'digest')).toEqual({ count: 1, firstAt: NOON })
    })

    test('stop counting at a bound', async () => {
      const attempts = Array.from({ length: 80 }, (_, i) => ({ ...retry, attempt: `a${i}` }))
      const states = await Promise.all(attempts.map((attempt) => store.retries.note(attempt)))
      expect(states.at(-1)?.count).toBe(64)
    })

    test('expire', async () => {
      await store.retries.note({ ...retry, ttlMs: 1 })
      await world.forgotten(() => store.retries.peek('hold', 'digest'))
      expect(await store.retries.peek('hold', 'digest')).toBeUndefined()
    })
  })

  describe('offences', () => {
    test('an object is claimed once', async () => {
      expect(await store.offences.claim('https://x.example/1', 60_000)).toBe(true)
      expect(await store.offences.claim('https://x.example/1', 60_000)).toBe(false)
      expect(await store.offences.claim('https://x.example/2', 60_000)).toBe(true)
    })

    test('count the distinct authors of a domain within the window', async () => {
      const note = (author: string, at: number, domain = 'x.example') =>
        store.offences.noteAuthor({ domain, author, at, windowMs: 10_000 })
      expect(await note('a', NOON)).toBe(1)
      expect(await note('a', NOON + 1000)).toBe(1)
      expect(await note('b', NOON + 5000)).toBe(2)
      expect(await note('c', NOON + 5000, 'y.example')).toBe(1)
      expect(await note('c', NOON + 12_000)).toBe(2)
      expect(await note('d', NOON + 14_999)).toBe(3)
      expect(await note('d', NOON + 15_000)).toBe(2)
    })

    test('places for automatic blocks are taken once per id and come back after an hour', async () => {
      const take = (id: string, at: number) => store.offences.takeBlockPlace({ id, at, limit: 2 })
      expect(await take('a', NOON)).toBe(true)
      expect(await take('a', NOON + 1)).toBe(true)
      expect(await take('b', NOON + 1000)).toBe(true)
      expect(await take('c', NOON + 2000)).toBe(false)
      expect(await take('b', NOON + 2000)).toBe(true)
      expect(await take('c', NOON + 3_600_000)).toBe(true)
      expect(await take('d', NOON + 3_600_001)).toBe(false)
    })
  })

  describe.each(['records', 'audit'] as const)('%s', (kind) => {
    test('come back newest first, page by page', async () => {
      const records = store[kind]
      for (const i of [1, 2, 3, 5, 4]) await records.append(aRecord(i))
      await records.append(aRecord(5))
      const first = await records.page({ limit: 2 })
      expect(first.records).toEqual([aRecord(5).json, aRecord(4).json])
      await records.append(aRecord(6))
      const second = await records.page({ limit: 2, before: first.next ?? '' })
      expect(second.records).toEqual([aRecord(3).json, aRecord(2).json])
      const third = await records.page({ limit: 2, before: second.next ?? '' })
      expect(third).toEqual({ records: [aRecord(1).json] })
    })

    test('are as many as were appended, many of them at once', async () => {
      const records = store[kind]
      const numbers = Array.from({ length: 50 }, (_, i) => i)
      await Promise.all(numbers.map((i) => records.append(aRecord(i))))
      await Promise.all(numbers.slice(-20).map((i) => records.append(aRecord(i))))
      const { records: all } = await records.page({ limit: 100 })
      expect(all).toEqual(numbers.reverse().map((i) => aRecord(i).json))
    })

    test.each(['', 'r1', '0-0', '1-1', '99999999999999999999-0', '+', '-', 'null', 'x-1'])(
      'are none before %j',
      async (before) => {
        await store[kind].append(aRecord(1))
        expect(await store[kind].page({ limit: 10, before })).toEqual({ records: [] })
      },
    )

    test.each([
      { id: 'a', at: Number.NaN, json: '{}' },
      { id: 'a', at: NOON + 0.5, json: '{}' },
      { id: 'a', at: NOON, json: '{\n}' },
    ])('refuse what could not be read again: %j', async (record) => {
      await expect(store[kind].append(record)).rejects.toThrow(TypeError)
      expect(await store[kind].page({ limit: 10 })).toEqual({ records: [] })
    })
  })

  describe('verdicts and audit', () => {
    test('are kept apart', async () => {
      await store.records.append(aRecord(1))
      await store.audit.append(aRecord(2))
      expect(await store.records.page({ limit: 10 })).toEqual({ records: [aRecord(1).json] })
      expect(await store.audit.page({ limit: 10 })).toEqual({ records: [aRecord(2).json] })
    })

    test('are bounded by count and age', async () => {
      await store.close()
      let now = NOON
      store = await world.open({ now: () => now, records: { count: 3, ageMs: DAY } })
      for (const i of [1, 2, 3, 4, 5]) await store.records.append(aRecord(i))
      const kept = [5, 4, 3].map((i) => aRecord(i).json)
      expect(await store.records.page({ limit: 10 })).toEqual({ records: kept })
      now = NOON + DAY + 4
      expect(await store.records.page({ limit: 10 })).toEqual({ records: [aRecord(5).json] })
      now = NOON + 2 * DAY
      expect(await store.records.page({ limit: 10 })).toEqual({ records: [] })
    })
  })

  describe('identity', () => {
    test('is made once, and everybody gets the same', async () => {
      const values = ['a', 'b', 'c', 'd'].map((value) =>
        store.identity.getOrCreate('actor', async () => value),
      )
      const [first, ...others] = await Promise.all(values)
      expect(others).toEqual([first, first, first])
      await store.close()
      store = await world.open()
      expect(await store.identity.getOrCreate('actor', async () => 'new')).toBe(first)
    })
  })

  describe('pictures', () => {
    test('are kept whole, in the order of adding, whatever their times', async () => {
      expect(await store.pictures.all()).toEqual([])
      const added = [
        aPicture({ addedAt: NOON + 9, note: 'as told "so" | ☂' }),
        aPicture({ addedAt: NOON }),
        aPicture({ addedAt: NOON + 5, name: 'https://spam.example/“2”.png', blurhashes: [] }),
      ]
      for (const picture of added) expect(await store.pictures.add(picture)).toBe('added')
      expect(await store.pictures.all()).toEqual(added)
    })

    test('are added once: what was known first stays', async () => {
      const first = aPicture()
      await store.pictures.add(first)
      expect(await store.pictures.add({ ...first, name: 'other.png' })).toBe('existed')
      expect(await store.pictures.all()).toEqual([first])
    })

    test('are added once also when many add one at the same moment', async () => {
      const many = Array.from({ length: 20 }, (_, each) => aPicture({ id: ONE, name: `${each}` }))
      const outcomes = await Promise.all(many.map((picture) => store.pictures.add(picture)))
      expect(outcomes.filter((outcome) => outcome === 'added')).toHaveLength(1)
      expect(await store.pictures.all()).toHaveLength(1)
    })

    test('are removed, handed back, and may come again as the last', async () => {
      const [first, second] = [aPicture(), aPicture()]
      await store.pictures.add(first)
      await store.pictures.add(second)
      expect(await store.pictures.remove(first.id)).toEqual(first)
      expect(await store.pictures.remove(first.id)).toBeUndefined()
      expect(await store.pictures.all()).toEqual([second])
      expect(await store.pictures.add(first)).toBe('added')
      expect(await store.pictures.all()).toEqual([second, first])
    })

    test('have another version after every change, and the same one otherwise', async () => {
      const versions = [await store.pictures.version()]
      const noteVersion = async () => versions.push(await store.pictures.version())
      const [first, second] = [aPicture(), aPicture()]
      for (const picture of [first, second]) {
        await store.pictures.add(picture)
        await noteVersion()
      }
      await store.pictures.remove(first.id)
      await noteVersion()
      expect(new Set(versions).size).toBe(4)
      await store.pictures.add(second)
      await store.pictures.remove(first.id)
      await store.pictures.all()
      expect(await store.pictures.version()).toBe(versions.at(-1))
    })

    test.each([
      { id: 'A'.repeat(64) },
      { id: 'abc' },
      { name: '' },
      { hashes: [] },
      { hashes: ['f'.repeat(63)] },
      { hashes: Array.from({ length: 1_025 }, () => ONE) },
      { blurhashes: ['no blurhash'] },
      { addedAt: 1.5 },
    ])('that could not be used are refused: %j', async (wrong) => {
      await expect(store.pictures.add(aPicture(wrong))).rejects.toThrow('cannot be kept')
      expect(await store.pictures.all()).toEqual([])
    })

    test('a sight is remembered by its key until its time is over', async () => {
      const { pictures } = store
      expect(await pictures.sight('https://spam.example/1.png')).toBeUndefined()
      await pictures.keepSight('https://spam.example/1.png', '{"a":"☂"}', 60_000)
      await pictures.keepSight('https://spam.example/1.png v2', '{"b":1}', 5)
      expect(await pictures.sight('https://spam.example/1.png')).toBe('{"a":"☂"}')
      await world.forgotten(() => pictures.sight('https://spam.example/1.png v2'))
      expect(await pictures.sight('https://spam.example/1.png v2')).toBeUndefined()
    })
  })

  test('says that it is up until it is closed, and closes twice without harm', async () => {
    expect(store.isUp()).toBe(true)
    await store.close()
    await store.close()
    expect(store.isUp()).toBe(false)
  })
})

async function embeddedWorld(): Promise<World> {
  let folder = ''
  let now = NOON
  return {
    open: (setup) => openEmbeddedStore({ folder, now: () => now, ...setup }),
    async forgotten() {
      now += 10
    },
    async clear() {
      folder = await aFolder()
    },
    stop: async () => undefined,
  }
}

async function redisWorld(server: RedisServer): Promise<World> {
  return {
    open: (setup) => openRedisStore({ url: server.url, now: () => NOON, log: quiet, ...setup }),
    async forgotten(check) {
      await expect.poll(check, { timeout: 5000, interval: 2 }).toBeUndefined()
    },
    clear: () => server.flush(),
    stop: () => server.stop(),
  }
}

function aRecord(number: number): { id: string; at: number; json: string } {
  return { id: `r${number}`, at: NOON + number, json: JSON.stringify({ number }) }
}

function domainsOf({ blocks }: { blocks: readonly { domain: string }[] }): string[] {
  return blocks.map(({ domain }) => domain)
}

function unexpected(): never {
  throw new Error('nothing was missed')
}
