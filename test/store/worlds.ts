// Every store there is, for tests that hold for all of them alike.
import { openEmbeddedStore } from '../../src/store/embedded/store.ts'
import { openRedisStore } from '../../src/store/redis/store.ts'
import type { Store } from '../../src/store/store.ts'
import { type RedisServer, startRedis } from '../support/redis.ts'
import { aFolder, NOON, quiet } from './build.ts'

export interface StoreSetup {
  readonly now?: () => number
  readonly evidenceKeptMs?: number
  readonly evidenceBytes?: number
}

export interface StoreWorld {
  /** Opened again it has what it had before; Redis may be open several times. */
  open(setup?: StoreSetup): Promise<Store>
  clear(): Promise<void>
  stop(): Promise<void>
}

export const worlds: readonly { name: string; start: () => Promise<StoreWorld> }[] = [
  { name: 'embedded', start: async () => embeddedWorld() },
  { name: 'redis', start: async () => redisWorld(await startRedis()) },
  { name: 'redis cluster', start: async () => redisWorld(await startRedis({ cluster: true })) },
]

function embeddedWorld(): StoreWorld {
  let folder = ''
  return {
    open: (setup) => openEmbeddedStore({ folder, now: () => NOON, ...setup }),
    async clear() {
      folder = await aFolder()
    },
    stop: async () => undefined,
  }
}

function redisWorld(server: RedisServer): StoreWorld {
  return {
    open: (setup) => openRedisStore({ url: server.url, now: () => NOON, log: quiet, ...setup }),
    clear: () => server.flush(),
    stop: () => server.stop(),
  }
}
