// What is counted. No domain and no actor ever becomes a label.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export interface Metrics {
  readonly registry: Exposition
  delivery(action: string, type: string): void
  /** In observe mode: forwarded, although this would have been its action. */
  spared(action: string): void
  hit(rule: string, shadow: boolean): void
  stage(stage: string, seconds: number): void
  /** Something that should have been checked was not, and the delivery went on without it. */
  failedOpen(what: string): void
  upstream(seconds: number): void
  /** A picture that was looked at, or should have been. */
  image(outcome: 'banned' | 'clean' | 'partial' | 'late' | 'unread'): void
}

/** What a scrape reads, and what several processes are summed from. */
export type Exposition = Pick<Registry, 'contentType' | 'metrics' | 'getMetricsAsJSON'>

export interface Gauges {
  readonly blockedDomains: () => number
  readonly storeUp: () => boolean
  /** Undefined while it is not known. */
  readonly clockOffsetMs: () => number | undefined
}

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
/** Types are the sender's words: only known ones become labels. */
const TYPES = new Set(
  `Accept Add Announce Block Create Delete Dislike EmojiReact Flag Follow Join Leave Like Listen
   Move QuoteRequest Read Reject Remove Undo Update View`.split(/\s+/),
)

export function openMetrics(gauges: Gauges): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const stages = new Histogram({
    name: 'sekisho_stage_seconds',
    help: 'Time spent in a stage.',
    labelNames: ['stage'],
    buckets: SECONDS,
    registers,
  })
  const open = new Counter({
    name: 'sekisho_failed_open_total',
    help: 'Checks that could not be made, by what failed.',
    labelNames: ['what'],
    registers,
  })
  const upstream = new Histogram({
    name: 'sekisho_upstream_seconds',
    help: 'Time until the instance had answered.',
    buckets: SECONDS,
    registers,
  })
  const images = new Counter({
    name: 'sekisho_images_total',
    help: 'Pictures of posts by what came of looking at them.',
    labelNames: ['outcome'],
    registers,
  })
  addGauges(gauges, registers)
  return {
    registry,
    ...verdictCounters(registers),
    stage: timedBy(stages),
    failedOpen: (what) => open.inc({ what }),
    upstream: (seconds) => upstream.observe(seconds),
    image: (outcome) => images.inc({ outcome }),
  }
}

function verdictCounters(registers: Registry[]): Pick<Metrics, 'delivery' | 'spared' | 'hit'> {
  const deliveries = new Counter({
    name: 'sekisho_deliveries_total',
    help: 'Deliveries by the action that was taken and the type of activity.',
    labelNames: ['action', 'type'],
    registers,
  })
  const spared = new Counter({
    name: 'sekisho_observed_total',
    help: 'Deliveries that only the observe mode forwarded, by the action they would have met.',
    labelNames: ['action'],
    registers,
  })
  const hits = new Counter({
    name: 'sekisho_hits_total',
    help: 'Hits by rule.',
    labelNames: ['rule', 'shadow'],
    registers,
  })
  return {
    delivery: (action, type) =>
      deliveries.inc({ action, type: TYPES.has(type) ? type : type === '' ? 'none' : 'other' }),
    spared: (action) => spared.inc({ action }),
    hit: (rule, shadow) => hits.inc({ rule, shadow: String(shadow) }),
  }
}

/** What the primary process of several counts of its workers. */
export function openWorkerMetrics(listening: () => number) {
  const registry = new Registry()
  const registers = [registry]
  new Gauge({
    name: 'sekisho_workers',
    help: 'Workers that take deliveries.',
    registers,
    collect() {
      this.set(listening())
    },
  })
  const ended = new Counter({
    name: 'sekisho_worker_ends_total',
    help: 'Workers that ended, for whatever reason.',
    registers,
  })
  return { registry, ended: () => ended.inc() }
}

/** Looking labels up costs more than counting. */
function timedBy(stages: Histogram<'stage'>): Metrics['stage'] {
  const byStage = new Map<string, Histogram.Internal<'stage'>>()
  return (stage, seconds) => {
    const timed = byStage.get(stage) ?? stages.labels(stage)
    byStage.set(stage, timed)
    timed.observe(seconds)
  }
}

function addGauges(
  { blockedDomains, storeUp, clockOffsetMs }: Gauges,
  registers: Registry[],
): void {
  new Gauge({
    name: 'sekisho_blocked_domains',
    help: 'Domains in the block list that is enforced.',
    aggregator: 'min', // what every process enforces
    registers,
    collect() {
      this.set(blockedDomains())
    },
  })
  new Gauge({
    name: 'sekisho_store_up',
    help: '1 while the store answers.',
    aggregator: 'min',
    registers,
    collect() {
      this.set(storeUp() ? 1 : 0)
    },
  })
  new Gauge({
    name: 'sekisho_clock_offset_seconds',
    help: 'How far the clock is ahead of other servers; absent until five of them were heard within the hour.',
    aggregator: 'average', // one machine has one clock, whoever heard of it
    registers,
    collect() {
      const ms = clockOffsetMs()
      if (ms === undefined) this.remove()
      else this.set(ms / 1_000)
    },
  })
}
