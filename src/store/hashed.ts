// Sightings and lessons with digests for names, cut to what one call may cost: the same for every store.
import { personKey } from '../facts/people.ts'
import type { Lesson, Recollection, Sighting } from '../history.ts'
import { LOOKED_AT, MOST } from './limits.ts'
import { digest, digestOfName } from './redis/keys.ts'

export interface HashedSighting {
  /** Whole milliseconds, as Redis takes them. */
  readonly at: number
  readonly burstMs: number
  readonly campaignMs: number
  readonly counts: boolean
  readonly author: string
  /** The author as others call it. */
  readonly self: string
  readonly domain: string
  readonly conversation: string
  readonly people: readonly string[]
  /** Those of `people` who may be acquainted. */
  readonly callers: readonly string[]
  /** All these people, and from whom: `<e|y><circle>:<author>`, `ESTABLISHED` where the author is. */
  readonly copy: string
  readonly fingerprints: readonly string[]
  readonly references: readonly string[]
  readonly threads: readonly string[]
}

export interface HashedLesson {
  readonly at: number
  /** Number of the UTC day. */
  readonly day: number
  readonly author: string
  readonly self: string
  readonly domain: string
  readonly outcome: Lesson['outcome']
  readonly called: readonly string[]
  readonly threads: readonly string[]
  readonly follow:
    | { readonly kind: 'begun' | 'ended' | 'gone'; readonly by: string; readonly since: number }
    | undefined
}

/** What a store found, people and references as their places in the hashed sighting. */
export interface Found extends Omit<Recollection, 'acquainted' | 'dropped'> {
  readonly acquainted: readonly number[]
  readonly dropped: readonly number[]
}

export function hashSighting(sighting: Sighting): HashedSighting {
  const { burstMs, campaignMs, counts, fingerprints, references } = sighting
  const author = digestOfName(sighting.author)
  const people = distinct(sighting.people, MOST.calls).map(digestOfName)
  const circle = digest(people.toSorted().join(''))
  return {
    at: Math.floor(sighting.at),
    burstMs: whole(burstMs),
    campaignMs: whole(campaignMs),
    counts,
    author,
    self: digestOfName(personKey(sighting.author)),
    domain: digestOfName(sighting.domain),
    conversation: digestOfName(sighting.conversation),
    people,
    callers: people.slice(0, LOOKED_AT.acquaintances),
    copy: `${sighting.isEstablished ? ESTABLISHED : 'y'}${circle}:${author.slice(0, AUTHOR_LENGTH)}`,
    fingerprints: fingerprints.slice(0, LOOKED_AT.fingerprints).map(digest),
    references: distinct(references, LOOKED_AT.references).map(digest),
    threads: distinct(sighting.threads, LOOKED_AT.threads).map(digest),
  }
}

export function hashLesson({ follow, ...lesson }: Lesson): HashedLesson {
  const { outcome } = lesson
  const by = follow !== undefined && 'by' in follow ? digestOfName(personKey(follow.by)) : ''
  const at = Math.floor(lesson.at)
  const since = follow?.kind === 'begun' ? Math.floor(follow.since ?? at) : at
  return {
    at,
    day: Math.floor(lesson.at / DAY_MS),
    author: digestOfName(lesson.author),
    self: digestOfName(personKey(lesson.author)),
    domain: digestOfName(lesson.domain),
    outcome,
    called: distinct(lesson.called, MOST.called).map(digestOfName),
    threads: distinct(lesson.threads, LOOKED_AT.threads).map(digest),
    follow: follow && { kind: follow.kind, by, since },
  }
}

export function hashPosts(posts: readonly string[]): readonly string[] {
  return distinct(posts, LOOKED_AT.posts).map(digest)
}

/** Names what was found as the sighting named it. */
export function recollectionOf({ people, references, fingerprints }: Sighting, found: Found) {
  const callers = distinct(people, LOOKED_AT.acquaintances)
  const shown = distinct(references, LOOKED_AT.references)
  return {
    ...found,
    acquainted: callers.filter((_, place) => found.acquainted.includes(place)),
    dropped: shown.filter((_, place) => found.dropped.includes(place)),
    copies: fingerprints.map((_, place) => found.copies[place] ?? 0),
    senders: fingerprints.map((_, place) => found.senders[place] ?? 0),
    establishedSenders: fingerprints.map((_, place) => found.establishedSenders[place] ?? 0),
  } satisfies Recollection
}

/** Of one fingerprint's copies. An author that came of age between two posts is in them twice, and one sender. */
export function tally(copies: readonly string[]) {
  const pairs = new Set(copies.map((copy) => copy.slice(1)))
  const circles = new Set([...pairs].map((pair) => pair.slice(0, pair.indexOf(':'))))
  const established = copies.filter((copy) => copy.startsWith(ESTABLISHED)).length
  return { circles: circles.size, senders: pairs.size, established }
}

/** First letter of a copy. */
export const ESTABLISHED = 'e'
const AUTHOR_LENGTH = 8 // 48 bits: no two of a few dozen are the same by chance
const DAY_MS = 86_400_000

function distinct(names: readonly string[], most: number): readonly string[] {
  return [...new Set(names)].slice(0, most)
}

/** Redis takes whole milliseconds above zero. */
function whole(ms: number): number {
  return Math.max(1, Math.ceil(ms))
}
