// How much of the reading children's time each account has used in its current minute: a count would not do, for one
// picture may take a hundred times as long as another.
import { LRUCache } from 'lru-cache'
import type { Account, Standing } from './account.ts'

export interface ChildTime {
  /** Milliseconds in the current minute. */
  spent(account: Account): number
  isSpent(account: Account): boolean
  spend(account: Account, milliseconds: number): void
}

/** Milliseconds a minute of each child. A photograph takes 200, a page full of writing 1,100. */
const SHARE_MS = { known: 30_000, stranger: 10_000, unproved: 6_000 } as const satisfies Record<
  Standing,
  number
>
const MAX_ACCOUNTS = 10_000
const MINUTE_MS = 60_000

export function openChildTime(children: number, now: () => number): ChildTime {
  const minutes = new LRUCache<string, { readonly until: number; spent: number }>({
    max: MAX_ACCOUNTS,
  })
  const spent = ({ name }: Account) => {
    const minute = minutes.get(name)
    return minute && minute.until > now() ? minute.spent : 0
  }
  return {
    spent,
    isSpent: (account) => spent(account) >= SHARE_MS[account.standing] * children,
    spend(account, milliseconds) {
      const minute = minutes.get(account.name)
      if (minute && minute.until > now()) minute.spent += milliseconds
      else minutes.set(account.name, { until: now() + MINUTE_MS, spent: milliseconds })
    },
  }
}
