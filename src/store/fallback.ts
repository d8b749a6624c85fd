// Counts and history while the store is away: this process goes on by itself.
import type { HistoryStore, Recollection } from '../history.ts'
import { embeddedOffences } from './embedded/counters.ts'
import { type EmbeddedHistory, embeddedHistory } from './embedded/history.ts'
import type { OffenceStore } from './offence-store.ts'

interface Fallback<Port> {
  readonly store: Port
  readonly now: () => number
  readonly onFault: (what: string) => void
}

const REMEMBERED = 10_000

export function offencesWithFallback({
  store,
  now,
  onFault,
}: Fallback<OffenceStore>): OffenceStore {
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

/** What is learned meanwhile stays in this process. A store that does not answer is given up by its link in time. */
export function historyWithFallback({ store, now, onFault }: Fallback<HistoryStore>): HistoryStore {
  let local: EmbeddedHistory | undefined // much memory, which most processes never need
  let awaySince: number | undefined
  const orLocally = async <T>(
    first: Promise<T>,
    second: (history: HistoryStore) => Promise<T>,
  ): Promise<T> => {
    try {
      const answer = await first
      awaySince = undefined
      return answer
    } catch {
      onFault('history')
      awaySince ??= now()
      local ??= embeddedHistory(REMEMBERED, now)
      return second(local)
    }
  }
  return {
    recall: (sighting) =>
      orLocally(store.recall(sighting), async (history) =>
        knownSince(await history.recall(sighting), awaySince),
      ),
    learn: (lesson) => orLocally(store.learn(lesson), (history) => history.learn(lesson)),
    noteDropped: (posts, at) =>
      orLocally(store.noteDropped(posts, at), (history) => history.noteDropped(posts, at)),
  }
}

/** Between two outages the store learned alone: whoever is unknown here need not be new. */
function knownSince(recollection: Recollection, awaySince = recollection.since): Recollection {
  return { ...recollection, since: Math.max(recollection.since, awaySince), isPartial: true }
}
