// What we asked to come back: the sender's own retry queue is the quarantine, and it has bounds.
import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Delivery } from './delivery.ts'
import type { RetryState, RetryStore } from './store/retry-store.ts'
import { within } from './within.ts'

export interface HoldPolicy {
  /** Milliseconds. */
  readonly after: number
  readonly thenAction: 'forward' | 'drop'
  readonly maxDeferrals: number
}

export interface HoldsContext {
  readonly policy: HoldPolicy
  readonly store: RetryStore
  /** Lower-case name of the software that a domain runs, as it says itself; undefined when unknown. */
  readonly software: (domain: string) => Promise<string | undefined>
  readonly now: () => number
  readonly onFault: (what: string) => void
}

export interface Holds {
  /** `provedDomain` is the proved author's; without it nothing is written but local memory. */
  hold(delivery: Delivery, provedDomain: string | undefined): Promise<'hold' | 'forward' | 'drop'>
  /** `most`: how often, where that is less often than may be deferred at all. */
  defer(
    delivery: Delivery,
    provedDomain: string | undefined,
    most?: number,
  ): Promise<'defer' | 'exhausted'>
}

/** How long the software goes on retrying, where that is shorter than a hold may last; 0: it must not be held. */
const RETRY_SPAN_MS: Readonly<Record<string, number>> = {
  gotosocial: 3 * 60_000, // five tries in about four minutes
  pleroma: 6 * 60_000, // five tries in about twenty-five minutes, the last ones far apart
  akkoma: 12 * 60_000, // then it waits for hours
  lemmy: 0, // waits for one activity for ever and sends nothing else
  peertube: 0, // never tries again
}
const SOFTWARE_MS = 500 // the sender waits; the answer is there for its next try
const DAY_MS = 86_400_000
const LOCAL_ENTRIES = 10_000

export function openHolds(context: HoldsContext): Holds {
  const { policy, now } = context
  const note = openNotes(context)
  return {
    async hold(delivery, provedDomain) {
      const software =
        provedDomain === undefined
          ? undefined
          : await within(SOFTWARE_MS, context.software(provedDomain))
      const span = Math.min(policy.after, RETRY_SPAN_MS[software ?? ''] ?? policy.after)
      if (span === 0) return policy.thenAction
      const seen = await note('hold', delivery, provedDomain)
      return now() - seen.firstAt >= span ? policy.thenAction : 'hold'
    },
    async defer(delivery, provedDomain, most = policy.maxDeferrals) {
      const seen = await note('defer', delivery, provedDomain)
      return seen.count > Math.min(most, policy.maxDeferrals) ? 'exhausted' : 'defer'
    },
  }
}

type Note = (
  kind: 'hold' | 'defer',
  delivery: Delivery,
  provedDomain: string | undefined,
) => Promise<RetryState>

function openNotes({ store, now, onFault }: HoldsContext): Note {
  const local = new LRUCache<string, RetryState>({ max: LOCAL_ENTRIES, ttl: DAY_MS })
  const noteLocally = (id: string): RetryState => {
    const before = local.get(id)
    const state = { count: (before?.count ?? 0) + 1, firstAt: before?.firstAt ?? now() }
    local.set(id, state)
    return state
  }
  return async (kind, delivery, provedDomain) => {
    const key = keyOf(delivery)
    if (provedDomain === undefined) return noteLocally(`${kind} ${key}`)
    try {
      return await store.note({ kind, key, attempt: delivery.id, at: now(), ttlMs: DAY_MS })
    } catch {
      onFault('retries')
      return noteLocally(`${kind} ${key}`)
    }
  }
}

function keyOf(delivery: Delivery): string {
  return createHash('sha256')
    .update(delivery.target)
    .update('\0')
    .update(delivery.body)
    .digest('base64url')
}
