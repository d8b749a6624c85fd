// The store that the configuration names.
import { resolve } from 'node:path'
import type { Log } from '../log.ts'
import { openEmbeddedStore } from './embedded/store.ts'

import type { Store } from './store.ts'

export interface StoreSetup {
  /** `embedded:<folder>` or a redis URL. */
  readonly url: string
  readonly recordsKeptMs: number
  readonly log: Log
  readonly now: () => number
  readonly onFault: (what: string) => void
}

const EMBEDDED = 'embedded:'

export function isEmbedded(url: string): boolean {
  return url.startsWith(EMBEDDED)
}

export async function openStore({ url, ...setup }: StoreSetup): Promise<Store> {
  if (!isEmbedded(url)) {
    const { openRedisStore } = await import('./redis/store.ts') // only where it is used
    return openRedisStore({ url, ...setup })
  }
  return openEmbeddedStore({ folder: resolve(url.slice(EMBEDDED.length)), ...setup })
}
