// The tally in tables: what fell through, and which ordinary posts were kept waiting or lost.
import { median } from '../figures.ts'
import type { Fate } from './play.ts'
import {
  addCounts,
  addScore,
  isOnFirstDays,
  noScore,
  reasonOf,
  type Score,
  type Tally,
  type WaveScore,
} from './tally.ts'

const SHOWN = 12

export function printTally(tally: Tally): void {
  printWaves('waves with a listed URL, all posts', wavesOf(tally, true))
  printWaves('the others, from the eleventh post of a wave on', wavesOf(tally, false))
  printOrdinary(tally)
}

export function wavesOf({ waves }: Tally, isBanned: boolean): readonly WaveScore[] {
  return [...waves.values()].filter((each) => each.isBanned === isBanned)
}

export function sumOf(scores: readonly Score[]): Score {
  const sum = noScore()
  for (const each of scores) addScore(sum, each)
  return sum
}

export function shareOf(part: number, whole: number): number {
  return whole === 0 ? 0 : (100 * part) / whole
}

const COLUMNS = ['posts', 'dropped', 'held+forw.', 'given up', 'forwarded']

function printWaves(title: string, waves: readonly WaveScore[]): void {
  console.log(`\n${title}`)
  console.log(`  ${'evasion'.padEnd(24)}${COLUMNS.map((name) => name.padStart(12)).join('')}`)
  const print = (name: string, some: readonly WaveScore[]) =>
    console.log(rowOf(name, sumOf(some.map(({ counted }) => counted))))
  const evasions = [...new Set(waves.map(({ evasion }) => evasion))]
  const of = (name: string) => waves.filter(({ evasion }) => evasion === name)
  for (const evasion of evasions) print(evasion, of(evasion))
  print('all', waves)
  print(
    '  on the first days',
    waves.filter((each) => each.isFirstDays),
  )
  print(
    '  a month later',
    waves.filter((each) => !each.isFirstDays),
  )
  const early = sumOf(waves.map((each) => each.early))
  if (early.posts > 0) console.log(rowOf('(the first ten)', early))
  console.log('  not dropped, by shape, last action, score and rules:')
  for (const evasion of evasions) printCounts(evasion, missedOf(of(evasion)))
}

function missedOf(waves: readonly WaveScore[]): ReadonlyMap<string, number> {
  const missed = new Map<string, number>()
  for (const each of waves) addCounts(missed, each.missed)
  return missed
}

function rowOf(name: string, { posts, dropped, held, givenUp, forwarded }: Score): string {
  const parts = [dropped, held, givenUp, forwarded].map(
    (part) => `${shareOf(part, posts).toFixed(1)} %`,
  )
  return `  ${name.padEnd(24)}${[String(posts), ...parts].map((part) => part.padStart(12)).join('')}`
}

function printCounts(name: string, counts: ReadonlyMap<string, number>): void {
  const sorted = [...counts].sort(([, a], [, b]) => b - a).slice(0, SHOWN)
  for (const [why, count] of sorted)
    console.log(`    ${name.padEnd(24)} ${String(count).padStart(5)} × ${why}`)
}

function printOrdinary({ ordinary, blocked, neighbours, failedOpen }: Tally): void {
  const { lost, held } = ordinary
  const givenUp = lost.filter(({ end }) => end === 'given up')
  const turnedAway = lost.filter(({ end }) => end !== 'given up')
  const condemned = turnedAway.filter(({ last }) => last.hits.length > 0)
  console.log(`\nordinary deliveries dropped for what they are: ${condemned.length}`)
  printFates(condemned, ({ last }) => reasonOf(last))
  const others = turnedAway.length - condemned.length
  console.log(`ordinary deliveries dropped because their domain was blocked: ${others}`)
  console.log(`ordinary deliveries held until their senders gave up: ${givenUp.length}`)
  printFates(givenUp, ({ last }) => reasonOf(last))
  console.log(`ordinary deliveries held and forwarded in the end: ${held.length}`)
  printFates(held, ({ first }) => reasonOf(first))
  printCounts(
    'in the end',
    countBy(held, ({ last }) => reasonOf(last)),
  )
  printWaiting(held)
  const { size } = neighbours.hosts
  console.log(`open servers blocked, ordinary people and all: ${blocked.open} of ${size}`)
  console.log(`innocent domains blocked, open servers apart: ${blocked.innocent.length}`)
  for (const why of blocked.innocent) console.log(`    ${why}`)
  printCounts('not checked', failedOpen)
}

/** How many of which scene and why, each with an example. */
function printFates(fates: readonly Fate[], why: (fate: Fate) => string): void {
  const groups = Map.groupBy(fates, (fate) => {
    const when = isOnFirstDays(fate) ? 'first days' : 'later'
    return `${sceneOf(fate)}, ${when}: ${why(fate)}`
  })
  const sorted = [...groups].sort(([, one], [, other]) => other.length - one.length)
  for (const [name, group] of sorted.slice(0, 2 * SHOWN)) {
    console.log(`    ${String(group.length).padStart(5)} × ${name}`)
    console.log(`            e.g. ${whyOf(group[0]!)}`)
  }
}

function printWaiting(held: readonly Fate[]): void {
  const minutes = held.map(({ tookMs }) => tookMs / 60_000)
  if (minutes.length === 0) return
  const longest = Math.max(...minutes).toFixed(0)
  console.log(
    `  forwarded after ${median(minutes).toFixed(1)} min (median), ${longest} min (longest)`,
  )
}

function countBy(fates: readonly Fate[], name: (fate: Fate) => string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const fate of fates) counts.set(name(fate), (counts.get(name(fate)) ?? 0) + 1)
  return counts
}

function sceneOf({ planned: { about } }: Fate): string {
  return about.kind === 'ordinary' ? about.scene : about.kind
}

function whyOf({ first, last }: Fate): string {
  const { hits, score } = last.hits.length > 0 ? last : first
  return `${score}: ${hits.map(({ rule, why }) => `${rule} (${why.slice(0, 110)})`).join('; ')}`
}
