// What is known of domains, for the hot path: while the store is away nothing is known, and nothing is learned.
import type { DomainLesson, DomainPast, DomainStore } from './domain-store.ts'

export interface KnownDomains {
  /** Undefined: not known at present, which is neither good nor bad. */
  past(domain: string): Promise<DomainPast | undefined>
  /** Never rejects: what cannot be kept is counted as the fault `domains`, and lost. */
  learn(lesson: DomainLesson): Promise<void>
}

interface KnownDomainsOptions {
  readonly store: DomainStore
  readonly onFault: (what: string) => void
}

export function openDomains({ store, onFault }: KnownDomainsOptions): KnownDomains {
  const orNothing = async <T>(asked: Promise<T>): Promise<T | undefined> => {
    try {
      return await asked
    } catch {
      onFault('domains')
      return undefined
    }
  }
  return {
    past: (domain) => orNothing(store.past(domain)),
    learn: (lesson) => orNothing(store.learn(lesson)),
  }
}
