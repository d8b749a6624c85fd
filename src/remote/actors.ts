// What other servers' actors say of themselves: learned from key documents, or asked for, and kept a while.
import { LRUCache } from 'lru-cache'
import type { Profile } from '../facts.ts'
import type { JsonObject } from '../json.ts'
import { stringsOf } from '../plain-keys.ts'
import { within } from '../within.ts'
import { perMinute } from './budget.ts'
import { DOCUMENT_DEADLINE_MS, type Documents, openDocuments, type SignGet } from './documents.ts'
import type { RemoteFetch } from './fetch.ts'
import { normalUrl } from './key-document.ts'
import { readProfile } from './profile.ts'
import { registeredName } from './registered-name.ts'
import { singleFlight } from './single-flight.ts'

export interface Actors {
  /** What is known without asking anybody. */
  known(actorId: string): Profile | undefined
  /** Undefined when it cannot be had within the deadline; the fetch goes on for the next time. */
  profile(actorId: string, deadlineMs: number): Promise<Profile | undefined>
  /** A document that was fetched for another reason, and the URL that served it. */
  learn(document: JsonObject, url: string): void
}

export interface ActorsOptions {
  readonly fetch: RemoteFetch
  readonly signGet: SignGet
  readonly now: () => number
}

const TTL_MS = 6 * 3_600_000
const NOTHING_TTL_MS = 10 * 60_000
const FETCHES_PER_MINUTE = 60 // per registered name

export function openActors({ fetch, signGet, now }: ActorsOptions): Actors {
  const documents = openDocuments({ fetch, signGet, now })
  const memory = openMemory(now)
  const once = singleFlight<Profile | undefined>()
  const mayAsk = perMinute(FETCHES_PER_MINUTE, now)

  async function ask(id: string): Promise<Profile | undefined> {
    if (!mayAsk(registeredName(id))) return undefined
    const profile = await fetchProfile(documents, { id, now: now() })
    memory.put(id, profile)
    return profile
  }

  return {
    known: (actorId) => memory.get(normalUrl(actorId) ?? '')?.profile,
    async profile(actorId, deadlineMs) {
      const id = normalUrl(actorId)
      if (id === undefined) return undefined
      const known = memory.get(id)
      return known
        ? known.profile
        : within(
            deadlineMs,
            once(id, () => ask(id)),
          )
    },
    learn(document, url) {
      const profile = readProfile(document, now())
      const id = normalUrl(stringsOf(document.id)[0])
      // Only who speaks from its own address speaks for itself.
      if (profile && id !== undefined && id === normalUrl(url)) memory.put(id, profile)
    },
  }
}

async function fetchProfile(documents: Documents, asked: { id: string; now: number }) {
  const { id, now } = asked
  const answer = await documents.getSigned({ url: id, deadlineMs: DOCUMENT_DEADLINE_MS })
  if (answer.status !== 'served') return undefined
  const isItself = normalUrl(stringsOf(answer.document.id)[0]) === id
  const isFromHome = URL.parse(answer.url)?.origin === URL.parse(id)?.origin
  return isItself && isFromHome ? readProfile(answer.document, now) : undefined
}

interface Memorised {
  /** Undefined: asked, and there was none. */
  readonly profile: Profile | undefined
  readonly until: number
}

const MAX_PROFILES = 10_000
const MAX_CHARACTERS = 8_000_000 // of all profiles together: strangers choose how long theirs are

function openMemory(now: () => number) {
  const memory = new LRUCache<string, Memorised>({
    max: MAX_PROFILES,
    maxSize: MAX_CHARACTERS,
    sizeCalculation: ({ profile }, id) =>
      id.length + (profile ? 100 + profile.name.length + profile.summary.length : 0),
  })
  return {
    get(id: string): Memorised | undefined {
      const memorised = memory.get(id)
      return memorised && memorised.until > now() ? memorised : undefined
    },
    put(id: string, profile: Profile | undefined): void {
      memory.set(id, { profile, until: now() + (profile ? TTL_MS : NOTHING_TTL_MS) })
    },
  }
}
