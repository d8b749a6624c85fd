// One sum of what the processes of a relay counted. It does not fall when a worker is late or gone: to who reads it,
// a fall is a restart, after which everything counted before would count again.
import { AggregatorRegistry, type PrometheusContentType } from 'prom-client'
import type { Exposition } from './metrics.ts'
import { within } from './within.ts'

export type Counts = Awaited<ReturnType<Exposition['getMetricsAsJSON']>>

export interface WorkerCounts {
  /** What a worker has counted since its start. */
  hear(worker: number, counts: Counts): void
  /** It ended: what it counted stays, its gauges go with it. */
  bury(worker: number): void
  /** Asks the workers; for one that does not answer in time stands what it said last. */
  sum(processes: Processes): Promise<string>
}

interface Processes {
  readonly own: readonly Exposition[]
  readonly workers: Iterable<number>
}

const PATIENCE_MS = 1_000

export function openWorkerCounts(ask: (worker: number) => void): WorkerCounts {
  const latest = new Map<number, Counts>()
  const asked = new Map<number, PromiseWithResolvers<void>>()
  const gone = new Set<number>() // what is still on its way from them was counted when they were buried
  let buried: Promise<Counts> = Promise.resolve([])
  const answerOf = (worker: number): Promise<void> => {
    const known = asked.get(worker)
    if (known) return known.promise
    const answer = Promise.withResolvers<void>()
    asked.set(worker, answer)
    ask(worker)
    return answer.promise
  }
  const settle = (worker: number): void => {
    asked.get(worker)?.resolve()
    asked.delete(worker)
  }
  return {
    hear(worker, counts) {
      if (gone.has(worker)) return
      latest.set(worker, counts)
      settle(worker)
    },
    bury(worker) {
      gone.add(worker)
      const last = (latest.get(worker) ?? []).filter(({ type }) => LASTING.has(String(type)))
      latest.delete(worker)
      buried = buried.then((before) => added([before, last]).getMetricsAsJSON())
      settle(worker)
    },
    async sum({ own, workers }) {
      await within(PATIENCE_MS, Promise.all(Array.from(workers, answerOf)))
      const ours = await Promise.all(own.map((one) => one.getMetricsAsJSON()))
      const theirs = [...latest.values(), await buried].map((counts) => counts.filter(isShared))
      return added([...ours.map((counts) => counts.map(asOwn)), ...theirs]).metrics()
    },
  }
}

const LASTING = new Set(['counter', 'histogram'])

/** The first one that has a metric says how it is added. */
function added(all: readonly Counts[]) {
  return AggregatorRegistry.aggregate<PrometheusContentType>([...all])
}

/** The start of this process is the relay's. */
function asOwn(metric: Counts[number]): Counts[number] {
  return isShared(metric) ? metric : { ...metric, aggregator: 'first' }
}

function isShared({ aggregator }: Counts[number]): boolean {
  return aggregator !== 'omit'
}
