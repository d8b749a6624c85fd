// Who waits for a free place: whose picture goes first, whose does not wait at all, and how much of the children's time
// each has used.
import type { Account } from './account.ts'
import { type ChildTime, openChildTime } from './child-time.ts'
import type { Interest } from './interest.ts'

export interface Ticket {
  /** The operator's own where there is none: it pays nothing. */
  readonly account?: Account
  /** Of a proved post that reaches one of ours: before those that are not. */
  readonly isUrgent?: boolean
  readonly interest?: Interest
}

export type Turn<Place> =
  | { readonly status: 'taken'; readonly place: Place; readonly leave: () => void }
  /** `full`: too many wait; `spent`: this account has had its share; `unwanted`: nobody waits for it any more. */
  | { readonly status: 'full' | 'spent' | 'unwanted' }

export interface Waiting<Place> {
  take(ticket: Ticket): Promise<Turn<Place>>
  /** Whoever waits is turned away, and whoever comes. */
  close(): void
}

const MAX_WAITING = 32
/** One for all the unproved. Of the others the pictures of one post: behind everybody else's first one. */
const MAX_OF_ONE = { known: 8, stranger: 4, unproved: 1 } as const

export function openWaiting<Place>(
  places: readonly Place[],
  now: () => number = () => performance.now(),
): Waiting<Place> {
  const free = [...places]
  const time = openChildTime(places.length, now)
  const line = openLine<Place>(time)
  let isOpen = true

  const occupied = (place: Place, { account }: Ticket): Turn<Place> => {
    const started = now()
    let isHeld = true
    const leave = () => {
      if (!isHeld) return
      isHeld = false
      if (account) time.spend(account, now() - started)
      const next = line.first()
      if (next) line.admit(next, occupied(place, next.ticket))
      else free.push(place)
    }
    return { status: 'taken', place, leave }
  }
  const atOnce = (ticket: Ticket): Turn<Place> | undefined => {
    const { account, interest } = ticket
    if (!isOpen) return { status: 'full' }
    if (account && time.isSpent(account)) return { status: 'spent' }
    const place = free.pop()
    if (place !== undefined) return occupied(place, ticket)
    return interest?.isAlive() === false ? { status: 'unwanted' } : undefined
  }
  return {
    take: async (ticket) => atOnce(ticket) ?? line.join(ticket),
    close() {
      isOpen = false
      line.close()
    },
  }
}

interface Waiter<Place> {
  readonly ticket: Ticket
  readonly admit: (turn: Turn<Place>) => void
}

function openLine<Place>(time: ChildTime) {
  const waiters: Waiter<Place>[] = []
  const admit = (waiter: Waiter<Place>, turn: Turn<Place>) => {
    const at = waiters.indexOf(waiter)
    if (at < 0) return
    waiters.splice(at, 1)
    waiter.admit(turn)
  }
  return {
    admit,
    first: () => inOrder(waiters, time)[0],
    join(ticket: Ticket): Promise<Turn<Place>> {
      const { promise, resolve } = Promise.withResolvers<Turn<Place>>()
      const waiter = { ticket, admit: resolve }
      waiters.push(waiter)
      ticket.interest?.onEnd(() => admit(waiter, { status: 'unwanted' }))
      if (isTooMany(waiters, ticket.account)) admit(waiter, { status: 'full' })
      if (waiters.length > MAX_WAITING) admit(inOrder(waiters, time).at(-1)!, { status: 'full' })
      return promise
    },
    close() {
      for (const waiter of [...waiters]) admit(waiter, { status: 'full' })
    },
  }
}

function isTooMany(
  line: readonly { readonly ticket: Ticket }[],
  account: Account | undefined,
): boolean {
  if (account === undefined) return false
  const own = line.filter(({ ticket }) => ticket.account?.name === account.name)
  return own.length > MAX_OF_ONE[account.standing]
}

/** 1. urgent, known  2. everybody's first before anybody's second  3. who has used the least time  4. in the order of coming */
function inOrder<Place>(line: readonly Waiter<Place>[], time: ChildTime): readonly Waiter<Place>[] {
  const counts = new Map<string, number>()
  const ranked = line.map((waiter) => {
    const { account } = waiter.ticket
    const nth = account === undefined ? 0 : (counts.get(account.name) ?? 0)
    if (account) counts.set(account.name, nth + 1)
    const rank = [rankOf(waiter.ticket), nth, account ? time.spent(account) : 0]
    return { waiter, rank }
  })
  ranked.sort((one, other) => compare(one.rank, other.rank))
  return ranked.map(({ waiter }) => waiter)
}

function rankOf({ account, isUrgent }: Ticket): number {
  const isKnown = account === undefined || account.standing === 'known'
  return (isUrgent ? 0 : 2) + (isKnown ? 0 : 1)
}

function compare(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((value, index) => value !== other[index])
  return at < 0 ? 0 : one[at]! - other[at]!
}
