// One key from the network: its document and, where the owner lives elsewhere, the owner's.
import type { JsonObject } from '../json.ts'
import { DOCUMENT_DEADLINE_MS, type DocumentAnswer, type Documents } from './documents.ts'
import {
  type KeyClaim,
  ownerListsKey,
  readKeyDocument,
  type ServedDocument,
} from './key-document.ts'

export type KeyFetch = ({ readonly status: 'found' } & KeyClaim) | KeyFailure

export interface KeyFailure {
  readonly status: 'gone' | 'unavailable' | 'unproved'
  readonly why: string
  /** How long not to ask again. */
  readonly restMs: number
}

export interface KeyFetchOptions {
  readonly documents: Documents
  readonly now: () => number
  /** What came on the way; the receiver judges what it is worth. */
  readonly onFetched: (document: JsonObject, url: string) => void
  /** Spends one fetch of the URL's host. */
  readonly mayAsk: (url: string) => boolean
}

const MINUTE_MS = 60_000
const REST_MS = {
  gone: 24 * 60 * MINUTE_MS,
  unavailable: 10 * MINUTE_MS,
  unproved: 10 * MINUTE_MS,
  passing: MINUTE_MS,
}

/** 1. The key's document. 2. What it proves. 3. The owner's document, only if it lives elsewhere. */
export function keyFetcher(options: KeyFetchOptions): (keyId: string) => Promise<KeyFetch> {
  const { documents, now, onFetched, mayAsk } = options

  async function get(url: string, until: number): Promise<DocumentAnswer | KeyFailure> {
    const deadlineMs = until - now()
    if (deadlineMs <= 0) return { status: 'unavailable', why: 'deadline passed', passing: true }
    if (!mayAsk(url)) return OVER_BUDGET
    const answer = await documents.get({ url, deadlineMs })
    if (answer.status === 'served') onFetched(answer.document, answer.url)
    return answer
  }

  return async (keyId) => {
    const until = now() + DOCUMENT_DEADLINE_MS
    const answer = await get(keyId, until)
    if (answer.status !== 'served') return failed(answer)
    const reading = readKeyDocument(answer, keyId)
    if (reading.status === 'unproved') return unproved(reading.why)
    if (reading.status === 'proved') return { ...reading, status: 'found' }
    const owner = await get(reading.owner, until)
    return owner.status === 'served' ? confirmed(owner, reading) : failed(owner)
  }
}

/** Not remembered: the next minute has its own budget. */
const OVER_BUDGET: KeyFailure = {
  status: 'unavailable',
  why: 'this host was asked for too many keys',
  restMs: 0,
}

function confirmed(owner: ServedDocument, claim: KeyClaim): KeyFetch {
  if (!ownerListsKey(owner, claim)) return unproved('the owner does not list the key')
  return { ...claim, status: 'found' }
}

type Failed = Exclude<DocumentAnswer, { readonly status: 'served' }> | KeyFailure

function failed(answer: Failed): KeyFailure {
  if ('restMs' in answer) return answer
  const { why } = answer
  if (answer.status === 'forbidden') return unproved(why)
  if (answer.status === 'gone') return { status: 'gone', why, restMs: REST_MS.gone }
  const restMs = answer.passing ? REST_MS.passing : REST_MS.unavailable
  return { status: 'unavailable', why, restMs }
}

function unproved(why: string): KeyFailure {
  return { status: 'unproved', why, restMs: REST_MS.unproved }
}
