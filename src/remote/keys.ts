// Public keys by keyId: from memory, from the store, from their own server; asked once, however many wait.
import { LRUCache } from 'lru-cache'
import type { JsonObject } from '../json.ts'
import type { KeyLookup, Keys } from '../signature.ts'
import type { KeyCache } from '../store/store.ts'
import { perMinute } from './budget.ts'
import { openDocuments, type SignGet } from './documents.ts'
import type { RemoteFetch } from './fetch.ts'
import { normalUrl } from './key-document.ts'
import { type KeyFetch, keyFetcher } from './key-fetch.ts'
import { type KeyShelf, openKeyShelf } from './key-shelf.ts'
import { registeredName } from './registered-name.ts'
import { singleFlight } from './single-flight.ts'

export interface KeysOptions {
  readonly fetch: RemoteFetch
  readonly cache: KeyCache
  readonly now: () => number
  readonly signGet?: SignGet
  readonly onFetched?: (document: JsonObject, url: string) => void
  /** Counts what went wrong on our own side. */
  readonly onFault?: (what: string) => void
}

const REFRESH_EVERY_MS = 60_000
const MAX_KEY_ID_LENGTH = 2_048

/** Memory, then what failed lately, then the store, then the network. */
export function openKeys(options: KeysOptions): Keys {
  const { cache, now, onFault = () => {} } = options
  const shelf = openKeyShelf({ cache, now, onFault })
  const failures = openFailures(now)
  const network = openNetwork(options, shelf)
  const once = singleFlight<KeyLookup>()

  async function recall(keyId: string): Promise<KeyLookup> {
    const stored = await shelf.stored(keyId)
    if (stored) return stored
    const fetched = await network.find(keyId)
    if (fetched.status !== 'found') failures.note(keyId, fetched)
    return settle(fetched, shelf)
  }

  async function find(keyId: string): Promise<KeyLookup> {
    const known = shelf.remembered(keyId) ?? failures.at(keyId)
    return known ?? once(`find ${keyId}`, () => recall(keyId))
  }

  // Its failure is not noted: whoever sends junk signatures must not talk us out of a good key.
  async function refresh(keyId: string): Promise<KeyLookup> {
    if (now() - shelf.askedAt(keyId) < REFRESH_EVERY_MS) return find(keyId)
    return once(`refresh ${keyId}`, async () => settle(await network.refresh(keyId), shelf))
  }

  return {
    find: (keyId) => withId(keyId, find),
    refresh: (keyId) => withId(keyId, refresh),
  }
}

async function withId(text: string, look: (keyId: string) => Promise<KeyLookup>) {
  const keyId = text.length > MAX_KEY_ID_LENGTH ? undefined : normalUrl(text)
  if (keyId !== undefined) return look(keyId)
  return { status: 'unproved', why: 'the keyId is no https address' } as const
}

function settle(fetched: KeyFetch, shelf: KeyShelf): KeyLookup {
  if (fetched.status !== 'found') return { status: fetched.status, why: fetched.why }
  const { keyId, owner, pem } = fetched
  return shelf.put({ keyId, owner, pem })
}

// Per registered name and minute. Refreshes have their own: junk signatures must not keep us from
// learning new keys.
const FETCHES = 60
const REFRESHES = 30

function openNetwork(options: KeysOptions, shelf: KeyShelf) {
  const { fetch, signGet, now, onFetched = () => {} } = options
  const documents = openDocuments({ fetch, signGet, now })
  const asking = (limit: number) => {
    const isWithin = perMinute(limit, now)
    const mayAsk = (url: string) => isWithin(registeredName(url))
    const fetchKey = keyFetcher({ documents, now, onFetched, mayAsk })
    return (keyId: string) => {
      shelf.noteAsked(keyId)
      return fetchKey(keyId)
    }
  }
  return { find: asking(FETCHES), refresh: asking(REFRESHES) }
}

const MAX_FAILURES = 10_000

function openFailures(now: () => number) {
  const failures = new LRUCache<string, { readonly lookup: KeyLookup; readonly until: number }>({
    max: MAX_FAILURES,
  })
  return {
    at(keyId: string): KeyLookup | undefined {
      const failure = failures.get(keyId)
      return failure && failure.until > now() ? failure.lookup : undefined
    },
    note(keyId: string, failure: Exclude<KeyFetch, { readonly status: 'found' }>): void {
      const { status, why, restMs } = failure
      if (restMs > 0) failures.set(keyId, { lookup: { status, why }, until: now() + restMs })
    },
  }
}
