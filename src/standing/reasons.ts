// What is known of a server, in plain English and with its figures.
import type { DomainPast } from '../store/domain-store.ts'
import type { Notice, NoticeEnd } from '../store/notice-store.ts'
import type { Description } from './description.ts'
import { isForgiven } from './failures.ts'

export function factsInWords(evidence: {
  readonly past: DomainPast
  readonly notices: readonly Notice[]
  readonly description?: Description | undefined
  readonly liftedAt?: number | undefined
  readonly now: number
}): readonly string[] {
  const { past, notices, description, now, liftedAt } = evidence
  const ended = [...ofNotices(notices), ...ofLifting(notices, now, liftedAt)]
  return [...ofPast(past, now), ...ended, ...ofDescription(description)]
}

const DAY_MS = 86_400_000

export function daysIn(ms: number): number {
  return Math.max(Math.floor(ms / DAY_MS), 0)
}

export function ago(ms: number): string {
  const days = daysIn(ms)
  if (days === 0) return 'today'
  return days === 1 ? 'yesterday' : `${days} days ago`
}

export function numeral(count: number): string {
  return count.toLocaleString('en')
}

export function counted(count: number, one: string, many: string): string {
  return `${numeral(count)} ${count === 1 ? one : many}`
}

export function daysOf(count: number): string {
  return count === 0 ? 'no day' : counted(count, 'day', 'days')
}

export function people(count: number): string {
  return count === 0 ? 'nobody' : counted(count, 'person', 'people')
}

export function peopleActive(count: number): string {
  return `it says that ${people(count)} ${count > 1 ? 'are' : 'is'} active`
}

export const COUNTED_TO = 100 // DomainPast stops there

export function peopleSeen(count: number): string {
  return count >= COUNTED_TO ? `${COUNTED_TO} people or more` : people(count)
}

function ofPast(past: DomainPast, now: number): readonly string[] {
  const { firstSeenAt, people: seen, followed, droppedPeople, cleanDays } = past
  if (firstSeenAt === undefined) return ['never seen before']
  const dropped = `spam of ${peopleSeen(droppedPeople)} of it in the last 90 days`
  return [
    `first seen ${ago(now - firstSeenAt)}, clean on ${daysOf(cleanDays)}`,
    `${peopleSeen(seen)} of it seen${ofThem(seen, followed)}`,
    ...(droppedPeople > 0 ? [dropped] : []),
  ]
}

function ofThem(seen: number, followed: number): string {
  if (seen === 0) return ''
  if (followed === 0) return ', none followed by ours'
  return seen === 1 ? ', followed by ours' : `, ${numeral(followed)} of them followed by ours`
}

const ENDS: Readonly<Record<NoticeEnd, string>> = {
  'author-gone': 'the author suspended',
  'post-gone': 'the post taken back',
  'not-dealt-with': 'not dealt with',
  dismissed: 'dismissed by the operator',
  blocked: 'ended in a block',
  unreachable: 'it did not answer',
}

function ofNotices(notices: readonly Notice[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const { closed } of notices) {
    const end = closed ? ENDS[closed.how] : 'open'
    counts.set(end, (counts.get(end) ?? 0) + 1)
  }
  return [...counts].map(([end, count]) => `notices, ${end}: ${count}`)
}

function ofLifting(notices: readonly Notice[], now: number, liftedAt = 0): readonly string[] {
  const { length } = notices.filter((notice) => isForgiven(notice, liftedAt))
  if (length === 0) return []
  return [
    `notices that count no more, since the block was lifted ${ago(now - liftedAt)}: ${length}`,
  ]
}

function ofDescription(description: Description | undefined): readonly string[] {
  if (!description) return ['what it says of itself is not known']
  const { software, version, activeUsers, users, signUpSurge, contact } = description
  return [
    ...(software === undefined ? [] : [`it runs ${[software, version].join(' ').trim()}`]),
    ...(users === undefined ? [] : [`it says that ${people(users)} signed up`]),
    ...(activeUsers === undefined ? [] : [peopleActive(activeUsers)]),
    ...ofRegistration(description),
    ...(signUpSurge === undefined ? [] : [`sign-ups of its best week: ${ofOthers(signUpSurge)}`]),
    ...(contact === false ? ['it names nobody to turn to'] : []),
  ]
}

function ofOthers(times: number): string {
  return times === 1 ? 'as many as in the others' : `${times} times the others`
}

const REGISTRATION = {
  open: 'anybody can sign up',
  approval: 'sign-ups wait for approval',
  invitation: 'sign-ups by invitation',
  closed: 'no sign-ups',
} as const satisfies Record<NonNullable<Description['registration']>, string>

function ofRegistration({ registration, captcha, emailNeeded }: Description): readonly string[] {
  if (registration === undefined) return []
  const captchas = captcha === undefined ? [] : [captcha ? 'with a captcha' : 'without a captcha']
  const emails =
    emailNeeded === undefined
      ? []
      : [emailNeeded ? 'with an e-mail address' : 'without an e-mail address']
  const how = registration === 'open' ? [...captchas, ...emails] : []
  return [[REGISTRATION[registration], ...how].join(', ')]
}
