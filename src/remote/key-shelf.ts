// Keys at hand: memory in front of the store, and when their servers were last asked, in memory alone.
import { createPublicKey } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { ActorKey, KeyLookup } from '../signature.ts'
import type { KeyCache, KeyDocument } from '../store/store.ts'

export interface ShelfOptions {
  readonly cache: KeyCache
  readonly now: () => number
  readonly onFault: (what: string) => void
}

export interface KeyShelf {
  remembered(keyId: string): KeyLookup | undefined
  stored(keyId: string): Promise<KeyLookup | undefined>
  put(fetched: Pick<KeyDocument, 'keyId' | 'owner' | 'pem'>): KeyLookup
  /** When the key's server was asked last, by us or by whoever stored the key. */
  askedAt(keyId: string): number
  noteAsked(keyId: string): void
}

const KEY_TTL_MS = 24 * 3_600_000 // a rotated key is noticed at once, by the signature that does not fit
const MAX_KEYS = 10_000

export function openKeyShelf(options: ShelfOptions): KeyShelf {
  const { cache, now, onFault } = options
  const keys = new LRUCache<string, { readonly key: ActorKey; readonly until: number }>({
    max: MAX_KEYS,
  })
  const asked = new LRUCache<string, number>({ max: MAX_KEYS })

  function remember({ keyId, owner, pem, fetchedAt }: KeyDocument): ActorKey {
    const key = { keyId, owner, key: createPublicKey(pem) }
    keys.set(keyId, { key, until: fetchedAt + KEY_TTL_MS })
    asked.set(keyId, fetchedAt)
    return key
  }

  return {
    remembered(keyId) {
      const known = keys.get(keyId)
      if (!known || known.until <= now()) return undefined
      return { status: 'found', key: known.key, cached: true }
    },
    async stored(keyId) {
      try {
        const document = await cache.get(keyId)
        if (!document || document.fetchedAt + KEY_TTL_MS <= now()) return undefined
        return { status: 'found', key: remember(document), cached: true }
      } catch {
        onFault('key cache read') // then it has nothing: the key's own server is asked
        return undefined
      }
    },
    put(fetched) {
      const document = { ...fetched, fetchedAt: now() }
      cache.put(document, KEY_TTL_MS).catch(() => onFault('key cache write'))
      return { status: 'found', key: remember(document), cached: false }
    },
    askedAt: (keyId) => asked.get(keyId) ?? Number.NEGATIVE_INFINITY,
    noteAsked: (keyId) => asked.set(keyId, now()),
  }
}
