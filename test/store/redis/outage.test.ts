// When Redis is dead: killed, frozen, emptied, restarted. Blocks are enforced all the while and none is lost.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test as base, describe, expect, vi } from 'vitest'
import { type Blocks, openBlocks } from '../../../src/blocks.ts'
import { openRedisStore } from '../../../src/store/redis/store.ts'
import type { BlockEntry, Store } from '../../../src/store/store.ts'
import { type RedisServer, startRedis } from '../../support/redis.ts'
import { aBlock, aFolder, anAddition, anOffence, NOON, quiet } from '../build.ts'

interface Relay {
  readonly store: Store
  readonly blocks: Blocks
  readonly faults: string[]
  close(): Promise<void>
}

interface World {
  readonly server: RedisServer
  readonly folder: string
  /** In the world's folder unless told otherwise: another machine. */
  startRelay(folder?: string): Promise<Relay>
}

/** The tests run side by side, most of them waiting for the next look at Redis. */
const test = base.extend<{ world: World }>({
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads the fixture's needs from it
  world: async ({}, use) => {
    const server = await startRedis({ aof: true })
    const folder = await aFolder()
    const relays: Relay[] = []
    const startRelay = async (dataFolder = folder): Promise<Relay> => {
      const relay = await openRelay(server, dataFolder)
      relays.push(relay)
      return relay
    }
    await use({ server, folder, startRelay })
    for (const relay of relays) await relay.close()
    await server.stop()
  },
})

async function openRelay(server: RedisServer, dataFolder: string): Promise<Relay> {
  const faults: string[] = []
  const common = { now: () => NOON, log: quiet, onFault: (what: string) => faults.push(what) }
  const store = await openRedisStore({ url: server.url, dataFolder, ...common })
  const blocks = await openBlocks({ store: store.blocks, folder: dataFolder, ...common })
  const close = async (): Promise<void> => {
    await blocks.close()
    await store.close()
  }
  return { store, blocks, faults, close }
}

async function addMany(blocks: Blocks, count: number): Promise<string[]> {
  const domains = Array.from({ length: count }, (_, i) => `d${i}.example`)
  for (let at = 0; at < count; at += 20) {
    const some = domains.slice(at, at + 20)
    await Promise.all(some.map((domain) => blocks.add(anAddition({ domain }))))
  }
  return domains
}

const soon = { timeout: 10_000, interval: 20 }

function comesBack(store: Store, domains: readonly string[]): Promise<void> {
  return vi.waitFor(async () => {
    const entries = await store.blocks.all()
    expect(entries.map(({ domain }) => domain).sort()).toEqual([...domains].sort())
  }, soon)
}

describe('a Redis that was killed', () => {
  test.concurrent('leaves the mirror enforcing, and takes waiting blocks when it is back', async ({
    world,
  }) => {
    const { blocks, store } = await world.startRelay()
    const other = await world.startRelay(await aFolder())
    await addMany(blocks, 3)
    await world.server.kill()
    expect(blocks.find('a.d1.example')?.domain).toBe('d1.example')
    const late = anAddition({
      domain: 'late.example',
      offences: [anOffence('https://l.example/1')],
    })
    expect(await blocks.add(late)).toBe('journaled')
    expect(blocks.find('late.example')?.id).toBe(late.block.id)
    await expect(blocks.page({ limit: 1 })).rejects.toThrow('Redis')
    await expect(store.keys.get('https://k.example')).rejects.toThrow('Redis')
    const mark = { domain: 'd1.example', at: NOON + 1, by: 'operator' }
    await expect(blocks.remove(mark)).rejects.toThrow()
    expect(blocks.find('d1.example')).toBeDefined()
    await vi.waitFor(() => expect(store.isUp()).toBe(false), soon)

    await world.server.restart()
    await comesBack(other.store, ['d0.example', 'd1.example', 'd2.example', 'late.example'])
    await vi.waitFor(() => expect(other.blocks.find('late.example')).toBeDefined(), soon)
    expect(await other.blocks.details('late.example')).toEqual(late.block)
    await vi.waitFor(() => expect(store.isUp()).toBe(true), soon)
  })

  test.concurrent('gets waiting blocks also from the next process, once each', async ({
    world,
  }) => {
    const first = await world.startRelay()
    await world.server.kill()
    await first.blocks.add(anAddition({ domain: 'late.example' }))
    await first.close()
    const second = await world.startRelay()
    expect(second.blocks.find('late.example')).toBeDefined()
    await world.server.restart()
    await comesBack(second.store, ['late.example'])
    const third = await world.startRelay()
    expect(third.blocks.size).toBe(1)
  })

  test.concurrent('does not block again what was unblocked with newer knowledge', async ({
    world,
  }) => {
    const { blocks } = await world.startRelay()
    const other = await world.startRelay(await aFolder())
    await blocks.add(anAddition({ domain: 'spam.example' }))
    await other.blocks.remove({ domain: 'spam.example', at: NOON + 10, by: 'operator' })
    await vi.waitFor(() => expect(blocks.find('spam.example')).toBeUndefined(), soon)
    await world.server.kill()
    await blocks.add(anAddition({ domain: 'spam.example' }, NOON + 5))
    expect(blocks.find('spam.example')).toBeDefined()
    await world.server.restart()
    await vi.waitFor(() => expect(blocks.find('spam.example')).toBeUndefined(), soon)
    await comesBack(other.store, [])
  })
})

