// Whom our people follow by the instance's own word, twice a day: what deliveries told of follows is measured by it.
import { setTimeout as sleep } from 'node:timers/promises'
import { domainOf } from '../domains.ts'
import { personKey } from '../facts/people.ts'
import { FOLLOW_MATURES_MS } from '../history.ts'
import type { Log } from '../log.ts'
import { digest } from '../store/redis/keys.ts'
import type { Store } from '../store/store.ts'
import { openConfirmed } from './confirmed.ts'
import type { Followed, FollowsReader, LocalAccount } from './follows.ts'
import { type Reading, readFollows } from './reading-follows.ts'

export interface RelationsOptions {
  /** Undefined: an API that is not spoken here. Rejects while the instance is away. */
  readonly connect: () => Promise<FollowsReader | undefined>
  readonly store: Pick<Store, 'history' | 'domains' | 'follows' | 'offences'>
  /** Canonical. */
  readonly ownHosts: readonly string[]
  readonly now: () => number
  readonly log: Log
  readonly onFault: (what: string) => void
  readonly pace?: { readonly restMs: number; readonly waitMs: number }
}

export type Pass =
  | {
      readonly status: 'done'
      readonly accounts: number
      readonly follows: number
      readonly ended: number
      /** Accounts whose list was kept from us, in part or as a whole. */
      readonly hidden: number
    }
  /** It was done lately, or another process is at it. */
  | { readonly status: 'not-due' }
  | { readonly status: 'stopped'; readonly why: string }

export interface Relations {
  /** One pass, if it is due. Never rejects. */
  look(): Promise<Pass>
  close(): void
}

const HOUR_MS = 3_600_000
/** An Accept can be forged, and counts after a day: what the instance does not know must end before. */
const EVERY_MS = FOLLOW_MATURES_MS / 2
const FIRST_MS = 60_000
const LOOK_EVERY_MS = 10 * 60_000
const PACE = { restMs: 1_000, waitMs: 60_000 }
/** Whoever signs up here to follow its own spammers must wait as long as a follow does that is only told of. */
const SETTLED_MS = 7 * 24 * HOUR_MS

export function openRelations(options: RelationsOptions): Relations {
  const { log, onFault, pace = PACE } = options
  const closing = new AbortController()
  const resting = { ref: false, signal: closing.signal } as const
  const rest = () => sleep(pace.restMs, undefined, resting)
  const wait = () => sleep(pace.waitMs, undefined, resting)
  let isLooking = false

  async function look(): Promise<Pass> {
    if (isLooking) return { status: 'not-due' }
    isLooking = true
    try {
      return await passIfDue({ ...options, rest, wait })
    } catch (cause) {
      if (closing.signal.aborted) return { status: 'stopped', why: 'the relay is closing' }
      onFault('relations')
      log.warn({ err: cause }, 'whom our people follow could not be learned from the instance')
      return { status: 'stopped', why: (cause as Error).message }
    } finally {
      isLooking = false
    }
  }

  const first = setTimeout(() => void look(), FIRST_MS).unref()
  const timer = setInterval(() => void look(), LOOK_EVERY_MS).unref()
  return {
    look,
    close() {
      clearTimeout(first)
      clearInterval(timer)
      closing.abort()
    },
  }
}

interface Context extends RelationsOptions {
  readonly rest: () => Promise<void>
  readonly wait: () => Promise<void>
}

const DONE = 'relations done'

/** Once for all processes: whoever claims the hour goes on as long as it can claim the next one. */
async function passIfDue(context: Context): Promise<Pass> {
  const { store, connect, log, onFault } = context
  const { offences } = store
  if (await offences.isClaimed(DONE)) return { status: 'not-due' }
  const keepTurn = turns(context)
  if (!(await keepTurn())) return { status: 'not-due' }
  const reader = await connect()
  if (!reader) {
    log.warn('instance.api.token has no effect: the API of this software is not known here')
    await offences.claim(DONE, EVERY_MS)
    return { status: 'stopped', why: 'the API is not known' }
  }
  const pass = await passWith(reader, keepTurn, context)
  if (pass.status === 'done') {
    await offences.claim(DONE, EVERY_MS)
    log.info({ ...pass, status: undefined }, 'the instance told whom its people follow')
  } else {
    onFault('relations')
    log.warn({ why: pass.why }, 'whom our people follow was not learned from the instance')
  }
  return pass
}

function turns({ store, now }: Context): () => Promise<boolean> {
  let mine = -1
  return async () => {
    const hour = Math.floor(now() / HOUR_MS)
    if (hour === mine) return true
    mine = hour
    return store.offences.claim(`relations ${hour}`, 2 * HOUR_MS)
  }
}

/** 1. what the instance tells counts  2. what it does not know ends, if it told everything */
async function passWith(
  reader: FollowsReader,
  keepTurn: () => Promise<boolean>,
  context: Context,
): Promise<Exclude<Pass, { status: 'not-due' }>> {
  const startedAt = context.now()
  const confirmed = openConfirmed()
  let [accounts, follows] = [0, 0]
  for await (const reading of readFollows(reader, context)) {
    if (reading.status === 'stopped') return { status: 'stopped', why: reading.why }
    if (!(await keepTurn())) return { status: 'stopped', why: 'another process is at it' }
    accounts++
    follows += await learn(reading, context)
    confirmed.add(pairsOf(reading))
  }
  const { isKnown, hidden, isSound } = confirmed
  const before = startedAt
  const ended = isSound() ? await context.store.follows.endUnknown({ before, isKnown }) : 0
  return { status: 'done', accounts, follows, ended, hidden: hidden() }
}

type AccountRead = Extract<Reading, { status: 'account' }>

function pairsOf({ account, followed, isWhole }: AccountRead) {
  const by = digest(personKey(account.id))
  const authors = followed.map(({ id }) => digest(spelled(id)))
  return { by, authors, isWhole, isExact: followed.every(({ isExact }) => isExact) }
}

/** Not through what goes on without the store: it is asked again later. */
async function learn(reading: AccountRead, { store, ownHosts, now }: Context): Promise<number> {
  const { account, followed } = reading
  let count = 0
  for (const each of followed) {
    const author = spelled(each.id)
    const domain = domainOf(author)
    if (domain === undefined || ownHosts.includes(domain)) continue
    const since = sinceOf(each, account, now())
    const told = { author, domain, at: now(), outcome: 'neither' } as const
    const follow = { kind: 'begun', by: personKey(account.id), since } as const
    await store.history.learn({ ...told, called: [], threads: [], follow })
    await store.domains.learn({ ...told, follow: 'begun', followedSince: since })
    count++
  }
  return count
}

/** As a proof spells it. */
function spelled(id: string): string {
  return URL.parse(id)?.href ?? id
}

function sinceOf({ since }: Followed, { createdAt = 0 }: LocalAccount, now: number): number {
  const isSettled = now - createdAt >= SETTLED_MS
  return Math.min(since ?? now, isSettled ? now - FOLLOW_MATURES_MS : now)
}
