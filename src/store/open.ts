// The store that the configuration names.
import { resolve } from 'node:path'
import type { Log } from '../log.ts'
import { openEmbeddedStore } from './embedded/store.ts'
import { RECORD_LIMITS } from './limits.ts'
import type { Store } from './store.ts'

export interface StoreSetup {
  /** `embedded:<folder>` or a redis URL. */
  readonly url: string
  readonly recordsKeptMs: number
  readonly evidenceKeptMs: number
  /** With Redis: where its evidence and marks are noted too, should it be emptied. */
  readonly dataFolder?: string
  readonly log: Log
  readonly now: () => number
  readonly onFault: (what: string) => void
}

const EMBEDDED = 'embedded:'

export function isEmbedded(url: string): boolean {
  return url.startsWith(EMBEDDED)
}

/** Of an embedded store. */
export function folderOf(url: string): string | undefined {
  return isEmbedded(url) ? resolve(url.slice(EMBEDDED.length)) : undefined
}

export async function openStore(setup: StoreSetup): Promise<Store> {
  const { url, recordsKeptMs, evidenceKeptMs, dataFolder, log, now, onFault } = setup
  const kept = { records: { ...RECORD_LIMITS, ageMs: recordsKeptMs }, evidenceKeptMs }
  if (!isEmbedded(url)) {
    const { openRedisStore } = await import('./redis/store.ts') // only where it is used
    const notes = dataFolder === undefined ? {} : { dataFolder }
    return openRedisStore({ url, ...kept, now, log, onFault, ...notes }).catch((cause) => {
      throw folderFault('data', dataFolder ?? '', cause)
    })
  }
  const folder = resolve(url.slice(EMBEDDED.length))
  return openEmbeddedStore({ folder, ...kept, now, log, onFault }).catch((cause) => {
    throw folderFault('store', folder, cause)
  })
}

/** A folder that cannot be used is named with its key; what the store says itself is clear already. */
function folderFault(key: string, folder: string, cause: unknown): unknown {
  const { code } = cause as { code?: string }
  return code === undefined
    ? cause
    : new Error(`${key}: ${folder} cannot be used (${code})`, { cause })
}
