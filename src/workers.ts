// The primary process of several: the workers take the deliveries, it keeps their places filled, adds up what they
// count and ends them. They share Redis and the files under `data`; what is in memory alone is each process's own:
// holds of the unproved, fetched keys, budgets for questions to others, what is counted while Redis is away.
import cluster, { type Worker } from 'node:cluster'
import { fileURLToPath } from 'node:url'
import type { Front } from './listeners.ts'
import type { Log } from './log.ts'
import type { Failed } from './main.ts'
import { type Exposition, openWorkerMetrics } from './metrics.ts'
import { within } from './within.ts'
import type { Order, Word } from './worker.ts'
import { openWorkerCounts } from './worker-counts.ts'
import { type FailedStart, openPlace, type Place, tell } from './worker-place.ts'

export interface Workers extends Front {
  /** `opening` is the first word to each of them. */
  open(opening: () => Order): void
  /** The port, when the first one listens. */
  readonly listening: Promise<number>
  /** Resolves when nobody listens and nobody is going to. */
  readonly failed: Promise<Failed>
  reload(): void
  /** Lets them drain and resolves when they have ended. */
  close(): Promise<void>
  /** Ends them where they stand. */
  kill(): void
}

export interface WorkersOptions {
  readonly count: number
  readonly log: Log
  /** Monotonic milliseconds. */
  readonly now: () => number
}

const MAX_FAILED_STARTS = 5
const DRAIN_MS = 23_000 // a worker takes 20 s for its connections, and this process has 25 s
const KILL_MS = 1_000

export function openWorkers({ count, log, now }: WorkersOptions): Workers {
  cluster.setupPrimary({
    exec: fileURLToPath(new URL('./worker.ts', import.meta.url)),
    serialization: 'advanced', // JSON has no infinite numbers
  })
  const listening = Promise.withResolvers<number>()
  const failed = Promise.withResolvers<Failed>()
  const crew = openCrew(log, listening.resolve)
  let places: readonly Place[] = []
  let isOpen = true
  const closePlaces = (): void => {
    isOpen = false
    for (const place of places) place.close()
  }
  const onFailedStart = (start: FailedStart): void => {
    const failure = crew.isAtWork() ? undefined : hopeless(start, crew.hasWorked())
    if (!failure) return
    closePlaces()
    failed.resolve(failure)
  }
  return {
    listening: listening.promise,
    failed: failed.promise,
    isServing: () => isOpen && crew.isAtWork(),
    exposition: crew.exposition,
    open(opening) {
      places = Array.from({ length: count }, () => openPlace({ log, now, opening, onFailedStart }))
      for (const place of places) place.fill()
    },
    reload: () => tellAll({ kind: 'reload' }),
    close() {
      closePlaces()
      return endAll(log)
    },
    kill: killAll,
  }
}

/** Those that take deliveries now, and what all have counted. */
function openCrew(log: Log, onListening: (port: number) => void) {
  const atWork = new Map<number, Worker>()
  const counts = openWorkerCounts((id) => tell(atWork.get(id), { kind: 'count' }))
  const metrics = openWorkerMetrics(() => atWork.size)
  let hasWorked = false
  cluster.on('message', (worker, word: Word) => {
    if (word.kind === 'counted') counts.hear(worker.id, word.counts)
    if (word.kind === 'leaving') atWork.delete(worker.id)
    if (word.kind !== 'listening' || worker.isDead()) return
    hasWorked = true
    atWork.set(worker.id, worker)
    log.info({ worker: worker.id, pid: worker.process.pid }, 'a worker listens')
    onListening(word.port)
  })
  cluster.on('exit', ({ id }) => {
    atWork.delete(id)
    counts.bury(id)
    metrics.ended()
  })
  return {
    isAtWork: () => atWork.size > 0,
    hasWorked: () => hasWorked,
    exposition: (own: Exposition): Exposition => ({
      contentType: own.contentType,
      getMetricsAsJSON: () => own.getMetricsAsJSON(),
      metrics: () => counts.sum({ own: [own, metrics.registry], workers: atWork.keys() }),
    }),
  }
}

/** What a worker says before anybody listened stays wrong; otherwise there is hope for a while. */
function hopeless({ failure, how, inARow }: FailedStart, hasWorked: boolean): Failed | undefined {
  const isForGood = failure !== undefined && !hasWorked
  if (!isForGood && inARow < MAX_FAILED_STARTS) return undefined
  if (failure) return { status: 'failed', why: failure.why, exitCode: failure.exitCode }
  const why = `workers: ${inARow} in a row ended before they listened, the last one ${how}`
  return { status: 'failed', why, exitCode: 1 }
}

async function endAll(log: Log): Promise<void> {
  const ended = Promise.all(living().map(endOf))
  tellAll({ kind: 'drain' })
  if (await within(DRAIN_MS, ended)) return
  log.warn({ workers: living().map(({ id }) => id) }, 'workers do not end and are killed')
  killAll()
  await within(KILL_MS, ended)
}

function endOf(worker: Worker): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  worker.once('exit', () => resolve())
  return promise
}

function tellAll(order: Order): void {
  for (const worker of living()) tell(worker, order)
}

function killAll(): void {
  for (const worker of living()) worker.process.kill('SIGKILL')
}

function living(): readonly Worker[] {
  const all = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined)
  return all.filter((worker) => worker.process.pid !== undefined && !worker.isDead())
}
