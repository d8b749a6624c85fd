// Keys, retries and offences of one process: bounded memory that a restart may forget.
import { LRUCache } from 'lru-cache'
import { MAX_ATTEMPTS, MAX_AUTHORS, PLACE_WINDOW_MS } from '../limits.ts'
import type { OffenceStore } from '../offence-store.ts'
import type { RetryStore } from '../retry-store.ts'
import type { KeyCache, KeyDocument } from '../store.ts'

export function embeddedKeys(max: number, now: () => number): KeyCache {
  const documents = expiring<KeyDocument>(max, now)
  return {
    get: async (keyId) => documents.get(keyId),
    put: async (document, ttlMs) => void documents.set(document.keyId, document, { ttl: ttlMs }),
    forget: async (keyId) => void documents.delete(keyId),
  }
}

export function embeddedRetries(max: number, now: () => number): RetryStore {
  const seen = expiring<{ attempts: Set<string>; firstAt: number }>(max, now)
  return {
    async note({ kind, key, attempt, at, ttlMs }) {
      const { attempts, firstAt } = seen.get(`${kind} ${key}`) ?? {
        attempts: new Set<string>(),
        firstAt: at,
      }
      if (attempts.size < MAX_ATTEMPTS) attempts.add(attempt)
      const first = Math.min(firstAt, at)
      seen.set(`${kind} ${key}`, { attempts, firstAt: first }, { ttl: ttlMs })
      return { count: attempts.size, firstAt: first }
    },
    async peek(kind, key) {
      const state = seen.get(`${kind} ${key}`)
      return state && { count: state.attempts.size, firstAt: state.firstAt }
    },
  }
}

export function embeddedOffences(max: number, now: () => number): OffenceStore {
  const claims = expiring<true>(max, now)
  const offenders = expiring<Map<string, number>>(max, now)
  const places = new Map<string, number>()
  return {
    isClaimed: async (objectId) => claims.has(objectId),
    async claim(objectId, ttlMs) {
      if (claims.has(objectId)) return false
      claims.set(objectId, true, { ttl: ttlMs })
      return true
    },
    async noteAuthor({ domain, author, at, windowMs }) {
      const authors = offenders.get(domain) ?? new Map<string, number>()
      dropOlder(authors, at - windowMs)
      const known = authors.get(author)
      if (known !== undefined || authors.size < MAX_AUTHORS) {
        authors.set(author, Math.max(known ?? 0, at))
      }
      offenders.set(domain, authors, { ttl: windowMs })
      return authors.size
    },
    async takeBlockPlace({ id, at, limit }) {
      dropOlder(places, at - PLACE_WINDOW_MS)
      if (places.has(id)) return true
      if (places.size >= limit) return false
      places.set(id, at)
      return true
    },
  }
}

/** ttlResolution 0: the clock that was passed in is asked every time. */
function expiring<V extends object | true>(max: number, now: () => number): LRUCache<string, V> {
  return new LRUCache({ max, ttl: 1, ttlResolution: 0, perf: { now } })
}

function dropOlder(times: Map<string, number>, limit: number): void {
  for (const [name, at] of times) {
    if (at <= limit) times.delete(name)
  }
}
