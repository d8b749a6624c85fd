// The counts behind an offence while the store is away: this process goes on counting by itself.
import { embeddedOffences } from './embedded/counters.ts'
import type { OffenceStore } from './store.ts'

interface Fallback {
  readonly store: OffenceStore
  readonly now: () => number
  readonly onFault: (what: string) => void
}

const REMEMBERED = 10_000

export function offencesWithFallback({ store, now, onFault }: Fallback): OffenceStore {
  const local = embeddedOffences(REMEMBERED, now)
  const orLocally = async <T>(first: Promise<T>, second: () => Promise<T>): Promise<T> => {
    try {
      return await first
    } catch {
      onFault('offences')
      return second()
    }
  }
  return {
    isClaimed: (id) => orLocally(store.isClaimed(id), () => local.isClaimed(id)),
    claim: (id, ttlMs) => orLocally(store.claim(id, ttlMs), () => local.claim(id, ttlMs)),
    noteAuthor: (one) => orLocally(store.noteAuthor(one), () => local.noteAuthor(one)),
    takeBlockPlace: (one) => orLocally(store.takeBlockPlace(one), () => local.takeBlockPlace(one)),
  }
}
