// Carries a verdict out: what the sender gets to see of it.
import { type ErrorCode, errors } from './errors.ts'

export interface Reply {
  readonly status: number
  /** Name, value, name, value, … */
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
}

const NOTHING = Buffer.alloc(0)
/** Mastodon's first retry comes after 15 s, Misskey's after 60 s, GoToSocial gives up after four minutes. */
const RETRY_AFTER_SECONDS = { atLeast: 60, spread: 60 }

export function dropped(status: 202 | 403): Reply {
  return { status, rawHeaders: ['Content-Length', '0'], body: NOTHING }
}

/** Asks the sender's own queue to keep the delivery; spread, so that a held wave does not return at once. */
export function putOff(random: () => number): Reply {
  const seconds = RETRY_AFTER_SECONDS.atLeast + Math.floor(random() * RETRY_AFTER_SECONDS.spread)
  return {
    status: 503,
    rawHeaders: ['Retry-After', String(seconds), 'Content-Length', '0'],
    body: NOTHING,
  }
}

export function refused(code: ErrorCode, random: () => number): Reply {
  const { status, message } = errors[code]
  if (status === 503) return putOff(random)
  const body = Buffer.from(JSON.stringify({ error: { code, message } }))
  const rawHeaders = ['Content-Type', 'application/json', 'Content-Length', String(body.length)]
  return { status, rawHeaders, body }
}
