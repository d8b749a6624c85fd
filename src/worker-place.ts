// One worker's place: who leaves it is followed by another, at once, or later and later where they do not last.
import cluster, { type Worker } from 'node:cluster'
import type { Log } from './log.ts'
import type { Order, Word } from './worker.ts'

export interface Place {
  fill(): void
  /** Nobody follows any more. */
  close(): void
}

export interface PlaceOptions {
  readonly log: Log
  /** Monotonic milliseconds. */
  readonly now: () => number
  /** The first word to a worker. */
  readonly opening: () => Order
  /** It may close the place. */
  readonly onFailedStart: (failed: FailedStart) => void
}

export interface FailedStart extends Leave {
  /** Workers of this place that ended one after another without ever listening, this one included. */
  readonly inARow: number
}

interface Leave {
  /** What became of it, for a sentence. */
  readonly how: string
  /** What it said itself. */
  readonly failure: Failure | undefined
}

type Failure = Extract<Word, { kind: 'failed' }>

const LASTING_MS = 10_000 // who lives that long was not ended by its start
const LEAST_PAUSE_MS = 50 // a signal to end that comes to every process may come to this one last
const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 30_000

export function openPlace({ log, now, opening, onFailedStart }: PlaceOptions): Place {
  const record = openRecord()
  let timer: NodeJS.Timeout | undefined
  let isOpen = true

  function fill(): void {
    const start = now()
    follow(opening(), (stay) => {
      record.add({ ...stay, lastedMs: now() - start })
      if (isOpen) refill(stay)
    })
  }

  function refill({ id, hasListened, how, failure }: Stay): void {
    if (!hasListened) onFailedStart({ how, failure, inARow: record.failedStarts() })
    if (!isOpen) return
    const pauseMs = record.pauseMs()
    const why = failure ? `: ${failure.why}` : ''
    timer = setTimeout(() => {
      log.warn({ worker: id, pauseMs }, `a worker ${how} and is replaced${why}`)
      fill()
    }, pauseMs)
  }

  return {
    fill,
    close() {
      isOpen = false
      clearTimeout(timer)
    },
  }
}

/** How those who were here fared. */
function openRecord() {
  let soon = 0 // ends in a row that came soon after the start
  let failedStarts = 0
  return {
    add({ lastedMs, hasListened }: Pick<Stay, 'hasListened'> & { readonly lastedMs: number }) {
      soon = lastedMs < LASTING_MS ? soon + 1 : 0
      failedStarts = hasListened ? 0 : failedStarts + 1
    },
    failedStarts: () => failedStarts,
    /** The least for the first one: most workers that end were fine for long. */
    pauseMs: () =>
      soon < 2 ? LEAST_PAUSE_MS : Math.min(FIRST_PAUSE_MS * 2 ** (soon - 2), LONGEST_PAUSE_MS),
  }
}

interface Stay extends Leave {
  readonly id: number | undefined
  readonly hasListened: boolean
}

/** Forks a worker; calls back once, when it says that it leaves, or ends. */
function follow(order: Order, onLeft: (stay: Stay) => void): void {
  const worker = cluster.fork()
  let hasListened = false
  let failure: Failure | undefined
  let isHere = true
  const leave = (how: string): void => {
    if (isHere) onLeft({ id: worker.id, hasListened, failure, how })
    isHere = false
  }
  worker.on('message', (word: Word) => {
    if (word.kind === 'listening') hasListened = true
    if (word.kind === 'failed') failure = word
    if (word.kind === 'leaving') leave('leaves')
  })
  worker.on('exit', (code, signal) =>
    leave(signal ? `was ended by ${signal}` : `ended with ${code}`),
  )
  worker.on('error', ({ message }) => {
    if (worker.process.pid === undefined) leave(`could not be started (${message})`)
  })
  tell(worker, order)
}

/** A worker that is gone meanwhile is noticed by its end. */
export function tell(worker: Worker | undefined, order: Order): void {
  if (worker?.isConnected()) worker.send(order, () => {})
}
