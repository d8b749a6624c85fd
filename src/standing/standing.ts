// Is a server well managed, and does it get time to deal with its spam? The operator's word, the record, its own word.
import { isWithin } from '../domains.ts'
import type { DomainPast } from '../store/domain-store.ts'
import type { Notice, NoticeEnd } from '../store/notice-store.ts'
import type { Description } from './description.ts'
import { isFailure, withForgiven } from './failures.ts'
import { graceOf, profileOf } from './own-word.ts'
import { ago, COUNTED_TO, counted, daysIn, factsInWords, numeral, peopleSeen } from './reasons.ts'
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
  /** When the operator last lifted a block of it. */
  readonly liftedAt?: number | undefined
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

function judgeKnown(told: Evidence): Standing {
  const facts = factsInWords(told)
  const evidence = { ...told, notices: withForgiven(told.notices, told.liftedAt) }
  const failed = failureOf(evidence) ?? mostlySpam(evidence)
  if (failed !== undefined) return poor(failed, facts)
  const earned = recordOf(evidence)
  if (earned !== undefined) return { standing: 'good', grace: true, reasons: [earned, ...facts] }
  const suspicious = profileOf(evidence)
  if (suspicious !== undefined) return poor(suspicious, facts)
  const { grace, why } = graceOf(evidence)
  return { standing: 'unknown', grace, reasons: [...new Set([why, ...facts])] }
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
const LEFT_OPEN = new Set<NoticeEnd>(['post-gone', 'unreachable'])

function failureOf(evidence: Evidence): string | undefined {
  const failures = closedAs(evidence, isFailure)
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

/**
 * Who brings forth new spammers and suspends them is no well-managed server, however soon it suspends them. Where the
 * count of its people has ended, half of them says nothing: it may have fifty thousand. A server of throwaways does not
 * come so far: it is poor from its thirtieth on.
 */
function mostlySpam({ past }: Evidence): string | undefined {
  const { people: seen, droppedPeople, followed } = past
  if (seen >= COUNTED_TO || droppedPeople < MANY_SPAMMERS || droppedPeople * 2 <= seen)
    return undefined
  if (followed >= FEW_FOLLOWED) return undefined
  return `of ${peopleSeen(seen)} of it that were seen, ${numeral(droppedPeople)} sent spam in 90 days`
}

const LONG_KNOWN_MS = 90 * DAY_MS
const CLEAN_DAYS = 10
/** A stolen account's owner takes its posts back, too; by turns with new spam it is no way out. */
const LEFT_SPARED = 3

function recordOf(evidence: Evidence): string | undefined {
  const { past, now } = evidence
  const dealt = closedAs(evidence, (how) => how === 'author-gone')
  const left = closedAs(evidence, (how) => LEFT_OPEN.has(how))
  const [last] = dealt
  // To take a post back, or not to answer, is not to deal with its author: one suspension does not pay for many of those.
  const owed = left.length - dealt.length
  if (last && owed <= 0) {
    const count = counted(dealt.length, 'notice', 'notices')
    return `dealt with ${count} by suspending the author, the last ${ago(now - last.at)}`
  }
  if (owed > LEFT_SPARED) return undefined
  const knownMs = now - (past.firstSeenAt ?? now)
  if (knownMs < LONG_KNOWN_MS || past.followed === 0 || !isClean(past)) return undefined
  return `known for ${daysIn(knownMs)} days, clean on ${past.cleanDays} of them, ${peopleSeen(past.followed)} of it followed by ours`
}

/**
 * Every server has spammers now and then: few for its size, or fewer than the people whom ours follow. Its size is at
 * least what was counted, so that few of those are few in truth; where that count has ended and they are more, ours
 * must follow as many. Where both counts have ended ours follow a hundred people there.
 */
function isClean({ cleanDays, droppedPeople, people: seen, followed }: DomainPast): boolean {
  if (cleanDays < CLEAN_DAYS) return false
  return droppedPeople * 10 <= seen || droppedPeople <= followed
}
