// Two ways of making load: as fast as the answers come, and at a rate that waits for nobody.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { openWire, type Wire } from './wire.ts'

export interface Load {
  readonly port: number
  /** Sent in turn, and again from the start. */
  readonly requests: readonly Buffer[]
  readonly ms: number
}

export interface Round {
  /** Answers a second. */
  readonly rate: number
  readonly answers: number
  readonly byStatus: ReadonlyMap<number, number>
}

/** Closed loop: each connection sends the next delivery when the last is answered. */
export async function saturate(load: Load, connections: number): Promise<Round> {
  const { promise: fault, reject } = Promise.withResolvers<never>()
  const opening = Array.from({ length: connections }, () => openWire(load.port, reject))
  const wires = await Promise.all(opening)
  const byStatus = new Map<number, number>()
  let next = 0
  let answers = 0
  const start = performance.now()
  const end = start + load.ms
  const drive = (wire: Wire) =>
    new Promise<void>((resolve) => {
      const go = (): void => {
        if (performance.now() >= end) {
          resolve()
          return
        }
        wire.send(load.requests[next++ % load.requests.length]!, (status) => {
          answers++
          count(byStatus, status)
          go()
        })
      }
      go()
    })
  await Promise.race([Promise.all(wires.map(drive)), fault])
  const rate = (answers / (performance.now() - start)) * 1_000
  for (const wire of wires) wire.close()
  return { rate, answers, byStatus }
}

export interface OpenRound extends Round {
  /** Milliseconds from writing a delivery to its answer. */
  readonly latencies: readonly number[]
  /** How many milliseconds after its time each delivery was written: the load's own fault. */
  readonly lateness: readonly number[]
  /** Arrivals that were not even sent: too many were unanswered already. */
  readonly unsent: number
}

const FIRST_WIRES = 64
const MAX_WIRES = 1_000
const GRACE_MS = 20_000 // for the answers that are still out at the end

/** Open loop: arrivals at a constant rate, on as many connections as it takes. */
export async function arrive(load: Load, perSecond: number): Promise<OpenRound> {
  const { promise: fault, reject } = Promise.withResolvers<never>()
  const opening = Array.from({ length: FIRST_WIRES }, () => openWire(load.port, reject))
  const idle = await Promise.all(opening)
  const all = [...idle]
  const latencies: number[] = []
  const lateness: number[] = []
  const byStatus = new Map<number, number>()
  let unsent = 0
  const sendOn = (wire: Wire, dueAt: number): void => {
    const at = performance.now()
    const request = load.requests[lateness.length % load.requests.length]!
    lateness.push(performance.timeOrigin + at - dueAt)
    wire.send(request, (status) => {
      latencies.push(performance.now() - at)
      count(byStatus, status)
      idle.push(wire)
    })
  }
  let opened = all.length
  const onDue = async (dueAt: number): Promise<void> => {
    const free = idle.pop()
    if (free) sendOn(free, dueAt)
    else if (opened >= MAX_WIRES) unsent++
    else {
      opened++
      all.push(await openWire(load.port, reject))
      sendOn(all.at(-1)!, dueAt)
    }
  }
  const start = performance.now()
  await Promise.race([pace(perSecond, load.ms, (dueAt) => onDue(dueAt).catch(reject)), fault])
  const spent = performance.now() - start
  await Promise.race([until(() => latencies.length >= lateness.length), fault])
  for (const wire of all) wire.close()
  const answers = latencies.length
  const rate = ((answers + unsent) / spent) * 1_000
  return { rate, answers, byStatus, latencies, lateness, unsent }
}

async function until(isDone: () => boolean): Promise<void> {
  const deadline = performance.now() + GRACE_MS
  while (!isDone() && performance.now() < deadline) await new Promise((r) => setTimeout(r, 20))
  if (!isDone()) throw new Error('some deliveries were never answered')
}

/** Timers tick by the millisecond, too coarse for thousands a second: a thread of its own keeps the time. */
async function pace(perSecond: number, ms: number, onDue: (dueAt: number) => void): Promise<void> {
  const workerData = { perSecond, ms }
  const pacer = new Worker(new URL('pacer-thread.ts', import.meta.url), { workerData })
  pacer.on('message', onDue)
  await once(pacer, 'exit')
}

function count(byStatus: Map<number, number>, status: number): void {
  byStatus.set(status, (byStatus.get(status) ?? 0) + 1)
}
