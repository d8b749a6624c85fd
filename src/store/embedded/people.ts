// What is known of authors: since when, on how many clean days, and when something of theirs was dropped.
import { NEWCOMER_MS } from '../../history.ts'
import type { HashedLesson } from '../hashed.ts'
import { KEPT_MS } from '../limits.ts'
import { expiring } from './expiring.ts'
import type { Person } from './history-line.ts'

export interface People {
  /** Time of the oldest memory. */
  since(): number | undefined
  /** Changes nothing, not even what is forgotten first. */
  find(author: string, at: number): Person | undefined
  see(author: string, at: number): void
  learn(lesson: HashedLesson): void
  /** Whoever is forgotten first before the others; may be read slice by slice. */
  entries(): Generator<readonly [author: string, person: Person]>
  restore(author: string, person: Person): void
  restoreSince(at: number): void
  /** Gives back the room of what has expired. */
  sweep(): void
}

const NEWCOMERS = 0.2 // of all who are remembered

/** Newcomers, who come by the million, have a place of their own: they make nobody else forgotten. */
export function openPeople(max: number, now: () => number): People {
  let since: number | undefined
  const newcomers = Math.ceil(max * NEWCOMERS)
  const young = expiring<Person>({ max: newcomers, now })
  const old = expiring<Person>({
    ...{ max: max - newcomers, now },
    // Whoever was forgotten for want of room is no newcomer: the memory reaches back no further.
    onLoss: ({ touchedAt }) => {
      since = Math.max(since ?? 0, touchedAt)
    },
  })

  const find = (author: string, at: number) => {
    const person = old.get(author) ?? young.get(author)
    return person && at - person.touchedAt < KEPT_MS.person ? person : undefined
  }
  const keep = (author: string, person: Person, keptMs: number = KEPT_MS.person) => {
    const isOld = person.touchedAt - person.firstSeenAt >= NEWCOMER_MS
    const [place, other] = isOld ? [old, young] : [young, old]
    other.delete(author)
    place.set(author, person, { keptMs })
  }
  const touched = (author: string, at: number): Person => {
    since ??= at
    const person = find(author, at) ?? newPerson(at)
    return { ...person, touchedAt: Math.max(person.touchedAt, at) }
  }

  return {
    since: () => since,
    find,
    see: (author, at) => keep(author, touched(author, at)),
    learn: (lesson) => keep(lesson.author, taught(touched(lesson.author, lesson.at), lesson)),
    *entries() {
      yield* young.entries()
      yield* old.entries()
    },
    restore(author, person) {
      const left = person.touchedAt + KEPT_MS.person - now()
      if (left > 0) keep(author, person, left)
    },
    restoreSince(at) {
      since = at
    },
    sweep() {
      young.sweep()
      old.sweep()
    },
  }
}

function newPerson(at: number): Person {
  return { firstSeenAt: at, touchedAt: at, cleanDays: 0, lastCleanDay: -1 }
}

/** A day counts once, also where the clock went back over midnight. */
function taught(person: Person, { outcome, day, at }: HashedLesson): Person {
  if (outcome === 'dropped') return { ...person, droppedAt: Math.max(person.droppedAt ?? at, at) }
  if (outcome !== 'clean' || day <= person.lastCleanDay) return person
  return { ...person, cleanDays: person.cleanDays + 1, lastCleanDay: day }
}