test.concurrent('a frozen Redis costs nothing but time, and what it may have missed is handed in', async ({
  world,
}) => {
  const { blocks, store } = await world.startRelay()
  await addMany(blocks, 2)
  world.server.pause()
  const additions = Array.from({ length: 12 }, (_, i) => anAddition({ domain: `late${i}.example` }))
  const outcomes: string[] = []
  for (const addition of additions) outcomes.push(await blocks.add(addition))
  expect(new Set(outcomes)).toEqual(new Set(['journaled']))
  await expect(store.keys.get('k')).rejects.toThrow('does not answer')
  expect(store.isUp()).toBe(false)
  expect(blocks.find('late11.example')).toBeDefined()
  world.server.resume()
  const late = additions.map(({ block }) => block.domain)
  await comesBack(store, ['d0.example', 'd1.example', ...late])
  expect((await blocks.page({ limit: 1 })).total).toBe(14)
})

describe('a Redis that lost the list', () => {
  test.concurrent.for<[string, (server: RedisServer) => Promise<unknown>]>([
    ['was emptied', (server) => server.flush()],
    ['lost the entries', (server) => server.ask('DEL', '{sekisho}:blocks')],
    ['lost some of the entries', (server) => server.ask('HDEL', '{sekisho}:blocks', 'd1.example')],
    ['lost the epoch', (server) => server.ask('DEL', '{sekisho}:epoch')],
    ['lost the index', (server) => server.ask('DEL', '{sekisho}:blocks:order')],
    ['lost the stream of changes', (server) => server.ask('DEL', '{sekisho}:stream')],
  ])('because it %s gets it back from the mirror', async ([, lose], { world }) => {
    const { blocks, store, faults } = await world.startRelay()
    const domains = await addMany(blocks, 700)
    await lose(world.server)
    await vi.waitFor(() => expect(faults).toContain('blocks-lost'), soon)
    await comesBack(store, domains)
    expect(blocks.size).toBe(700)
    expect(await blocks.add(anAddition({ domain: 'next.example' }))).toBe('added')
    const { total, blocks: page } = await blocks.page({ limit: 1000 })
    expect(total).toBe(701)
    expect(page).toHaveLength(701)
    expect(faults).not.toContain('blocks-nameless')
  })

  test.concurrent('gets evidence, marks and the key pair back too', async ({ world }) => {
    const { blocks, store } = await world.startRelay()
    const offences = [anOffence('https://s.example/1'), anOffence('https://s.example/2')]
    const block = aBlock({ domain: 'spam.example', note: 'seen twice', offences })
    await blocks.add({ block, evidenceAt: NOON })
    await blocks.add(anAddition({ domain: 'fine.example' }))
    const mark = { domain: 'fine.example', at: NOON + 10, by: 'operator' }
    await blocks.remove(mark)
    await store.identity.getOrCreate('actor', async () => 'the key pair')
    await world.server.flush()
    await comesBack(store, ['spam.example'])
    await vi.waitFor(async () => expect(await blocks.details('spam.example')).toEqual(block), soon)
    expect(await store.blocks.mark('fine.example')).toEqual(mark)
    expect(await blocks.add(anAddition({ domain: 'fine.example' }))).toBe('marked')
    expect(await store.identity.getOrCreate('actor', async () => 'another')).toBe('the key pair')
  })

  test.concurrent('gets it back although a process without a copy was there first', async ({
    world,
  }) => {
    const old = await world.startRelay()
    const domains = await addMany(old.blocks, 20)
    await world.server.flush()
    const fresh = await world.startRelay(await aFolder())
    await comesBack(fresh.store, domains)
    await vi.waitFor(() => expect(fresh.blocks.size).toBe(20), soon)
    expect(old.blocks.size).toBe(20)
  })

  test.concurrent('gets it back from several processes at once, every domain once', async ({
    world,
  }) => {
    const relays = await Promise.all(
      [aFolder(), aFolder(), aFolder()].map(async (f) => world.startRelay(await f)),
    )
    const [first] = relays
    const domains = first ? await addMany(first.blocks, 900) : []
    await vi.waitFor(
      () => expect(relays.map(({ blocks }) => blocks.size)).toEqual([900, 900, 900]),
      soon,
    )
    await world.server.flush()
    await vi.waitFor(async () => {
      const pages = relays.map(({ blocks }) => blocks.page({ limit: 2000 }))
      for (const page of await Promise.all(pages)) expect(page.blocks).toHaveLength(900)
    }, soon)
    for (const { store } of relays) await comesBack(store, domains)
  })

  test.concurrent('gets it back from the snapshot of a relay that was away meanwhile', async ({
    world,
  }) => {
    const before = await world.startRelay()
    const domains = await addMany(before.blocks, 5)
    await before.close()
    await world.server.flush()
    const { blocks, store, faults } = await world.startRelay()
    expect(blocks.isReady()).toBe(true)
    expect(blocks.size).toBe(5)
    expect(faults).toContain('blocks-lost')
    await comesBack(store, domains)
  })

  test.concurrent('gets it back after a restart that brought an older state', async ({ world }) => {
    const { blocks, store } = await world.startRelay()
    await addMany(blocks, 5)
    await world.server.ask('BGREWRITEAOF')
    await world.server.ask('CONFIG', 'SET', 'appendonly', 'no') // from here on nothing reaches the disk
    await blocks.add(anAddition({ domain: 'forgotten.example' }))
    await world.server.kill()
    await world.server.restart()
    const domains = ['d0', 'd1', 'd2', 'd3', 'd4', 'forgotten'].map((name) => `${name}.example`)
    await comesBack(store, domains)
  })
})

