// A quiet month in fast motion: what the relay would have learned of the people who come here anyway.

import { personKey } from '../../../src/facts/people.ts'
import type { HistoryStore, Lesson } from '../../../src/history.ts'
import { DAY } from './calendar.ts'
import type { Account } from './people.ts'
import type { Stage } from './scene.ts'

interface Month {
  readonly stage: Stage
  /** Epoch milliseconds. */
  readonly from: number
  readonly days: number
  readonly history: Pick<HistoryStore, 'learn'>
  readonly passTo: (at: number) => void
}

const SEEN_ON = [0.02, 0.2, 0.45, 0.7, 0.95] // of the month
const REGULARS = { big: 40, middle: 6 } // of every server, beside those who talk with ours

export async function spendMonth({ stage, from, days, history, passTo }: Month): Promise<void> {
  const regulars = regularsOf(stage, from)
  for (const part of SEEN_ON) {
    const at = from + Math.floor(part * days * DAY)
    passTo(at)
    for (const lesson of lessonsOf(stage, regulars, at)) await history.learn(lesson)
  }
}

function* lessonsOf(stage: Stage, regulars: readonly Account[], at: number): Generator<Lesson> {
  const { random, locals, followed, acquaintances, bots } = stage
  for (const by of followed) {
    const follow = { kind: 'begun', by: personKey(random.pick(locals).id) } as const
    yield { ...lesson(by, at), follow }
  }
  for (const { account, readers } of bots) {
    for (const reader of readers) {
      const follow = { kind: 'begun', by: personKey(reader.id) } as const
      yield { ...lesson(account, at), follow }
    }
  }
  for (const by of acquaintances) {
    yield { ...lesson(by, at), called: [personKey(random.pick(locals).id)] }
  }
  for (const by of regulars) yield lesson(by, at)
}

function lesson({ id, server }: Account, at: number): Lesson {
  return { author: id, domain: server.host, at, outcome: 'clean', called: [], threads: [] }
}

function regularsOf({ random, fediverse, servers }: Stage, at: number): Account[] {
  const crowds = servers.slice(0, 46).map((server, rank) => ({ server, rank }))
  return crowds.flatMap(({ server, rank }) =>
    Array.from({ length: rank < 6 ? REGULARS.big : REGULARS.middle }, () =>
      fediverse.account({ server, createdAt: at - random.between(90, 900) * DAY, profile: 'full' }),
    ),
  )
}
