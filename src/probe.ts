// How `check` finds out that a request came to the relay and to nobody else: a sign that only its operator can make,
// and an answer that only the relay can give. Others learn nothing by it.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

export const PROBE_HEADER = 'sekisho-probe'

const VALID_MS = 300_000 // then a sign that somebody has overheard is worth nothing

export interface Probe {
  /** For the header of the request. */
  readonly sign: string
  /** What stands in the same header of the relay's answer. */
  readonly answer: string
}

export function makeProbe(token: string, now: number): Probe {
  const text = `${now}.${randomBytes(12).toString('base64url')}`
  return { sign: `${text}.${mac(token, 'asks', text)}`, answer: mac(token, 'answers', text) }
}

/** The answer to a sign of the operator's; undefined for anything else. */
export function answerProbe(sign: unknown, token: string, now: number): string | undefined {
  if (typeof sign !== 'string') return undefined
  const [, text, given] = /^(\d{1,15}\.[\w-]{16})\.([\w-]{43})$/.exec(sign) ?? []
  if (text === undefined || given === undefined) return undefined
  const isTimely = Math.abs(now - Number.parseInt(text, 10)) < VALID_MS
  const isGenuine = timingSafeEqual(Buffer.from(given), Buffer.from(mac(token, 'asks', text)))
  return isTimely && isGenuine ? mac(token, 'answers', text) : undefined
}

function mac(token: string, purpose: 'asks' | 'answers', text: string): string {
  return createHmac('sha256', token).update(`sekisho probe ${purpose} ${text}`).digest('base64url')
}
