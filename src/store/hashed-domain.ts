// What both stores agree on about domains: how much is kept and for how long, digests for names, and the calendar of clean days.
import { FOLLOW_MATURES_MS } from '../history.ts'
import type { DomainLesson, DomainPast } from './domain-store.ts'
import { digestOfName } from './redis/keys.ts'

const DAY_MS = 86_400_000

export const DOMAIN_LIMITS = {
  keptMs: 180 * DAY_MS, // after its last sign of life
  droppedMs: 90 * DAY_MS,
  cleanDays: 400,
  members: 100, // people of one domain, of each kind
} as const

export interface HashedDomainLesson extends Pick<DomainLesson, 'outcome' | 'follow'> {
  /** Whole milliseconds, as Redis takes them. */
  readonly at: number
  /** Number of the UTC day. */
  readonly day: number
  readonly domain: string
  readonly author: string
  readonly followedSince: number
}

/** A digit a day, '1' for a clean one; the last digit is that of `lastDay`. */
export interface Calendar {
  readonly clean: string
  readonly lastDay: number
}

export interface StoredDomain extends Calendar {
  readonly firstSeenAt: number
  readonly touchedAt: number
  readonly lastDroppedAt?: number
}

export const NOTHING_KNOWN: DomainPast = { people: 0, followed: 0, cleanDays: 0, droppedPeople: 0 }

export function hashDomainLesson(lesson: DomainLesson): HashedDomainLesson {
  const { outcome, follow, domain, author } = lesson
  const at = Math.floor(lesson.at)
  return {
    ...{ at, day: dayOf(at), outcome, domain: digestOfName(domain), author: digestOfName(author) },
    followedSince: Math.floor(lesson.followedSince ?? at),
    ...(follow !== undefined && { follow }),
  }
}

/** Times at and before which a follow counts, and after which a drop does. */
export function boundsAt(now: number) {
  return { maturedUntil: now - FOLLOW_MATURES_MS, droppedAfter: now - DOMAIN_LIMITS.droppedMs }
}

export function isForgotten({ touchedAt }: Pick<StoredDomain, 'touchedAt'>, now: number): boolean {
  return now - touchedAt >= DOMAIN_LIMITS.keptMs
}

export function cleanDaysAt({ clean, lastDay }: Calendar, now: number): number {
  const since = Math.max(0, dayOf(now) - lastDay)
  const counted = clean.slice(
    Math.max(0, clean.length - Math.max(0, DOMAIN_LIMITS.cleanDays - since)),
  )
  return counted.replaceAll('0', '').length
}

/** A day before the calendar's first is not noted any more. */
export function withCleanDay({ clean, lastDay }: Calendar, day: number): Calendar {
  const ahead = day - lastDay
  if (clean === '' || ahead >= DOMAIN_LIMITS.cleanDays) return { clean: '1', lastDay: day }
  if (ahead > 0) {
    const longer = `${clean}${'0'.repeat(ahead - 1)}1`
    return { clean: longer.slice(-DOMAIN_LIMITS.cleanDays), lastDay: day }
  }
  const place = clean.length - 1 + ahead
  if (place < 0) return { clean, lastDay }
  return { clean: `${clean.slice(0, place)}1${clean.slice(place + 1)}`, lastDay }
}

function dayOf(at: number): number {
  return Math.floor(at / DAY_MS)
}
