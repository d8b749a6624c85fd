// Is a server well managed, and does it get time to deal with its spam? The operator's word, the record, its own word.
import { isWithin } from '../domains.ts'
import type { DomainPast } from '../store/domain-store.ts'
import type { Notice, NoticeEnd } from '../store/notice-store.ts'
import type { Description } from './description.ts'
import {
  ago,
  counted,
  daysIn,
  factsInWords,
  numeral,
  people,
  peopleActive,
  peopleSeen,
} from './reasons.ts'
import { sharedHostOf } from './shared-hosts.ts'

export interface Standing {
  readonly standing: 'good' | 'poor' | 'unknown'
  /** An offence now opens a notice; without it the domain is blocked. */
  readonly grace: boolean
  /** In plain English, for the operator: what decided, then what else is known. */
  readonly reasons: readonly string[]
}

export interface StandingEvidence {
  readonly domain: string
  readonly now: number
  readonly policy: { readonly trusted: readonly string[]; readonly protected: readonly string[] }
  /** Of the domain, as many as are kept. */
  readonly notices: readonly Notice[]
  /** Undefined while the store is away. */
  readonly past: DomainPast | undefined
  readonly description?: Description | undefined
  /** It was not asked, for reasons of our own. */
  readonly isUnasked?: boolean
}

type Evidence = StandingEvidence & { readonly past: DomainPast }

/**
 * 1. the operator's word, and what is shipped  2. a notice that it did not deal with  3. what its people are
 * 4. its record  5. what it publishes about itself  6. otherwise it has the grace once, if it is any size
 */
export function judgeStanding({ past, ...others }: StandingEvidence): Standing {
  const word = operatorsWord(others)
  if (word !== undefined) return { standing: 'good', grace: true, reasons: [word] }
  // Nobody is blocked for what cannot be looked up.
  if (!past) return { standing: 'unknown', grace: true, reasons: ['the store is away'] }
  return judgeKnown({ ...others, past })
}

function judgeKnown(evidence: Evidence): Standing {
  const facts = factsInWords(evidence)
  const failed = failureOf(evidence) ?? mostlySpam(evidence)
  if (failed !== undefined) return poor(failed, facts)
  const earned = recordOf(evidence)
  if (earned !== undefined) return { standing: 'good', grace: true, reasons: [earned, ...facts] }
  const suspicious = profileOf(evidence)
  if (suspicious !== undefined) return poor(suspicious, facts)
  const { grace, why } = graceOf(evidence)
  return { standing: 'unknown', grace, reasons: [why, ...facts] }
}

function poor(why: string, facts: readonly string[]): Standing {
  return { standing: 'poor', grace: false, reasons: [why, ...facts] }
}

function operatorsWord({ domain, policy }: Omit<StandingEvidence, 'past'>): string | undefined {
  if (policy.trusted.some((each) => isWithin(domain, each))) return 'trusted by the operator'
  if (policy.protected.some((each) => isWithin(domain, each))) return 'protected by the operator'
  const shared = sharedHostOf(domain)
  return shared && `many share ${shared.domain}: ${shared.why}`
}

const DAY_MS = 86_400_000
/** How long a notice speaks for or against its server; who runs it may change. */
const REMEMBERED_MS = 365 * DAY_MS
const FAILED = new Set<NoticeEnd>(['not-dealt-with', 'blocked'])
const LEFT_OPEN = new Set<NoticeEnd>(['post-gone', 'unreachable'])

function failureOf(evidence: Evidence): string | undefined {
  const failures = closedAs(evidence, (how) => FAILED.has(how))
  const [last] = failures
  if (!last) return undefined
  const count = counted(failures.length, 'notice was', 'notices were')
  return `${count} not dealt with, the last ${ago(evidence.now - last.at)}`
}

/** Newest first, of the last year. */
function closedAs(
  { notices, now }: Evidence,
  isMeant: (how: NoticeEnd) => boolean,
): readonly NonNullable<Notice['closed']>[] {
  return notices
    .flatMap(({ closed }) => closed ?? [])
    .filter(({ at, how }) => now - at < REMEMBERED_MS && isMeant(how))
    .toSorted((a, b) => b.at - a.at)
}

/** Five waves of five spammers, each suspended in time, are fewer. */
const MANY_SPAMMERS = 30
const FEW_FOLLOWED = 5

/** Who brings forth new spammers and suspends them is no well-managed server, however soon it suspends them. */
function mostlySpam({ past }: Evidence): string | undefined {
  const { people: seen, droppedPeople, followed } = past
  if (droppedPeople < MANY_SPAMMERS || droppedPeople * 2 <= seen) return undefined
  if (followed >= FEW_FOLLOWED) return undefined
  return `of ${peopleSeen(seen)} of it that were seen, ${numeral(droppedPeople)} sent spam in 90 days`
}

