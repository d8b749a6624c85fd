// How far this machine's clock is off, learned from the times that other servers tell anyway. Nothing is judged by it:
// but a clock that is far off refuses everybody's signatures, and only the operator can set it right.
import { LRUCache } from 'lru-cache'
import type { Log } from './log.ts'
import { registeredName } from './remote/registered-name.ts'
import type { SignatureCheck } from './signature.ts'

export interface Clock {
  /** What time it was, by its own clock, where the URL lives. */
  hear(url: string, theirs: number): void
  /** How far ahead of the others' our clock is; undefined while too few were heard. */
  offsetMs(): number | undefined
}

export interface ClockOptions {
  /** The clock in question. */
  readonly now: () => number
  /** Milliseconds that no setting of the clock changes. */
  readonly monotonic: () => number
  readonly log: Pick<Log, 'info' | 'warn'>
}

/** Enough that one or two liars among them do not matter; each registered name counts once. */
const MIN_HOSTS = 5
const MAX_HOSTS = 200
const WINDOW_MS = 3_600_000
const OFF_MS = 60_000
const WELL_MS = 30_000
const LOOK_EVERY_MS = 10_000
/** The clock was set, or the machine slept: what was learned before is about another clock. */
const JUMP_MS = 5_000

interface Heard {
  readonly at: number
  readonly offset: number
}

export function openClock({ now, monotonic, log }: ClockOptions): Clock {
  const heard = new LRUCache<string, Heard>({ max: MAX_HOSTS })
  let gap = now() - monotonic()
  let lookedAt = Number.NEGATIVE_INFINITY
  let isOff = false

  function forgetAfterJump(): void {
    const before = gap
    gap = now() - monotonic()
    if (Math.abs(gap - before) > JUMP_MS) heard.clear()
  }

  function offsetMs(): number | undefined {
    forgetAfterJump()
    if (heard.size < MIN_HOSTS) return undefined
    const since = monotonic() - WINDOW_MS
    const recent = [...heard.values()].filter(({ at }) => at >= since)
    if (recent.length < MIN_HOSTS) return undefined
    return medianOf(recent.map(({ offset }) => offset))
  }

  function tell(offset: number): void {
    const wasOff = isOff
    isOff = Math.abs(offset) > (wasOff ? WELL_MS : OFF_MS)
    if (isOff && !wasOff) log.warn(complaint(offset))
    if (wasOff && !isOff) log.info("this machine's clock agrees with other servers again")
  }

  return {
    offsetMs,
    hear(url, theirs) {
      forgetAfterJump()
      const at = monotonic()
      heard.set(registeredName(url), { at, offset: now() - theirs })
      if (at - lookedAt < LOOK_EVERY_MS) return
      const offset = offsetMs()
      if (offset === undefined) return
      lookedAt = at
      tell(offset)
    },
  }
}

function medianOf(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2
}

function complaint(offset: number): string {
  const side = offset > 0 ? 'ahead of' : 'behind'
  return `this machine's clock is ${inWords(Math.abs(offset))} ${side} other servers: set it right (NTP), or their signatures count as too old or from the future`
}

function inWords(ms: number): string {
  const seconds = Math.round(ms / 1_000)
  if (seconds < 120) return `${seconds} seconds`
  if (seconds < 7_200) return `${Math.round(seconds / 60)} minutes`
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} hours`
  return `${Math.round(seconds / 86_400)} days`
}

/** The times that signatures carry. */
export interface SignedTimes {
  proved(check: Extract<SignatureCheck, { status: 'verified' }>): void
  /** A signature was refused for its time alone: with a clock that is off, that is everybody's. */
  refused(prove: () => Promise<SignatureCheck>): void
}

const PROVE_EVERY_MS = 5_000 // each may cost a fetch, and anybody can sign with an old date

export function signedTimes(
  clock: Pick<Clock, 'hear'>,
  {
    monotonic,
    onFault,
  }: { readonly monotonic: () => number; readonly onFault: (what: string) => void },
): SignedTimes {
  let provedAt = Number.NEGATIVE_INFINITY
  const proved: SignedTimes['proved'] = ({ keyId, signedAt }) => clock.hear(keyId, signedAt)
  return {
    proved,
    refused(prove) {
      if (monotonic() - provedAt < PROVE_EVERY_MS) return
      provedAt = monotonic()
      prove().then(
        (check) => {
          if (check.status === 'verified') proved(check)
        },
        () => onFault('clock'),
      )
    },
  }
}
