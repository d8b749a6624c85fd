// ActivityStreams documents of other servers: fetched unsigned, or signed where a server wants to know who asks.
import { LRUCache } from 'lru-cache'
import type { JsonObject, JsonValue } from '../json.ts'
import { JSON_LIMITS, scanJson } from '../json-scan.ts'
import { isObject } from '../plain-keys.ts'
import type { RemoteAnswer, RemoteFetch } from './fetch.ts'
import { ACTIVITY_TYPES } from './media-type.ts'

/** Headers that sign a GET with the relay's own actor. */
export type SignGet = (url: URL) => Readonly<Record<string, string>>

export type DocumentAnswer =
  | { readonly status: 'served'; readonly document: JsonObject; readonly url: string }
  | { readonly status: 'gone'; readonly why: string; readonly httpStatus: number }
  /** `passing`: it may be otherwise in a minute. */
  | { readonly status: 'unavailable'; readonly why: string; readonly passing: boolean }
  /** Something was served, or would be, that we must not take. */
  | { readonly status: 'forbidden'; readonly why: string }

export interface DocumentWish {
  readonly url: string
  readonly deadlineMs: number
}

export interface Documents {
  /** Unsigned first, signed after a 401 or 403, signed at once where that is known to be wanted. */
  get(wish: DocumentWish): Promise<DocumentAnswer>
  getSigned(wish: DocumentWish): Promise<DocumentAnswer>
}

export interface DocumentsOptions {
  readonly fetch: RemoteFetch
  readonly signGet?: SignGet | undefined
  readonly now: () => number
}

/** Waiting, redirects and a second, signed attempt included: some senders give up after 5 s. */
export const DOCUMENT_DEADLINE_MS = 2_500
export const MAX_DOCUMENT_BYTES = 256 * 1024
const MAX_SECURE_HOSTS = 5_000

export function openDocuments({ fetch, signGet, now }: DocumentsOptions): Documents {
  const secureHosts = new LRUCache<string, true>({ max: MAX_SECURE_HOSTS })

  function ask({ url, deadlineMs }: DocumentWish, sign: SignGet | undefined) {
    const headersFor = sign && { headersFor: sign }
    const accept = ACTIVITY_TYPES
    return fetch({ url, accept, maxBytes: MAX_DOCUMENT_BYTES, deadlineMs, ...headersFor })
  }

  return {
    async get(wish) {
      const host = URL.parse(wish.url)?.host ?? ''
      if (!signGet || secureHosts.has(host)) return read(await ask(wish, signGet))
      const until = now() + wish.deadlineMs
      const answer = await ask(wish, undefined)
      const deadlineMs = until - now()
      if (!wantsSignature(answer) || deadlineMs <= 0) return read(answer)
      const signed = await ask({ url: wish.url, deadlineMs }, signGet)
      if (signed.status === 'ok') secureHosts.set(host, true)
      return read(signed)
    },
    getSigned: async (wish) => read(await ask(wish, signGet)),
  }
}

function wantsSignature(answer: RemoteAnswer): boolean {
  return answer.status === 'refused' && (answer.httpStatus === 401 || answer.httpStatus === 403)
}

function read(answer: RemoteAnswer): DocumentAnswer {
  switch (answer.status) {
    case 'ok':
      return readBody(answer.body, answer.url)
    case 'gone':
      return { ...answer, why: `answered ${answer.httpStatus}` }
    case 'refused': {
      const passing = answer.httpStatus >= 500 || answer.httpStatus === 429
      return { status: 'unavailable', why: `answered ${answer.httpStatus}`, passing }
    }
    case 'unreachable':
      return { status: 'unavailable', why: answer.why, passing: true }
    case 'forbidden':
      return answer
  }
}

function readBody(body: Buffer, url: string): DocumentAnswer {
  const document = parseObject(body)
  return document
    ? { status: 'served', document, url }
    : { status: 'forbidden', why: 'no JSON object inside the limits' }
}

/** The object that the bytes are, or undefined. */
export function parseObject(body: Buffer): JsonObject | undefined {
  const root = parseJson(body)
  return isObject(root) ? root : undefined
}

/** The JSON that the bytes are, or undefined: scanned before it is built, for a tree can cost a stall. */
export function parseJson(body: Buffer): JsonValue | undefined {
  if (scanJson(body, JSON_LIMITS).beyond) return undefined
  try {
    return JSON.parse(body.toString('utf8')) as JsonValue
  } catch {
    return undefined // no JSON: the caller says so
  }
}
