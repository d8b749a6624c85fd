// What a block list of a million domains costs, and how soon one process's block is every process's.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { openBlocks } from '../../src/blocks.ts'
import { openStore } from '../../src/store/open.ts'
import { type RedisServer, startRedis } from '../support/redis.ts'
import type { Usage } from './answering.ts'
import { blockEntries } from './block-names.ts'
import { type Child, startChild } from './children.ts'
import { atMost, type Figure, quantile, told } from './figures.ts'
import type { Lookups, MirrorReady, MirrorSetup } from './mirror-process.ts'

const MANY = 1_000_000
const FEW = 10_000
const NEW_BLOCKS = 200
const MIB = 1_048_576

export async function blocks(): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-bench-'))
  try {
    return [...(await inMemory(folder)), ...(await inRedis(folder))]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function inMemory(folder: string): Promise<Figure[]> {
  const measured = async (count: number) => {
    const mirror = await openMirror({ count, folder })
    const lookups = await mirror.ask<Lookups>('lookups')
    const { rss } = await mirror.ask<Usage>('usage')
    await mirror.stop()
    return { lookups, rss, ...mirror.ready }
  }
  const few = await measured(FEW)
  const many = await measured(MANY)
  return [
    told('lookup, p50', many.lookups.p50, 'µs'),
    atMost('lookup, p99', many.lookups.p99, 5, 'µs'),
    atMost('load from memory', many.loadMs / 1_000, 10, 's'),
    atMost('resident memory above 10,000 domains', (many.rss - few.rss) / MIB, 100, 'MiB'),
  ]
}

async function inRedis(folder: string): Promise<Figure[]> {
  const redis = await startRedis()
  try {
    const bytesEach = (await fill(redis, join(folder, 'c'))) / MANY
    const mirror = await openMirror({ count: MANY, redis: redis.url, folder: join(folder, 'b') })
    const { loadMs, loadCpuMs, size } = mirror.ready
    if (size !== MANY) throw new Error(`${size} of ${MANY} domains were read from Redis`)
    const delays = await spread(redis.url, mirror, join(folder, 'a'))
    await mirror.stop()
    return [
      atMost('Redis memory per list entry', bytesEach, 200, 'bytes'),
      atMost('load from Redis', loadMs / 1_000, 10, 's'),
      told('  of it CPU time of the relay', loadCpuMs / 1_000, 's'),
      told('a block is enforced by another process, p50', quantile(delays, 0.5), 'ms'),
      atMost('a block is enforced by another process, p99', quantile(delays, 0.99), 50, 'ms'),
    ]
  } finally {
    await redis.stop()
  }
}

function openMirror(setup: MirrorSetup): Promise<Child<MirrorReady>> {
  const nodeFlags = ['--expose-gc']
  return startChild<MirrorReady>({
    file: new URL('./mirror-process.ts', import.meta.url),
    core: 'measured',
    setup,
    nodeFlags,
  })
}

/** Bytes that the list takes in Redis. */
async function fill(redis: RedisServer, dataFolder: string): Promise<number> {
  const store = await openStore({ url: redis.url, dataFolder, ...common })
  const before = await usedMemory(redis)
  await store.blocks.restore(blockEntries(MANY))
  const used = (await usedMemory(redis)) - before
  await store.close()
  return used
}

async function usedMemory(redis: RedisServer): Promise<number> {
  const memory = String(await redis.ask('INFO', 'memory'))
  return Number(/^used_memory:(\d+)/m.exec(memory)?.[1])
}

/** Milliseconds from asking for a block here until the mirror's answer that it finds it there. */
async function spread(url: string, mirror: Child<unknown>, folder: string): Promise<number[]> {
  const store = await openStore({ url, dataFolder: folder, ...common })
  const list = await openBlocks({ store: store.blocks, folder, ...common })
  const delays: number[] = []
  for (let n = 0; n < NEW_BLOCKS; n++) {
    const domain = `new-${n}.test`
    const enforced = mirror.ask('enforced', domain)
    const start = performance.now()
    const rest = { scope: 'subtree', by: 'operator', reason: '', offences: [] } as const
    const block = { id: `new-${n}`, domain, since: Date.now(), ...rest }
    await list.add({ block, evidenceAt: Date.now() })
    await enforced
    delays.push(performance.now() - start)
  }
  await list.close()
  await store.close()
  return delays
}

const common = {
  log: pino({ level: 'silent' }),
  now: Date.now,
  onFault: () => {},
  recordsKeptMs: 1,
  evidenceKeptMs: 1,
}
