// What one process remembers of domains: bounded, those with a followed person in a place of their own.
import { z } from 'zod'
import type { DomainPast, DomainStore } from '../domain-store.ts'
import {
  boundsAt,
  cleanDaysAt,
  DOMAIN_LIMITS,
  type HashedDomainLesson,
  hashDomainLesson,
  isForgotten,
  NOTHING_KNOWN,
  type StoredDomain,
  withCleanDay,
} from '../hashed-domain.ts'
import { digest } from '../redis/keys.ts'
import { type Expiring, expiring } from './expiring.ts'
import type { LastingMemory } from './memory-file.ts'

interface DomainMemory extends StoredDomain {
  readonly people: Set<string>
  /** Since when they are followed, and when something of theirs was dropped last. */
  readonly followed: Map<string, number>
  readonly dropped: Map<string, number>
}

export interface EmbeddedDomains extends DomainStore, LastingMemory {
  /** Digests of domains of which somebody is followed; may be read slice by slice. */
  befriended(): Generator<string>
  /** Of what began earlier. */
  letGo(
    domain: string,
    follows: { readonly before: number; readonly unless: (author: string) => boolean },
  ): void
}

const SHARE = 0.4 // of what is remembered of people
const FOLLOWED = 0.2 // of all domains: those that strangers make cannot have them forgotten
const PEOPLE_A_DOMAIN = { stranger: 5, followed: 25 } // on average

const name = z.string().max(64)
const members = z.array(z.tuple([name, z.number()])).max(DOMAIN_LIMITS.members)

const line = z.object({
  kind: z.literal('domain'),
  name,
  firstSeenAt: z.number(),
  touchedAt: z.number(),
  clean: z.string().regex(/^[01]{0,400}$/),
  lastDay: z.number(),
  lastDroppedAt: z.exactOptional(z.number()),
  people: z.array(name).max(DOMAIN_LIMITS.members),
  followed: members,
  dropped: members,
})

const anyLine = z.looseObject({ kind: z.string() })

export function embeddedDomains(remembered: number, now: () => number): EmbeddedDomains {
  const { places, find, keep } = openPlaces(Math.ceil(remembered * SHARE), now)
  let changes = 0
  return {
    past: async (domain) => pastOf(find(digest(domain), now()), now()),
    async learn(lesson) {
      const hashed = hashDomainLesson(lesson)
      const { domain, at } = hashed
      keep(domain, taught(find(domain, at) ?? newDomain(at), hashed), DOMAIN_LIMITS.keptMs)
      changes++
    },
    *befriended() {
      for (const place of places) {
        for (const [domain, { followed }] of place.entries()) if (followed.size > 0) yield domain
      }
    },
    letGo(domain, { before, unless }) {
      const known = find(domain, now())
      if (!known) return
      const gone = [...known.followed].filter(([by, since]) => since < before && !unless(by))
      // What is kept again comes again to whoever reads on.
      if (gone.length === 0) return
      for (const [author] of gone) known.followed.delete(author)
      keep(domain, known, known.touchedAt + DOMAIN_LIMITS.keptMs - now())
      changes++
    },
    changes: () => changes,
    *lines() {
      for (const place of places) yield* linesOf(place)
    },
    restoreText(text) {
      const read = anyLine.parse(JSON.parse(text))
      if (read.kind !== 'domain') return
      const { kind: _, name: domain, people, followed, dropped, ...known } = line.parse(read)
      const left = known.touchedAt + DOMAIN_LIMITS.keptMs - now()
      const sets = {
        people: new Set(people),
        followed: new Map(followed),
        dropped: new Map(dropped),
      }
      if (left > 0) keep(domain, { ...known, ...sets }, left)
    },
    sweep() {
      for (const place of places) place.sweep()
    },
  }
}

function openPlaces(max: number, now: () => number) {
  const most = { followed: Math.ceil(max * FOLLOWED), stranger: Math.floor(max * (1 - FOLLOWED)) }
  const place = (kind: keyof typeof most) => {
    const maxSize = most[kind] * PEOPLE_A_DOMAIN[kind] + 3 * DOMAIN_LIMITS.members
    return expiring<DomainMemory>({ max: most[kind], maxSize, now })
  }
  const strangers = place('stranger')
  const befriended = place('followed')
  return {
    places: [strangers, befriended],
    find(domain: string, at: number): DomainMemory | undefined {
      const known = befriended.get(domain) ?? strangers.get(domain)
      return known && !isForgotten(known, at) ? known : undefined
    },
    keep(domain: string, known: DomainMemory, keptMs: number): void {
      const [here, other] =
        known.followed.size > 0 ? [befriended, strangers] : [strangers, befriended]
      const size = 1 + known.people.size + known.followed.size + known.dropped.size
      other.delete(domain)
      here.set(domain, known, { keptMs, size })
    },
  }
}

function newDomain(at: number): DomainMemory {
  const nobody = { people: new Set<string>(), followed: new Map(), dropped: new Map() }
  return { firstSeenAt: at, touchedAt: at, clean: '', lastDay: -1, ...nobody }
}

function taught(known: DomainMemory, lesson: HashedDomainLesson): DomainMemory {
  const { at, author, outcome, follow, followedSince, day } = lesson
  const { people, followed, dropped } = known
  const touched = { ...known, touchedAt: Math.max(known.touchedAt, at) }
  if (people.size < DOMAIN_LIMITS.members) people.add(author)
  if (follow === 'begun') {
    put(followed, author, Math.min(followedSince, followed.get(author) ?? followedSince))
  }
  if (follow === 'none') followed.delete(author)
  if (outcome === 'clean') return { ...touched, ...withCleanDay(known, day) }
  if (outcome === 'neither') return touched
  noteDropped(dropped, author, at)
  return { ...touched, lastDroppedAt: Math.max(at, known.lastDroppedAt ?? 0) }
}

function noteDropped(dropped: Map<string, number>, author: string, at: number): void {
  const { droppedAfter } = boundsAt(at)
  for (const [name, last] of dropped) {
    if (last <= droppedAfter) dropped.delete(name)
  }
  put(dropped, author, Math.max(at, dropped.get(author) ?? 0))
}

function put(members: Map<string, number>, name: string, at: number): void {
  if (members.has(name) || members.size < DOMAIN_LIMITS.members) members.set(name, at)
}

function pastOf(known: DomainMemory | undefined, now: number): DomainPast {
  if (known === undefined) return NOTHING_KNOWN
  const { maturedUntil, droppedAfter } = boundsAt(now)
  const { firstSeenAt, lastDroppedAt, people, followed, dropped } = known
  return {
    firstSeenAt,
    people: people.size,
    followed: [...followed.values()].filter((at) => at <= maturedUntil).length,
    cleanDays: cleanDaysAt(known, now),
    droppedPeople: [...dropped.values()].filter((at) => at > droppedAfter).length,
    ...(lastDroppedAt !== undefined && { lastDroppedAt }),
  }
}

function* linesOf(place: Expiring<DomainMemory>) {
  for (const [name, { people, followed, dropped, ...known }] of place.entries()) {
    const told = { people: [...people], followed: [...followed], dropped: [...dropped] }
    yield { kind: 'domain', name, ...known, ...told }
  }
}
