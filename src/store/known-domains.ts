// What is known of domains, for the hot path: while the store is away nothing is learned, and nobody who was seen here
// is taken for a stranger.
import { setTimeout as pause } from 'node:timers/promises'
import { LRUCache } from 'lru-cache'
import type { DomainLesson, DomainPast, DomainStore } from './domain-store.ts'

export interface KnownDomains {
  /** Undefined: not known at present, which is neither good nor bad. */
  past(domain: string): Promise<DomainPast | undefined>
  /** Never rejects: what cannot be kept is counted as the fault `domains`, and lost. */
  learn(lesson: DomainLesson): Promise<void>
  /** Something of it was proved to this process that was no spam, lately. */
  isFamiliar(domain: string): boolean
}

interface KnownDomainsOptions {
  readonly store: DomainStore
  readonly onFault: (what: string) => void
}

const ATTEMPTS = 3 // a store that was slow once usually answers the next time
const PAUSE_MS = 50
const MAX_FAMILIAR = 20_000

export function openDomains({ store, onFault }: KnownDomainsOptions): KnownDomains {
  const familiar = new LRUCache<string, true>({ max: MAX_FAMILIAR })
  return {
    isFamiliar: (domain) => familiar.has(domain),
    async past(domain) {
      const past = await patiently(() => store.past(domain))
      if (!past) onFault('domains')
      return past
    },
    async learn(lesson) {
      if (lesson.outcome !== 'dropped') familiar.set(lesson.domain, true)
      try {
        await store.learn(lesson)
      } catch {
        onFault('domains')
      }
    },
  }
}

/** Undefined: it did not answer whenever it was asked. */
export async function patiently<T>(ask: () => Promise<T>): Promise<T | undefined> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask()
    } catch {
      if (attempt === ATTEMPTS) return undefined
    }
    await pause(PAUSE_MS)
  }
}
