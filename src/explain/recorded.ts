// A recorded delivery: what came to an inbox, and the documents of its people in place of fetching them.
import type { JsonObject } from '../json.ts'
import { isObject } from '../plain-keys.ts'

export interface Recorded {
  readonly body: Buffer
  /** The request target it came to. */
  readonly target: string
  /** Epoch milliseconds. */
  readonly at: number | undefined
  /** Whose inbox it was. */
  readonly host: string | undefined
  readonly documents: readonly JsonObject[]
}

/** Undefined for what is no recorded delivery. */
export function readRecorded(json: JsonObject): Recorded | undefined {
  const { bodyBase64, path, receivedAt, headers, documents } = json
  if (typeof bodyBase64 !== 'string') return undefined
  const host = isObject(headers) ? headers.host : undefined
  const at = typeof receivedAt === 'string' ? Date.parse(receivedAt) : Number.NaN
  return {
    body: Buffer.from(bodyBase64, 'base64'),
    target: typeof path === 'string' ? path : '/inbox',
    at: Number.isNaN(at) ? undefined : at,
    host: typeof host === 'string' ? host : undefined,
    documents: isObject(documents) ? Object.values(documents).filter(isObject) : [],
  }
}
