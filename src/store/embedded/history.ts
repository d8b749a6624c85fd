// The history of one process: in memory, bounded whatever comes.
import type { HistoryStore, PastOf } from '../../history.ts'
import { isTrusted, NEWCOMER_MS } from '../../history.ts'
import {
  type Found,
  type HashedLesson,
  type HashedSighting,
  hashLesson,
  hashPosts,
  hashSighting,
  recollectionOf,
} from '../hashed.ts'
import { KEPT_MS, MOST } from '../limits.ts'
import { type Expiring, expiring } from './expiring.ts'
import { type Followers, openFollowers } from './followers.ts'
import type { HistoryLine } from './history-line.ts'
import { openPeople, type People } from './people.ts'
import { countAfter, isMemberAfter, openWindows, type Windows } from './windows.ts'

export interface EmbeddedHistory extends HistoryStore {
  /** How often something changed that a restart must not forget. */
  changes(): number
  lines(): Generator<HistoryLine>
  restore(line: HistoryLine): void
  /** Gives back the room of what has expired. */
  sweep(): void
}

interface Memory {
  readonly people: People
  readonly followers: Followers
  readonly called: Windows
  readonly calls: Windows
  readonly newcomers: Windows
  readonly regulars: Windows
  readonly copies: Windows
  readonly dropped: Expiring<number>
}

/** Remembers so many people, follows and dropped posts, each, and fewer windows of each kind. */
export function embeddedHistory(remembered: number, now: () => number): EmbeddedHistory {
  const memory = openMemory(remembered, now)
  let changes = 0
  return {
    async recall(sighting) {
      const hashed = hashSighting(sighting)
      const past = pastOf(memory, hashed)
      if (hashed.counts) {
        count(memory, hashed, past)
        changes++
      }
      return recollectionOf(sighting, find(memory, hashed, past))
    },
    async learn(lesson) {
      learn(memory, hashLesson(lesson))
      changes++
    },
    async noteDropped(posts, at) {
      for (const post of hashPosts(posts)) {
        const last = Math.max(Math.floor(at), memory.dropped.get(post) ?? 0)
        memory.dropped.set(post, last, { keptMs: KEPT_MS.dropped })
      }
    },
    changes: () => changes,
    lines: () => linesOf(memory),
    restore: (line) => restore(memory, line),
    sweep() {
      const { followers: _, ...expiring } = memory
      for (const part of Object.values(expiring)) part.sweep()
    },
  }
}

function openMemory(remembered: number, now: () => number): Memory {
  const maxNames = Math.ceil(remembered * 0.4)
  const windows = (most: number, whenFull: 'refuse' | 'replace' = 'refuse') =>
    openWindows({ most, whenFull, maxNames, now })
  return {
    people: openPeople(remembered, now),
    followers: openFollowers(remembered, now),
    called: windows(MOST.called, 'replace'),
    calls: windows(MOST.calls),
    newcomers: windows(MOST.newcomers),
    regulars: windows(MOST.regulars),
    copies: windows(MOST.copies),
    dropped: expiring({ max: remembered, now }),
  }
}

function count(memory: Memory, sighting: HashedSighting, past: PastOf): void {
  const { at, author, domain, burstMs, campaignMs } = sighting
  memory.people.see(author, at)
  memory.calls.add(author, sighting.people, { at, keptMs: burstMs })
  if (isNewcomer(past, at)) {
    memory.newcomers.add(domain, [sighting.conversation], { at, keptMs: burstMs })
  }
  noteRegular(memory, sighting, past)
  if (isTrusted(past, at)) return
  for (const fingerprint of sighting.fingerprints) {
    memory.copies.add(fingerprint, [sighting.pair], { at, keptMs: campaignMs })
  }
}

function find(memory: Memory, sighting: HashedSighting, past: PastOf): Found {
  const { at, author, self, domain } = sighting
  const called = memory.calls.members(author)
  const burst = at - sighting.burstMs
  const these = sighting.people.filter((person) => isMemberAfter(called, person, burst))
  return {
    since: memory.people.since() ?? at,
    author: past,
    acquainted: placesWhere(sighting.callers, (person) => {
      const isFollower = memory.followers.of(author).has(person)
      return isFollower || isMemberAfter(memory.called.members(person), self, at - KEPT_MS.called)
    }),
    alsoCalled: countAfter(called, burst) - these.length,
    newcomers: countAfter(memory.newcomers.members(domain), burst),
    regulars: countAfter(memory.regulars.members(domain), at - KEPT_MS.regulars),
    copies: sighting.fingerprints.map((fingerprint) =>
      countAfter(memory.copies.members(fingerprint), at - sighting.campaignMs),
    ),
    dropped: placesWhere(sighting.references, (post) => {
      const droppedAt = memory.dropped.get(post)
      return droppedAt !== undefined && at - droppedAt < KEPT_MS.dropped
    }),
  }
}

function learn(memory: Memory, lesson: HashedLesson): void {
  const { at, self, called } = lesson
  const past = pastOf(memory, lesson)
  memory.people.learn(lesson)
  memory.followers.learn(lesson)
  noteRegular(memory, lesson, past)
  memory.called.add(self, called, { at, keptMs: KEPT_MS.called })
}

function pastOf(
  { people, followers }: Memory,
  { author, at }: Pick<HashedSighting, 'author' | 'at'>,
): PastOf {
  const { firstSeenAt, droppedAt, cleanDays = 0 } = people.find(author, at) ?? {}
  const by = followers.of(author)
  return {
    cleanDays,
    ...(firstSeenAt !== undefined && { firstSeenAt }),
    ...(droppedAt !== undefined && { droppedAt }),
    ...(by.size > 0 && { followedSince: Math.min(...by.values()) }),
  }
}

function noteRegular(
  { regulars }: Memory,
  { author, domain, at }: Pick<HashedSighting, 'author' | 'domain' | 'at'>,
  { firstSeenAt = at }: PastOf,
): void {
  if (at - firstSeenAt >= NEWCOMER_MS) {
    regulars.add(domain, [author], { at, keptMs: KEPT_MS.regulars })
  }
}

function isNewcomer({ firstSeenAt = Number.POSITIVE_INFINITY, followedSince }: PastOf, at: number) {
  return followedSince === undefined && at - firstSeenAt < NEWCOMER_MS
}

function placesWhere(names: readonly string[], holds: (name: string) => boolean): number[] {
  return names.flatMap((name, place) => (holds(name) ? [place] : []))
}

/** What is forgotten first before the rest: restored in this order it makes the same memory. */
function* linesOf({ people, followers, called }: Memory): Generator<HistoryLine> {
  const since = people.since()
  if (since !== undefined) yield { kind: 'since', at: since }
  for (const [name, person] of people.entries()) yield { kind: 'person', name, ...person }
  for (const [name, members] of followers.entries())
    yield { kind: 'follows', name, members: [...members] }
  for (const [name, members] of called.entries())
    yield { kind: 'called', name, members: [...members] }
}

function restore({ people, followers, called }: Memory, line: HistoryLine): void {
  if (line.kind === 'since') people.restoreSince(line.at)
  else if (line.kind === 'follows') followers.restore(line.name, line.members)
  else if (line.kind === 'called') called.restore(line.name, line.members, KEPT_MS.called)
  else {
    const { kind: _, name, ...person } = line
    people.restore(name, person)
  }
}
