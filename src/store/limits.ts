// What both stores agree on: how much is kept, and which domains and pictures may be filed.
import { canonicalDomain } from '../domains.ts'
import { pictureSchema } from './journal-line.ts'
import type { Block, KnownPicture, Offence, RecordLimits, StoredRecord } from './store.ts'

const DAY_MS = 86_400_000

export const RECORD_LIMITS: RecordLimits = { count: 100_000, ageMs: 30 * DAY_MS }
export const AUDIT_LIMITS: RecordLimits = { count: 10_000, ageMs: 400 * DAY_MS } // a year, and time to look back
export const MOST_A_PAGE = 1000 // records; the longest have some 20 KB
export const PLACE_WINDOW_MS = 3600_000
export const MAX_OFFENCES = 100 // a block; the first ones, which led to it, are the evidence
export const MAX_ATTEMPTS = 64 // a delivery; nothing waits that often
export const MAX_AUTHORS = 1000 // a domain; far beyond any sensible minActors

/** How long the history lasts, in milliseconds; follows last until they end. */
export const KEPT_MS = {
  person: 90 * DAY_MS, // after its last sign of life
  called: 90 * DAY_MS,
  regulars: 30 * DAY_MS,
  dropped: 7 * DAY_MS,
  threads: 8 * DAY_MS, // after its last post
} as const

/** How much of one sighting is looked at: what strangers write must not choose what a call costs. */
export const LOOKED_AT = {
  acquaintances: 64,
  fingerprints: 32,
  references: 16,
  threads: 4,
  posts: 64,
} as const

/** The most members that one memory of the history holds: more would say nothing more. */
export const MOST = {
  calls: 256, // people whom one author called within a window
  newcomers: 512, // conversations of a domain within a window
  regulars: 256, // of a domain
  copies: 64, // of a fingerprint within a window
  thread: 128, // people in it; the first
  called: 128, // people whom one author ever called; the newest
  follows: 1000, // of one author
} as const

const MAX_WHY = 500

/** What is kept of a text in which strangers' words may stand. */
export function shortened(text: string, most = MAX_WHY): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`
}

/** Refuses what the mirror could never match, before it is written down anywhere. */
export function checkBlock({ id, domain }: Pick<Block, 'id' | 'domain'>): void {
  const isAddress = /^\[[0-9a-f:.]{2,45}\]$/.test(domain)
  if (!isAddress && canonicalDomain(domain) !== domain) {
    throw new TypeError(`${JSON.stringify(domain)} is not a canonical domain`)
  }
  if (!/^[\w.:-]{1,64}$/.test(id)) {
    throw new TypeError(`${JSON.stringify(id)} cannot be the id of a block`)
  }
}

/** Refuses what could not be read again, before it is written down anywhere. */
export function checkPicture(picture: KnownPicture): void {
  const [wrong] = pictureSchema.safeParse(picture).error?.issues ?? []
  if (wrong === undefined) return
  throw new TypeError(`the picture cannot be kept: ${wrong.path.join('.')}: ${wrong.message}`)
}

/** Refuses what could not be read again: one record is one line, its time a whole number. */
export function checkRecord({ at, json }: StoredRecord): void {
  if (!Number.isSafeInteger(at)) throw new TypeError(`${at} is not the time of a record`)
  if (json.includes('\n')) throw new TypeError('the JSON of a record has a line break')
}

/** What is new in `more`, as far as there is room; one object is one offence. */
export function newOffences(
  known: readonly Offence[],
  more: readonly Offence[],
): readonly Offence[] {
  const seen = new Set(known.map((offence) => offence.object))
  const fresh = more.filter((offence) => !seen.has(offence.object) && seen.add(offence.object))
  return fresh.slice(0, Math.max(0, MAX_OFFENCES - known.length))
}

/** Oldest first, the same in every store. */
export function inOrder(offences: readonly Offence[]): readonly Offence[] {
  return offences.toSorted((a, b) => a.at - b.at || (a.object < b.object ? -1 : 1))
}
