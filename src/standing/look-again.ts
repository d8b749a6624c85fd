// Was a notice dealt with? Looked at now and then until its deadline, by one process of all, then judged.
import type { Log } from '../log.ts'
import { shortened } from '../store/limits.ts'
import type { Notice, NoticeEnd, NoticeStore } from '../store/notice-store.ts'
import type { Condemn } from './condemn.ts'
import { AUTHOR_404, type Finding as Rechecked } from './recheck.ts'

export interface LookingAgain {
  readonly store: NoticeStore
  readonly recheck: (notice: Notice) => Promise<Rechecked>
  /** What becomes of a domain that did not deal with it. */
  readonly condemn: Condemn
  readonly unreachable: 'block' | 'wait'
  /** Tells its server; absent: nobody is told. */
  readonly report?: (notice: Notice) => Promise<void>
  readonly now: () => number
  readonly log: Log
  readonly onFault: (what: string) => void
  readonly lookEveryMs?: number
}

export interface LookAgain {
  /** Looks at all that is due; resolves when it was looked at. */
  look(): Promise<void>
  close(): void
}

const LOOK_EVERY_MS = 15_000
const LEASE_MS = 2 * 60_000 // a look takes seconds; a process that died leaves it to others
const AT_ONCE = 20
const LOOKS = 8 // within the grace
const LEAST_PAUSE_MS = 60_000
const DAY_MS = 86_400_000
const CAP_MS = 10 * 60_000 // until there is room for another block
const ONCE_MORE_MS = 60 * 60_000 // beyond the deadline; who answers now this, now that gains no more
const LONGEST_WAIT_MS = 30 * DAY_MS // for a server that stays away

export function openLookAgain(options: LookingAgain): LookAgain {
  const { store, now, log, onFault, lookEveryMs = LOOK_EVERY_MS } = options
  let isLooking = false

  async function look(): Promise<void> {
    const due = await store.takeDue({ at: now(), leaseMs: LEASE_MS, limit: AT_ONCE })
    await Promise.all(due.map((notice) => lookAt(notice, options)))
  }

  async function lookUnlessLooking(): Promise<void> {
    if (isLooking) return
    isLooking = true
    try {
      await look()
    } catch (cause) {
      onFault('notices')
      log.warn({ err: cause }, 'open notices could not be looked at')
    } finally {
      isLooking = false
    }
  }

  const timer = setInterval(() => void lookUnlessLooking(), lookEveryMs).unref()
  return { look, close: () => clearInterval(timer) }
}

async function lookAt(notice: Notice, options: LookingAgain): Promise<void> {
  const found = await options.recheck(notice)
  const end = favourableEnd(notice, found)
  if (end) return close(notice, { how: end, why: found.why }, options)
  if (options.now() < notice.deadline) {
    await waitFor(notice, found, options)
    // Who could not be seen may be suspended: many servers answer 404 for that.
    if (found.status === 'there') await options.report?.(notice)
    return
  }
  return found.status === 'unreachable'
    ? decideUnreachable(notice, found, options)
    : condemnFor(notice, found, options)
}

/** Several posts of one author are not undone by taking one back. */
function favourableEnd({ offences }: Notice, { status }: Rechecked): NoticeEnd | undefined {
  if (status === 'author-gone') return 'author-gone'
  return status === 'post-gone' && offences.length === 1 ? 'post-gone' : undefined
}

async function waitFor(
  notice: Notice,
  { why }: Rechecked,
  { store, now }: LookingAgain,
): Promise<void> {
  const at = now()
  const pauseMs = Math.max(LEAST_PAUSE_MS, (notice.deadline - notice.openedAt) / LOOKS)
  const dueAt = Math.min(notice.deadline, at + pauseMs)
  const checked = { at, found: shortened(why) }
  await store.change(notice.id, { checked, dueAt: Math.max(dueAt, at + 1) })
}

/** Who cannot be reached has dealt with nothing, and may be in trouble of its own. */
async function decideUnreachable(
  notice: Notice,
  found: Rechecked,
  options: LookingAgain,
): Promise<void> {
  const { unreachable, now } = options
  const at = now()
  // The suspended answer 404 at many servers, which is believed when it comes again: it is asked for once more.
  const isOnceMore = found.why === AUTHOR_404 && at - notice.deadline < ONCE_MORE_MS
  if (isOnceMore) return waitUntil(at + CAP_MS, { notice, why: found.why }, options)
  if (unreachable === 'block') return condemnFor(notice, found, options)
  if (at - notice.deadline >= LONGEST_WAIT_MS) {
    return close(notice, { how: 'unreachable', why: found.why }, options)
  }
  const pauseMs = Math.max(CAP_MS, Math.min(DAY_MS, (notice.deadline - notice.openedAt) / 4))
  await waitUntil(at + pauseMs, { notice, why: found.why }, options)
}

async function waitUntil(
  dueAt: number,
  { notice, why }: { readonly notice: Notice; readonly why: string },
  { store, now }: LookingAgain,
): Promise<void> {
  await store.change(notice.id, { checked: { at: now(), found: shortened(why) }, dueAt })
}

async function condemnFor(
  notice: Notice,
  { why }: Rechecked,
  options: LookingAgain,
): Promise<void> {
  // The look took a while: the operator, or the author, may have ended it meanwhile.
  const latest = await options.store.find(notice.id)
  if (!latest || latest.closed) return
  const outcome = await options.condemn(latest)
  if (outcome.status === 'later') {
    await waitUntil(options.now() + CAP_MS, { notice, why }, options)
  } else if (outcome.status === 'blocked') {
    await close(notice, { how: 'blocked', why }, options)
  } else {
    await close(notice, { how: 'not-dealt-with', why: outcome.why }, options)
  }
}

async function close(
  { id, domain }: Notice,
  { how, why }: { readonly how: NoticeEnd; readonly why: string },
  { store, now, log }: LookingAgain,
): Promise<void> {
  const isClosed = await store.change(id, { closed: { at: now(), how, why: shortened(why) } })
  if (isClosed) log.info({ notice: id, domain, how, why }, 'a notice is closed')
}
