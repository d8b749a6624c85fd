// The network of the simulated fediverse: what a server publishes is there at once; a key brings its owner's profile or not.

import type { Posts } from '../../../src/boosts.ts'
import { type Actors, openActors } from '../../../src/remote/actors.ts'
import type { RemoteFetch } from '../../../src/remote/fetch.ts'
import { openPosts } from '../../../src/remote/posts.ts'
import type { Keys } from '../../../src/signature.ts'
import { DAY } from './calendar.ts'
import type { Fediverse } from './people.ts'
import type { Random } from './random.ts'

export interface Net {
  readonly keys: Keys
  readonly actors: Actors
  readonly posts: Posts
  readonly software: (domain: string) => Promise<string | undefined>
}

interface NetSetup {
  readonly fediverse: Fediverse
  readonly now: () => number
  readonly random: Random
}

export function openNet({ fediverse, now, random }: NetSetup): Net {
  const fetch = fetchFrom(fediverse)
  const unsigned = () => ({})
  const actors = openActors({ fetch, signGet: unsigned, now })
  return {
    actors,
    keys: keysOf({ fediverse, now, random }, actors),
    posts: openPosts({ fetch, signGet: unsigned, now }),
    software: async (domain) => fediverse.software.get(domain),
  }
}

/** A document that is not there is not there: boosted posts of strangers are mostly made up. */
function fetchFrom({ documents }: Fediverse): RemoteFetch {
  return async ({ url }) => {
    const document = documents.get(url)
    if (document === undefined) return { status: 'gone', httpStatus: 404 }
    const body = Buffer.from(JSON.stringify(document))
    return { status: 'ok', url, contentType: 'application/activity+json', body }
  }
}

/** Of the others the key was stored before the last restart: a cached key brings no profile. */
const LEARNED_SHARE = 0.7

/** Whoever fetches a key learns the profile beside it, once a day; the rest is learned by asking alone. */
function keysOf({ fediverse, now, random }: NetSetup, actors: Actors): Keys {
  const { signers, documents } = fediverse
  const fetchedAt = new Map<string, number>()
  const find: Keys['find'] = async (keyId) => {
    const signer = signers.get(keyId)
    if (!signer) return { status: 'unavailable', why: 'nobody has this key' }
    const { owner, publicKey: key } = signer
    if (now() - (fetchedAt.get(keyId) ?? 0) > DAY) {
      fetchedAt.set(keyId, now())
      if (random.fork(owner).chance(LEARNED_SHARE)) actors.learn(documents.get(owner)!, owner)
    }
    return { status: 'found', cached: true, key: { keyId, owner, key } }
  }
  return { find, refresh: find }
}
