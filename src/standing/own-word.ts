// What a server says of itself, and how far its own word goes: once, and never for a liar's whole zone.
import type { DomainPast } from '../store/domain-store.ts'
import type { Notice } from '../store/notice-store.ts'
import type { Description } from './description.ts'
import { people, peopleActive, peopleSeen } from './reasons.ts'

interface Founded {
  readonly past: DomainPast
  readonly notices: readonly Notice[]
  readonly description?: Description | undefined
  readonly isUnasked?: boolean
  readonly now: number
}

const YOUNG_MS = 30 * 86_400_000
const MANY_PEOPLE = 20
const MANY_USERS = 500
const TINY_USERS = 50
/** Times the mean of the other weeks: news and holidays bring three or four. */
const SURGE = 10

/** What the waves of 2024 came from: anybody could sign up, nobody looked, and hardly anybody was there. */
export function profileOf({ past, description = {}, now }: Founded): string | undefined {
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
export function graceOf({ past, description = {}, isUnasked, notices, now }: Founded) {
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
