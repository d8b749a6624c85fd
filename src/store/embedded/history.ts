// The history of one process: in memory, bounded whatever comes.
import type { HistoryStore, PastOf } from '../../history.ts'
import { FOLLOW_MATURES_MS, isTrusted, NEWCOMER_MS } from '../../history.ts'
import {
  type Found,
  type HashedLesson,
  type HashedSighting,
  hashLesson,
  hashPosts,
  hashSighting,
  recollectionOf,
  tally,
} from '../hashed.ts'
import { KEPT_MS } from '../limits.ts'
import { type HistoryLine, parseHistoryLine } from './history-line.ts'
import { linesOf, type Memory, openMemory, restore } from './memory.ts'
import type { LastingMemory } from './memory-file.ts'
import { countAfter, isMemberAfter } from './windows.ts'

export interface EmbeddedHistory extends HistoryStore, LastingMemory {
  lines(): Generator<HistoryLine>
  restore(line: HistoryLine): void
  /** Digests of those whom ours follow; may be read slice by slice. */
  followed(): Generator<string>
  /** Since when. */
  followersOf(author: string): ReadonlyMap<string, number>
  endFollows(author: string, by: readonly string[]): void
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
        changes++
      }
    },
    *followed() {
      for (const [author] of memory.followers.entries()) yield author
    },
    followersOf: (author) => memory.followers.of(author),
    endFollows(author, by) {
      memory.followers.end(author, by)
      changes++
    },
    changes: () => changes,
    lines: () => linesOf(memory),
    restore: (line) => restore(memory, line, now()),
    restoreText(text) {
      const line = parseHistoryLine(text)
      if (line !== undefined) restore(memory, line, now())
    },
    sweep() {
      const { followers: _, ...expiring } = memory
      for (const part of Object.values(expiring)) part.sweep()
    },
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
    memory.copies.add(fingerprint, [sighting.copy], { at, keptMs: campaignMs })
  }
}

function find(memory: Memory, sighting: HashedSighting, past: PastOf): Found {
  const { at, author, domain } = sighting
  const called = memory.calls.members(author)
  const burst = at - sighting.burstMs
  const these = sighting.people.filter((person) => isMemberAfter(called, person, burst))
  return {
    since: memory.people.since() ?? at,
    author: past,
    acquainted: placesWhere(sighting.callers, isAcquainted(memory, sighting)),
    alsoCalled: countAfter(called, burst) - these.length,
    newcomers: countAfter(memory.newcomers.members(domain), burst),
    regulars: countAfter(memory.regulars.members(domain), at - KEPT_MS.regulars),
    ...copiesOf(memory, sighting),
    dropped: placesWhere(sighting.references, (post) => {
      const droppedAt = memory.dropped.get(post)
      return droppedAt !== undefined && at - droppedAt < KEPT_MS.dropped
    }),
  }
}

function copiesOf({ copies }: Memory, { fingerprints, at, campaignMs }: HashedSighting) {
  const after = at - campaignMs
  const tallies = fingerprints.map((fingerprint) => {
    const recent: string[] = []
    for (const [copy, seenAt] of copies.members(fingerprint)) if (seenAt > after) recent.push(copy)
    return tally(recent)
  })
  return {
    copies: tallies.map(({ circles }) => circles),
    senders: tallies.map(({ senders }) => senders),
    establishedSenders: tallies.map(({ established }) => established),
  }
}

function isAcquainted(memory: Memory, sighting: HashedSighting): (person: string) => boolean {
  const { at, author, self } = sighting
  const followers = memory.followers.of(author)
  const threads = sighting.threads.map((thread) => memory.threads.members(thread))
  return (person) => {
    const followedAt = followers.get(person)
    return (
      (followedAt !== undefined && at - followedAt >= FOLLOW_MATURES_MS) ||
      threads.some((members) => isMemberAfter(members, person, at - KEPT_MS.threads)) ||
      isMemberAfter(memory.called.members(person), self, at - KEPT_MS.called)
    )
  }
}

function learn(memory: Memory, lesson: HashedLesson): void {
  const { at, self, called, threads } = lesson
  const past = pastOf(memory, lesson)
  memory.people.learn(lesson)
  memory.followers.learn(lesson)
  noteRegular(memory, lesson, past)
  memory.called.add(self, called, { at, keptMs: KEPT_MS.called })
  for (const thread of threads) {
    memory.threads.add(thread, [self, ...called], { at, keptMs: KEPT_MS.threads })
  }
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
