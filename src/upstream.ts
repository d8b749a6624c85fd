// Hands a delivery to the instance byte for byte and brings its answer back as it was.
import { isIP } from 'node:net'
import { buildConnector, type Dispatcher, Pool } from 'undici'
import type { Delivery } from './delivery.ts'
import { answerHeaders, compileOnward } from './forwarded.ts'

export type UpstreamAnswer =
  | {
      readonly status: 'answered'
      readonly httpStatus: number
      /** Name, value, … of the end-to-end headers, spelling and repeats kept. */
      readonly rawHeaders: readonly string[]
      readonly body: Buffer
      readonly tookMs: number
    }
  | { readonly status: 'unavailable'; readonly why: string }

export interface UpstreamOptions {
  /** Scheme, host and port: the only origin that is ever asked. */
  readonly url: string
  /** For the connection, the head and the body of the answer together. */
  readonly timeoutMs: number
  /** Addresses or networks whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[]
}

export interface Upstream {
  forward(delivery: Delivery): Promise<UpstreamAnswer>
  close(): Promise<void>
}

const MAX_ANSWER_BYTES = 1_048_576

export function openUpstream({ url, timeoutMs, trustedProxies }: UpstreamOptions): Upstream {
  const { connect, isStale } = connectorTo(new URL(url), timeoutMs)
  const pool = new Pool(url, {
    connect,
    pipelining: 1, // one request's failure must never be another's
    allowH2: false,
    headersTimeout: 0, // our own clock covers everything
    bodyTimeout: 0,
    maxResponseSize: MAX_ANSWER_BYTES,
  })
  const onward = compileOnward(trustedProxies)
  return {
    async forward(delivery) {
      const startedAt = performance.now()
      const request = { delivery, headers: ownFraming(onward(delivery)) }
      const clock = { startedAt, deadline: startedAt + timeoutMs }
      const first = await exchange(pool, request, clock)
      if (first.status !== 'failed') return first
      // Once more when the instance closed an idle connection just as we took it (RFC 9112 §9.3.1).
      // Should it have read the delivery all the same: instances drop an activity id that they know.
      if (first.answerBegan || !isStale(first.cause)) return unavailable(first)
      const second = await exchange(pool, request, clock)
      return second.status === 'failed' ? unavailable(second) : second
    },
    close: () => pool.close(),
  }
}

interface Onward {
  readonly delivery: Delivery
  readonly headers: string[]
}

interface Clock {
  readonly startedAt: number
  readonly deadline: number
}

interface Failure {
  readonly status: 'failed'
  readonly cause: Error
  readonly answerBegan: boolean
}

function exchange(
  pool: Pool,
  { delivery, headers }: Onward,
  clock: Clock,
): Promise<UpstreamAnswer | Failure> {
  const { promise, resolve } = Promise.withResolvers<UpstreamAnswer | Failure>()
  const { method, target, body } = delivery
  let started: Dispatcher.DispatchController | undefined
  const timer = setTimeout(() => {
    resolve({ status: 'unavailable', why: 'no answer in time' })
    started?.abort(new Error('timed out'))
  }, clock.deadline - performance.now())
  const settle = (outcome: UpstreamAnswer | Failure) => {
    clearTimeout(timer)
    resolve(outcome)
  }
  const onStart = (controller: Dispatcher.DispatchController) => {
    started = controller
  }
  const collector = collect({ ...clock, onStart, settle })
  pool.dispatch({ method, path: target, headers, body }, collector)
  return promise
}

interface Collecting extends Clock {
  readonly onStart: (controller: Dispatcher.DispatchController) => void
  readonly settle: (outcome: UpstreamAnswer | Failure) => void
}

function collect({ startedAt, deadline, onStart, settle }: Collecting): Dispatcher.DispatchHandler {
  const chunks: Buffer[] = []
  let answerBegan = false
  let httpStatus = 0
  let rawHeaders: string[] = []
  return {
    onRequestStart(controller) {
      // After the time is up nothing may be sent any more: the sender is told to come again.
      if (performance.now() >= deadline) return controller.abort(new Error('timed out'))
      onStart(controller)
    },
    onResponseStarted() {
      answerBegan = true
    },
    onResponseStart(controller, status) {
      httpStatus = status // of informational ones too: the last one stays
      rawHeaders = answerHeaders(toText(controller.rawHeaders))
    },
    onResponseData(_controller, chunk) {
      chunks.push(chunk)
    },
    onResponseEnd() {
      const tookMs = performance.now() - startedAt
      const body = Buffer.concat(chunks)
      settle({ status: 'answered', httpStatus, rawHeaders, body, tookMs })
    },
    onResponseError(_controller, cause) {
      settle({ status: 'failed', cause, answerBegan })
    },
  }
}

/** HTTP/1 arrives as bytes, name and value in turn; Latin-1 keeps each of them. */
function toText(raw: Dispatcher.DispatchController['rawHeaders']): string[] {
  if (!Array.isArray(raw)) return []
  return raw.map((part) => (typeof part === 'string' ? part : part.toString('latin1')))
}

/** undici writes its own Content-Length from the body, and never chunks a buffer. */
function ownFraming(headers: readonly string[]): string[] {
  return headers.filter((_, at) => !/^content-length$/i.test(headers[at - (at % 2)]!))
}

function unavailable({ cause }: Failure): UpstreamAnswer {
  const { code } = cause as { code?: string }
  if (code === 'UND_ERR_INVALID_ARG') throw new Error('the delivery cannot be written', { cause })
  return { status: 'unavailable', why: code ? `${code}: ${cause.message}` : cause.message }
}

/** Remembers which failures came from a connection that had answered before. */
function connectorTo({ hostname }: URL, timeoutMs: number) {
  const isName = !hostname.startsWith('[') && isIP(hostname) === 0
  const open = buildConnector({ allowH2: false, timeout: timeoutMs })
  const stale = new WeakSet<Error>()
  const connect: buildConnector.connector = (options, done) => {
    // The certificate is checked for the configured name, not for a Host that the sender chose.
    open(isName ? { ...options, servername: hostname } : options, (...outcome) => {
      const [, socket] = outcome
      socket?.on('error', (cause) => {
        if (socket.bytesRead > 0) stale.add(cause)
      })
      done(...outcome)
    })
  }
  return { connect, isStale: (cause: Error) => stale.has(cause) }
}
