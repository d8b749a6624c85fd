// Counts what became of everything: waves by evasion, ordinary posts by scene.

import { isWithin } from '../../../src/domains.ts'
import type { Block } from '../../../src/store/store.ts'
import type { Verdict } from '../../../src/verdict.ts'
import { LATER } from './calendar.ts'
import type { Fate } from './play.ts'
import type { Planned } from './scene.ts'

export interface Score {
  posts: number
  dropped: number
  /** Held, and forwarded when the hold was over. */
  held: number
  /** Held until the sender gave up. */
  givenUp: number
  forwarded: number
}

export interface WaveScore {
  readonly evasion: string
  readonly isBanned: boolean
  readonly isFirstDays: boolean
  /** Every post that carries the listed URL, or those after the tenth of a wave without one. */
  readonly counted: Score
  /** The first ten of a wave without one. */
  readonly early: Score
  /** Why those counted were not dropped: score and rules → how many. */
  readonly missed: Map<string, number>
}

export interface Tally {
  readonly waves: ReadonlyMap<string, WaveScore>
  readonly ordinary: Ordinary
  /** `open`: ordinary people live there, and spammers signed up. */
  readonly blocked: { spam: number; open: number; innocent: string[] }
  /** Those ordinary people. */
  readonly neighbours: { posts: number; lost: number; readonly hosts: Set<string> }
  readonly failedOpen: Map<string, number>
  deliveries: number
  cpuSeconds: number
  note(fate: Fate): void
  noteBlocks(blocks: readonly Block[]): void
  add(other: Tally): void
}

export interface Ordinary {
  posts: number
  small: number
  /** Dropped, refused, or put off until the sender gave up. */
  readonly lost: Fate[]
  /** Put off, and forwarded in the end. */
  readonly held: Fate[]
}

const FIRST_POSTS = 10

export function openTally(): Tally {
  const waves = new Map<string, WaveScore>()
  const tally: Tally = {
    waves,
    ordinary: { posts: 0, small: 0, lost: [], held: [] },
    blocked: { spam: 0, open: 0, innocent: [] },
    neighbours: { posts: 0, lost: 0, hosts: new Set() },
    failedOpen: new Map(),
    deliveries: 0,
    cpuSeconds: 0,
    note(fate) {
      const { about } = fate.planned
      if (about.kind === 'wave') noteWave(waves, fate, about)
      if (about.kind === 'neighbour') noteNeighbour(tally.neighbours, fate)
      if (about.kind === 'ordinary') noteOrdinary(tally.ordinary, fate, about)
    },
    noteBlocks(blocks) {
      for (const { domain, reason } of blocks) {
        if (isOpen(domain, tally.neighbours.hosts)) tally.blocked.open++
        else if (domain.endsWith('.test')) tally.blocked.spam++
        else tally.blocked.innocent.push(`${domain}: ${reason}`)
      }
    },
    add: (other) => addTo(tally, waves, other),
  }
  return tally
}

/** By those who live there, not by its name: a block of a name above it counts too. */
function isOpen(blocked: string, hosts: ReadonlySet<string>): boolean {
  return [...hosts].some((host) => isWithin(host, blocked))
}

function addTo(tally: Tally, waves: Map<string, WaveScore>, other: Tally): void {
  for (const [key, score] of other.waves) {
    const own = waves.get(key) ?? newWaveScore(score)
    waves.set(key, own)
    addScore(own.counted, score.counted)
    addScore(own.early, score.early)
    addCounts(own.missed, score.missed)
  }
  const { ordinary, blocked, neighbours } = tally
  ordinary.posts += other.ordinary.posts
  ordinary.small += other.ordinary.small
  ordinary.lost.push(...other.ordinary.lost)
  ordinary.held.push(...other.ordinary.held)
  blocked.spam += other.blocked.spam
  blocked.open += other.blocked.open
  blocked.innocent.push(...other.blocked.innocent)
  addCounts(tally.failedOpen, other.failedOpen)
  neighbours.posts += other.neighbours.posts
  neighbours.lost += other.neighbours.lost
  for (const host of other.neighbours.hosts) neighbours.hosts.add(host)
  tally.deliveries += other.deliveries
  tally.cpuSeconds += other.cpuSeconds
}

export function addScore(sum: Score, score: Score): void {
  for (const key of Object.keys(sum) as (keyof Score)[]) sum[key] += score[key]
}

export function addCounts(sum: Map<string, number>, counts: ReadonlyMap<string, number>): void {
  for (const [key, count] of counts) sum.set(key, (sum.get(key) ?? 0) + count)
}

export function isOnFirstDays({ planned }: Pick<Fate, 'planned'>): boolean {
  return planned.at < LATER
}

/** E.g. `hold 7.5: mention-flood + new-account`. */
export function reasonOf({ score, hits, notes, action }: Verdict): string {
  const rules = hits.filter(({ shadow }) => !shadow).map(({ rule }) => rule)
  const marks = notes.filter((note) => /hold over|blocked|exhausted/.test(note))
  return `${action} ${score}: ${[...rules, ...marks].join(' + ') || 'nothing'}`
}

type About<Kind extends string> = Extract<Planned['about'], { kind: Kind }>

function noteWave(waves: Map<string, WaveScore>, fate: Fate, { wave, order }: About<'wave'>): void {
  const { evasion, isBanned } = wave
  const isFirstDays = isOnFirstDays(fate)
  const key = `${evasion} ${isBanned} ${isFirstDays}`
  const score = waves.get(key) ?? newWaveScore({ evasion, isBanned, isFirstDays })
  waves.set(key, score)
  const isEarly = !isBanned && order <= FIRST_POSTS
  count(isEarly ? score.early : score.counted, fate)
  if (isEarly || fate.end === 'dropped') return
  const why = `${wave.shape}: ${reasonOf(fate.last)}`
  score.missed.set(why, (score.missed.get(why) ?? 0) + 1)
}

type Kind = Pick<WaveScore, 'evasion' | 'isBanned' | 'isFirstDays'>

function newWaveScore({ evasion, isBanned, isFirstDays }: Kind): WaveScore {
  return { evasion, isBanned, isFirstDays, counted: noScore(), early: noScore(), missed: new Map() }
}

export function noScore(): Score {
  return { posts: 0, dropped: 0, held: 0, givenUp: 0, forwarded: 0 }
}

function count(score: Score, { end, first }: Fate): void {
  score.posts++
  if (end === 'dropped') score.dropped++
  else if (end === 'given up') score.givenUp++
  else if (first.action === 'forward') score.forwarded++
  else score.held++
}

function noteOrdinary(ordinary: Ordinary, fate: Fate, { isPost }: About<'ordinary'>): void {
  if (isPost) ordinary.posts++
  else ordinary.small++
  if (fate.end !== 'forwarded') ordinary.lost.push(fate)
  else if (fate.first.action !== 'forward') ordinary.held.push(fate)
}

function noteNeighbour(neighbours: Tally['neighbours'], { planned, end }: Fate): void {
  neighbours.posts++
  neighbours.hosts.add(planned.sender.server.host)
  if (end !== 'forwarded') neighbours.lost++
}
