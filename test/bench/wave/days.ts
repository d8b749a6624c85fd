// One world from the day on which the relay is installed: first days without a past, a month, then days with one.
import { DAY, DAYS, HOUR, LATER, MONTH_DAYS, START } from './calendar.ts'
import { EVASIONS } from './evasions.ts'
import { openGate } from './gate.ts'
import { openNet } from './net.ts'
import { ordinaryDays } from './ordinary.ts'
import { spendMonth } from './past.ts'
import { openFediverse } from './people.ts'
import { type Attempt, play } from './play.ts'
import { raidOf } from './raid.ts'
import { randomFrom } from './random.ts'
import type { Planned, Stage } from './scene.ts'
import { SHAPES } from './shapes.ts'
import { type Size, setStage } from './stage.ts'
import { addCounts, type Tally } from './tally.ts'
import { openTimeline } from './timeline.ts'

export interface World {
  readonly seed: number
  readonly size: Size
  /** Ordinary posts. */
  readonly posts: number
}

export async function playWorld({ seed, size, posts }: World, tally: Tally): Promise<void> {
  const random = randomFrom(`${seed} ${size.name}`)
  const fediverse = openFediverse(random.fork('fediverse'))
  const stage = setStage({ size, random: random.fork('stage'), fediverse, start: START })
  const timeline = openTimeline<Attempt>(START)
  const { now, passTo } = timeline
  const net = openNet({ fediverse, now, random: random.fork('net') })
  const gate = await openGate({ now, random: random.fork('relay'), net })
  const playing = { gate, timeline, random: random.fork('retries'), onFate: tally.note }
  const before = process.cpuUsage()
  const first = { from: START, days: DAYS, posts: Math.ceil(posts / 2) }
  tally.deliveries += await play(period(stage, { ...first, seed, size }), playing)
  await spendMonth({ stage, from: now(), days: MONTH_DAYS - 1, history: gate.history, passTo })
  const second = period(stage, { ...first, from: LATER, seed: seed + 1, size })
  tally.deliveries += await play(second, playing)
  const { user, system } = process.cpuUsage(before)
  tally.cpuSeconds += (user + system) / 1_000_000
  tally.noteBlocks(await gate.blocked())
  addCounts(tally.failedOpen, gate.failedOpen)
  await gate.close()
}

interface Period extends World {
  /** Epoch milliseconds. */
  readonly from: number
  readonly days: number
}

function period(stage: Stage, { seed, size, from, days, posts }: Period): Planned[] {
  const raids = raidsOf(seed).map((name, at, all) => {
    // The block cap is by the hour: waves come one after another.
    const begins = from + 2 * HOUR + Math.floor((at * (days * DAY - 12 * HOUR)) / all.length)
    return raidOf(stage, { ...name, size, at: begins })
  })
  return [...ordinaryDays(stage, { from, days, posts }), ...raids.flat()]
}

/** Every evasion with and without a listed URL; seeds and periods take turns with the shapes. */
function raidsOf(seed: number) {
  const shapes = Object.keys(SHAPES)
  return EVASIONS.flatMap((evasion, row) =>
    [true, false].map((isBanned, at) => ({
      ...{ evasion, isBanned, number: seed * 100 + 2 * row + at },
      shape: shapes[(seed + row + at) % shapes.length]!,
    })),
  )
}