const LONG_KNOWN_MS = 90 * DAY_MS
const CLEAN_DAYS = 10

function recordOf(evidence: Evidence): string | undefined {
  const { past, now } = evidence
  const dealt = closedAs(evidence, (how) => how === 'author-gone')
  const left = closedAs(evidence, (how) => LEFT_OPEN.has(how))
  const [last] = dealt
  // To take a post back, or not to answer, is not to deal with its author: one suspension does not pay for many of those.
  if (last && dealt.length >= left.length) {
    const count = counted(dealt.length, 'notice', 'notices')
    return `dealt with ${count} by suspending the author, the last ${ago(now - last.at)}`
  }
  const knownMs = now - (past.firstSeenAt ?? now)
  if (knownMs < LONG_KNOWN_MS || past.followed === 0 || !isClean(past)) return undefined
  return `known for ${daysIn(knownMs)} days, clean on ${past.cleanDays} of them, ${peopleSeen(past.followed)} of it followed by ours`
}

/** Every server has spammers now and then: few for its size, or fewer than the people whom ours follow. */
function isClean({ cleanDays, droppedPeople, people: seen, followed }: DomainPast): boolean {
  if (cleanDays < CLEAN_DAYS) return false
  return droppedPeople * 10 <= seen || droppedPeople <= followed
}

const YOUNG_MS = 30 * DAY_MS
const MANY_PEOPLE = 20
const MANY_USERS = 500
const TINY_USERS = 50
/** Times the mean of the other weeks: news and holidays bring three or four. */
const SURGE = 10

/** What the waves of 2024 came from: anybody could sign up, nobody looked, and hardly anybody was there. */
function profileOf({ past, description = {}, now }: Evidence): string | undefined {
  const { signUpSurge = 0 } = description
  const isYoung = now - (past.firstSeenAt ?? now) < YOUNG_MS
  if (!isYoung || isKnown(past) || activeBy(description) >= MANY_USERS) return undefined
  const hasSurge = signUpSurge >= SURGE
  const size = description.activeUsers ?? description.users
  const isTiny = size !== undefined && size < TINY_USERS
  if (!isUnguarded(description, hasSurge) || !(isTiny || hasSurge)) return undefined
  const what = isTiny
    ? `it says that it has ${people(size)}`
    : `its sign-ups rose to ${signUpSurge} times what they were`
  return `anybody can sign up unchecked, ${what}, and nobody here knows it`
}

function isUnguarded({ registration, captcha, emailNeeded }: Description, hasSurge: boolean) {
  if (registration !== 'open' || captcha === true) return false
  // An address to write to did not keep them out.
  return emailNeeded !== true || hasSurge
}

function isKnown(past: DomainPast): boolean {
  return past.followed > 0 || honestPeople(past) >= MANY_PEOPLE
}

function honestPeople({ people: seen, droppedPeople }: DomainPast): number {
  return seen - droppedPeople
}

/** Misskey tells how many signed up, not how many are active: one in ten is common. */
function activeBy({ activeUsers, users = 0 }: Description): number {
  return activeUsers ?? Math.floor(users / 10)
}

/** By a server's own word no more than this many have the grace at once: it costs a liar nothing. */
const MAX_ON_OWN_WORD = 20

/** Once: to the end of the first notice's time. By its own word that is the first notice ever, the dismissed included. */
function graceOf({ past, description = {}, isUnasked, notices, now }: Evidence) {
  const counted = notices.filter(({ closed }) => closed?.how !== 'dismissed')
  if (isKnown(past) && isFirstTime(counted, now)) return { grace: true, why: knownBy(past) }
  const active = activeBy(description)
  if (isUnasked && notices.length === 0) {
    return { grace: true, why: 'it could not be asked: too many servers are, at present' }
  }
  if (active < MANY_USERS && !isKnown(past)) return { grace: false, why: 'nothing speaks for it' }
  if (!isFirstTime(notices, now)) {
    return { grace: false, why: 'it had its time once, and no author was suspended' }
  }
  if (notices.length >= MAX_ON_OWN_WORD) {
    return { grace: false, why: `${notices.length} of its people sent spam at once` }
  }
  return { grace: true, why: peopleActive(active) }
}

function isFirstTime(notices: readonly Notice[], now: number): boolean {
  return notices.length === 0 || now < Math.min(...notices.map(({ deadline }) => deadline))
}

function knownBy(past: DomainPast): string {
  return past.followed > 0
    ? `${peopleSeen(past.followed)} of it followed by ours`
    : `${peopleSeen(honestPeople(past))} of it seen who sent no spam`
}
