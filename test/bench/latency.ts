// How long senders wait at half of what the pass-through can do, deliveries arriving at a constant rate.
import { CONNECTIONS, DELIVERIES, expectOnly202, openContest, warmUp } from './contest.ts'
import { atMost, type Figure, median, quantile, told } from './figures.ts'
import { arrive, type OpenRound, saturate } from './load.ts'
import { ordinaryTraffic, people } from './traffic.ts'

const ROUNDS = 5
const ROUND_MS = 4_000
const CAPACITY_MS = 2_000
const SHARE = 0.5

export async function latency(): Promise<readonly Figure[]> {
  const signers = people(['remote.example', 'other.example', 'good.example', 'far.example'])
  const requests = ordinaryTraffic(signers, DELIVERIES)
  const contest = await openContest(signers)
  const [passThrough, relay] = [contest.passThrough.ready.port, contest.relay.ready.port]
  try {
    await warmUp(contest, requests)
    const capacities: number[] = []
    for (let round = 0; round < 3; round++) {
      const load = { port: passThrough, requests, ms: CAPACITY_MS }
      capacities.push((await saturate(load, CONNECTIONS)).rate)
    }
    const rate = median(capacities) * SHARE
    const rounds: { passed: OpenRound; judged: OpenRound }[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const passed = await arrive({ port: passThrough, requests, ms: ROUND_MS }, rate)
      const judged = await arrive({ port: relay, requests, ms: ROUND_MS }, rate)
      expectOnly202(passed, 'pass-through')
      rounds.push({ passed, judged })
    }
    return figuresOf(rounds, rate)
  } finally {
    await contest.close()
  }
}

function figuresOf(rounds: readonly { passed: OpenRound; judged: OpenRound }[], rate: number) {
  const of = (who: 'passed' | 'judged', share: number) =>
    median(rounds.map((round) => quantile(round[who].latencies, share)))
  const late = rounds.flatMap(({ judged, passed }) => [...judged.lateness, ...passed.lateness])
  const failed = rounds.map(({ judged: { unsent, answers, byStatus } }) => {
    return 1 - (byStatus.get(202) ?? 0) / (answers + unsent)
  })
  return [
    told('arrivals', rate, '/s'),
    told('pass-through p50', of('passed', 0.5), 'ms'),
    told('relay p50', of('judged', 0.5), 'ms'),
    atMost('relay / pass-through, p50', of('judged', 0.5) / of('passed', 0.5), 2.5),
    told('pass-through p99', of('passed', 0.99), 'ms'),
    told('relay p99', of('judged', 0.99), 'ms'),
    atMost('relay / pass-through, p99', of('judged', 0.99) / of('passed', 0.99), 3),
    atMost('deliveries the relay had no room for', median(failed) * 100, 0, '%'),
    told('the load itself was late, p50', quantile(late, 0.5), 'ms'),
    told('the load itself was late, p99', quantile(late, 0.99), 'ms'),
  ]
}
