// Says when a delivery is due: sleeps to fractions of a millisecond, which timers cannot.
import { parentPort, workerData } from 'node:worker_threads'

const { perSecond, ms } = workerData as { perSecond: number; ms: number }
const bell = new Int32Array(new SharedArrayBuffer(4))
const now = () => performance.timeOrigin + performance.now()

const start = now()
const deliveries = Math.floor((perSecond * ms) / 1_000)
for (let n = 0; n < deliveries; n++) {
  const dueAt = start + (n * 1_000) / perSecond
  const left = dueAt - now()
  if (left > 0) Atomics.wait(bell, 0, 0, left)
  parentPort?.postMessage(dueAt)
}
