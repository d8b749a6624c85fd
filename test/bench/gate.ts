// What the whole pipeline costs: deliveries per second of the relay against a server that only passes bytes on.
import type { Usage } from './answering.ts'
import {
  CONNECTIONS,
  type Contest,
  DELIVERIES,
  openContest,
  type Races,
  race,
  ratesOf,
  warmUp,
} from './contest.ts'
import { atMost, type Figure, told } from './figures.ts'
import { saturate } from './load.ts'
import { ordinaryTraffic, people } from './traffic.ts'

const GOALS = [
  { what: 'relay / pass-through', ratio: 0.5 },
  { what: '  the floor', ratio: 0.35 },
]
const HOSTS = ['remote.example', 'other.example', 'good.example', 'far.example']
const BARE_MS = 2_000
const PROFILE_MS = 10_000
const MIB = 1_048_576

export async function gate(): Promise<readonly Figure[]> {
  return withContest(async (contest, requests) => {
    const { port } = contest.instance.ready
    const bare = await saturate({ port, requests, ms: BARE_MS }, CONNECTIONS)
    const races = await race(contest, requests)
    await expectJudged(contest, races)
    const { rss } = await contest.relay.ask<Usage>('usage')
    return [
      ...ratesOf(races, GOALS),
      told('the load alone against the bare instance', bare.rate, '/s'),
      atMost('relay, resident memory', rss / MIB, 200, 'MiB'),
    ]
  })
}

/** Where the relay's time goes, warm and at full load; the profile is written to `file`. */
export async function profileGate(file: string): Promise<void> {
  await withContest(async ({ relay }, requests) => {
    await relay.ask('profile')
    await saturate({ port: relay.ready.port, requests, ms: PROFILE_MS }, CONNECTIONS)
    await relay.ask('profiled', file)
  })
}

async function withContest<Result>(
  work: (contest: Contest, requests: readonly Buffer[]) => Promise<Result>,
): Promise<Result> {
  const signers = people(HOSTS)
  const requests = ordinaryTraffic(signers, DELIVERIES)
  const contest = await openContest(signers)
  try {
    await warmUp(contest, requests)
    return await work(contest, requests)
  } finally {
    await contest.close()
  }
}

/** Every delivery proved, every post read by Fedify, all handed on: or something cheaper was measured. */
async function expectJudged({ relay }: Contest, races: Races): Promise<void> {
  const verdicts = await relay.ask<Readonly<Record<string, number>>>('verdicts')
  const [kind, ...others] = Object.keys(verdicts)
  if (kind !== 'forward verified' || others.length > 0)
    throw new Error(`not all were proved and forwarded: ${JSON.stringify(verdicts)}`)
  for (const { answers, forwarded } of [...races.passThrough, ...races.relay]) {
    if (answers !== forwarded) throw new Error(`${forwarded} of ${answers} came to the instance`)
  }
}
