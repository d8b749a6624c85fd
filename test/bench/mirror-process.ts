// A process that enforces a long block list, from memory or from Redis, and tells what that costs.
import { pino } from 'pino'
import { type Blocks, openBlocks } from '../../src/blocks.ts'
import { openStore } from '../../src/store/open.ts'
import type { BlockStore } from '../../src/store/store.ts'
import { answerParent, setupOf, type Usage, usage } from './answering.ts'
import { blockEntries, blockedName } from './block-names.ts'
import { quantile } from './figures.ts'

export interface MirrorSetup {
  readonly count: number
  /** Absent: the list is made up in memory. */
  readonly redis?: string
  readonly folder: string
}

export interface MirrorReady {
  readonly loadMs: number
  /** CPU time of the same. */
  readonly loadCpuMs: number
  readonly size: number
}

export interface Lookups {
  /** Microseconds. */
  readonly p50: number
  readonly p99: number
}

const WARM_UP = 100_000
const LOOKUPS = 400_000

const { count, redis, folder } = setupOf<MirrorSetup>()
const common = { log: pino({ level: 'silent' }), now: Date.now, onFault: () => {} }
const store = redis === undefined ? madeUp() : await redisBlocks(redis)
const start = performance.now()
const cpuBefore = usage().cpu
const blocks = await openBlocks({ store, folder, ...common, snapshot: redis !== undefined })
const loadMs = performance.now() - start
const loadCpuMs = (usage().cpu - cpuBefore) / 1_000

answerParent({ loadMs, loadCpuMs, size: blocks.size } satisfies MirrorReady, {
  lookups: () => timeLookups(blocks),
  usage: tidyUsage,
  enforced: (domain) => untilFound(blocks, domain as string),
  stop: () => blocks.close(),
})

function madeUp(): BlockStore {
  const never = () => Promise.reject(new Error('the bench does not ask for this'))
  return {
    ...{ all: never, restore: never, add: never, remove: never, find: never },
    ...{ mark: never, marks: never, page: never, watch: async () => {} },
    async load({ each }) {
      for (const entry of blockEntries(count)) each(entry)
      return { kind: 'whole', version: 'made-up' }
    },
  }
}

async function redisBlocks(url: string): Promise<BlockStore> {
  return (
    await openStore({ url, recordsKeptMs: 1, evidenceKeptMs: 1, dataFolder: folder, ...common })
  ).blocks
}

/** Every other name is on the list, itself or by a name above it. */
function timeLookups({ find }: Blocks): Lookups {
  const took: number[] = []
  let found = 0
  for (let n = 0; n < WARM_UP + LOOKUPS; n++) {
    const name = blockedName((n * 7_919) % (count * 2))
    const domain = n % 4 === 0 ? `www.${name}` : name
    const at = performance.now()
    const entry = find(domain)
    const after = performance.now()
    if (entry) found++
    if (n >= WARM_UP) took.push((after - at) * 1_000)
  }
  if (found < LOOKUPS / 3) throw new Error(`only ${found} names were found`)
  return { p50: quantile(took, 0.5), p99: quantile(took, 0.99) }
}

/** What stays, not what waits to be collected. */
function tidyUsage(): Usage {
  for (let round = 0; round < 3; round++) globalThis.gc?.()
  return usage()
}

function untilFound({ find }: Blocks, domain: string): Promise<true> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (!find(domain)) return
      clearInterval(timer)
      resolve(true)
    }, 1)
  })
}
