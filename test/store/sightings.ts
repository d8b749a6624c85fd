// Sightings and lessons for these tests; a builder shows only what its test is about.
import type { Lesson, Sighting } from '../../src/history.ts'
import { NOON } from './build.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

export function anAuthor(name: string, domain = 'remote.example'): string {
  return `https://${domain}/users/${name}`
}

export const MOMO = anAuthor('momo')
export const OURS = anAuthor('aoi', 'home.example')

/** Counts, by momo at noon, to one of ours. */
export function aSighting(sighting: Partial<Sighting> = {}): Sighting {
  const author = sighting.author ?? MOMO
  return {
    author,
    domain: sighting.domain ?? new URL(author).hostname,
    at: NOON,
    counts: true,
    people: [OURS],
    conversation: author,
    fingerprints: [],
    references: [],
    threads: [],
    isEstablished: false,
    burstMs: HOUR,
    campaignMs: DAY,
    ...sighting,
  }
}

/** A clean one by momo at noon. */
export function aLesson(lesson: Partial<Lesson> = {}): Lesson {
  const author = lesson.author ?? MOMO
  return {
    author,
    domain: new URL(author).hostname,
    at: NOON,
    outcome: 'clean',
    called: [],
    threads: [],
    ...lesson,
  }
}

export function begun(by = OURS): Pick<Lesson, 'outcome' | 'follow'> {
  return { outcome: 'neither', follow: { kind: 'begun', by } }
}

export function many<T>(count: number, make: (number: number) => T): T[] {
  return Array.from({ length: count }, (_, number) => make(number))
}
