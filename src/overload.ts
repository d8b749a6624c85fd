// Is there room for more work? Too many deliveries in flight, or an event loop that lags, say no.
import { monitorEventLoopDelay } from 'node:perf_hooks'

export interface Load {
  isOverloaded(): boolean
  /** Counts a delivery until the returned function is called. */
  enter(): () => void
  close(): void
}

const MAX_IN_FLIGHT = 256
const MAX_LAG_MS = 200
const WINDOW_MS = 1_000

export function watchLoad(): Load {
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  let inFlight = 0
  let lagMs = 0
  const timer = setInterval(() => {
    lagMs = delay.mean / 1e6
    delay.reset()
  }, WINDOW_MS)
  timer.unref()
  return {
    isOverloaded: () => inFlight > MAX_IN_FLIGHT || lagMs > MAX_LAG_MS,
    enter() {
      inFlight++
      let left = false
      return () => {
        if (!left) inFlight--
        left = true
      }
    },
    close() {
      clearInterval(timer)
      delay.disable()
    },
  }
}