test.concurrent('a removal that Redis forgot in a restart is made again', async ({ world }) => {
  const { blocks, store } = await world.startRelay()
  const { server } = world
  await blocks.add(anAddition({ domain: 'spam.example' }))
  await blocks.add(anAddition({ domain: 'other.example' }))
  const entry = String(await server.ask('HGET', '{sekisho}:blocks', 'spam.example'))
  const mark = { domain: 'spam.example', at: NOON + 1, by: 'operator' }
  expect(await blocks.remove(mark)).toBe(true)
  // What an append-only file without its last second would bring back:
  await server.ask('HDEL', '{sekisho}:marks', 'spam.example')
  await server.ask('LSET', '{sekisho}:blocks:order', '0', 'spam.example')
  await server.ask('HSET', '{sekisho}:blocks', 'spam.example', entry)
  await server.ask('HINCRBY', '{sekisho}:epoch', 'count', '1')
  const newest = await server.ask('XREVRANGE', '{sekisho}:stream', '+', '-', 'COUNT', '1')
  await server.ask('XDEL', '{sekisho}:stream', String((newest as string[][])[0]?.[0]))
  await comesBack(store, ['other.example'])
  expect(await store.blocks.mark('spam.example')).toEqual(mark)
  expect(blocks.find('spam.example')).toBeUndefined()
  expect(blocks.find('other.example')).toBeDefined()
})

describe('a start while Redis is away', () => {
  test.concurrent('without a snapshot is not ready until Redis answers', async ({ world }) => {
    await world.server.kill()
    const { blocks, faults } = await world.startRelay()
    expect(blocks.isReady()).toBe(false)
    expect(faults).toEqual(['blocks-unread'])
    await world.server.restart()
    await vi.waitFor(() => expect(blocks.isReady()).toBe(true), soon)
  })

  test.concurrent('enforces the snapshot', async ({ world }) => {
    const before = await world.startRelay()
    await addMany(before.blocks, 5)
    await before.close()
    await world.server.kill()
    const { blocks } = await world.startRelay()
    expect(blocks.isReady()).toBe(true)
    expect(blocks.find('www.d4.example')?.by).toBe('rule:mention-flood')
    expect(blocks.size).toBe(5)
  })

  test.concurrent('does not take a damaged snapshot for the list', async ({ world }) => {
    const before = await world.startRelay()
    await addMany(before.blocks, 5)
    await before.close()
    const snapshot = join(world.folder, 'blocks.snapshot')
    const text = await readFile(snapshot, 'utf8')
    await writeFile(snapshot, text.replace('d3.example', 'd8.example'))
    await world.server.kill()
    const { blocks, faults } = await world.startRelay()
    expect(blocks.isReady()).toBe(false)
    expect(faults).toContain('snapshot')
    await world.server.restart()
    await vi.waitFor(() => expect(blocks.find('d3.example')).toBeDefined(), soon)
  })
})

test.concurrent('a list is read whole while others change it', async ({ world }) => {
  const { blocks, store } = await world.startRelay()
  await addMany(blocks, 3000)
  const seen = new Set<string>()
  const each = ({ domain }: BlockEntry) => seen.add(domain)
  const changing = Promise.all(
    Array.from({ length: 40 }, (_, i) =>
      i % 2 === 0
        ? blocks.add(anAddition({ domain: `n${i}.example` }))
        : blocks.remove({ domain: `d${i}.example`, at: NOON + 1, by: 'operator' }),
    ),
  )
  const list = await store.blocks.load({ known: undefined, each })
  await changing
  expect(list.kind).toBe('whole')
  const missing = Array.from({ length: 3000 }, (_, i) => i).filter(
    (i) => (i >= 40 || i % 2 === 0) && !seen.has(`d${i}.example`),
  )
  expect(missing).toEqual([])
})
