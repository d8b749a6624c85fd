// What a scrape reads of several processes.
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { openMetrics } from '../src/metrics.ts'
import { openWorkerCounts } from '../src/worker-counts.ts'

test('counters and histograms of all processes are added', async () => {
  const crew = aCrewOf(2)
  crew.process(0).counter.inc(3)
  crew.process(1).counter.inc(4)
  crew.process(1).histogram.observe(1.5)
  expect(await crew.sample('things_total')).toBe(7)
  expect(await crew.sample('seconds_count')).toBe(1)
  crew.process(0).counter.inc(1)
  expect(await crew.sample('things_total')).toBe(8)
})

test('the count of a worker that ended stays, its gauges go', async () => {
  const crew = aCrewOf(2)
  crew.process(0).counter.inc(3)
  crew.process(0).gauge.set(5)
  crew.process(1).gauge.set(2)
  expect(await crew.sample('places')).toBe(7)
  crew.end(0)
  expect(await crew.sample('things_total')).toBe(3)
  expect(await crew.sample('places')).toBe(2)
  crew.process(1).counter.inc(1)
  crew.end(1)
  expect(await crew.sample('things_total')).toBe(3) // what was never heard is lost
})

test('for a worker that does not answer stands what it said last', async () => {
  const crew = aCrewOf(2)
  crew.process(0).counter.inc(3)
  crew.process(1).counter.inc(4)
  expect(await crew.sample('things_total')).toBe(7)
  crew.silence(0)
  crew.process(0).counter.inc(10)
  crew.process(1).counter.inc(10)
  expect(await crew.sample('things_total')).toBe(17)
  expect(crew.asked(0)).toBe(2)
  expect(await crew.sample('things_total')).toBe(17)
  expect(crew.asked(0)).toBe(2) // it has the question already
})

test('a worker that ends while it is asked holds nobody up', async () => {
  const crew = aCrewOf(1)
  crew.silence(0)
  const reading = crew.sample('things_total')
  crew.end(0)
  expect(await reading).toBe(0)
})

test('what comes from a worker after its end is not counted twice', async () => {
  const counts = openWorkerCounts(() => {})
  const registry = openMetrics({
    ...{ blockedDomains: () => 4, storeUp: () => true, clockOffsetMs: () => 40_000 },
  })
  registry.delivery('drop', 'Create')
  const said = await registry.registry.getMetricsAsJSON()
  counts.hear(1, said)
  counts.bury(1)
  counts.hear(1, said)
  const text = await counts.sum({ own: [], workers: [] })
  expect(text).toMatch(/^sekisho_deliveries_total\{action="drop",type="Create"\} 1$/m)
  expect(text).not.toContain('sekisho_blocked_domains 4')
})

test('one machine has one clock, however many processes heard of it', async () => {
  const counts = openWorkerCounts(() => {})
  const said = await openMetrics({
    ...{ blockedDomains: () => 4, storeUp: () => true, clockOffsetMs: () => 40_000 },
  }).registry.getMetricsAsJSON()
  counts.hear(1, said)
  counts.hear(2, said)
  expect(await counts.sum({ own: [], workers: [] })).toContain('sekisho_clock_offset_seconds 40\n')
})

test('of the relay’s gauges stands what every process can say, and the start is the primary’s', async () => {
  const counts = openWorkerCounts(() => {})
  const primary = openMetrics({
    blockedDomains: () => 4,
    storeUp: () => true,
    clockOffsetMs: () => undefined,
  }).registry
  const worker = openMetrics({
    blockedDomains: () => 3,
    storeUp: () => false,
    clockOffsetMs: () => undefined,
  }).registry
  counts.hear(1, await worker.getMetricsAsJSON())
  const text = await counts.sum({ own: [primary], workers: [] })
  expect(text).toContain('\nsekisho_blocked_domains 3\n')
  expect(text).toContain('\nsekisho_store_up 0\n')
  expect(text).toMatch(/\nprocess_start_time_seconds \d+\n/)
  expect(text).toMatch(/\nnodejs_version_info\{.+\} 1\n/)
})

/** Workers that answer as soon as they are asked, but for those that the test silences. */
function aCrewOf(size: number) {
  const processes = Array.from({ length: size }, aProcess)
  const silent = new Set<number>()
  const asked: number[] = []
  const living = new Set(processes.keys())
  const counts = openWorkerCounts((worker) => {
    asked.push(worker)
    if (silent.has(worker)) return
    processes[worker]!.registry.getMetricsAsJSON().then((json) =>
      counts.hear(worker, structuredClone(json)),
    )
  })
  const own = aProcess().registry
  return {
    process: (worker: number) => processes[worker]!,
    silence: (worker: number) => void silent.add(worker),
    asked: (worker: number) => asked.filter((one) => one === worker).length,
    end(worker: number) {
      living.delete(worker)
      counts.bury(worker)
    },
    async sample(name: string): Promise<number> {
      const text = await counts.sum({ own: [own], workers: living })
      const line = text.split('\n').find((one) => one.startsWith(`${name} `))
      return Number(line?.slice(name.length))
    },
  }
}

function aProcess() {
  const registry = new Registry()
  const common = { help: 'of a test', registers: [registry] }
  return {
    registry,
    counter: new Counter({ name: 'things_total', ...common }),
    gauge: new Gauge({ name: 'places', ...common }),
    histogram: new Histogram({ name: 'seconds', buckets: [1, 2], ...common }),
  }
}
