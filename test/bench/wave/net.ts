// The network of the simulated fediverse: what a server publishes is there at once; keys are as if fetched before.

import type { Posts } from '../../../src/boosts.ts'
import { type Actors, openActors } from '../../../src/remote/actors.ts'
import type { RemoteFetch } from '../../../src/remote/fetch.ts'
import { openPosts } from '../../../src/remote/posts.ts'
import type { Keys } from '../../../src/signature.ts'
import { DAY } from './calendar.ts'
import type { Fediverse } from './people.ts'

export interface Net {
  readonly keys: Keys
  readonly actors: Actors
  readonly posts: Posts
  readonly software: (domain: string) => Promise<string | undefined>
}

export function openNet(fediverse: Fediverse, now: () => number): Net {
  const fetch = fetchFrom(fediverse)
  const unsigned = () => ({})
  const actors = openActors({ fetch, signGet: unsigned, now })
  return {
    actors,
    keys: keysOf(fediverse, actors, now),
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

/** Whoever fetches a key learns the profile beside it, once a day. */
function keysOf({ signers, documents }: Fediverse, actors: Actors, now: () => number): Keys {
  const fetchedAt = new Map<string, number>()
  const find: Keys['find'] = async (keyId) => {
    const signer = signers.get(keyId)
    if (!signer) return { status: 'unavailable', why: 'nobody has this key' }
    const { owner, publicKey: key } = signer
    if (now() - (fetchedAt.get(keyId) ?? 0) > DAY) {
      fetchedAt.set(keyId, now())
      actors.learn(documents.get(owner)!, owner)
    }
    return { status: 'found', cached: true, key: { keyId, owner, key } }
  }
  return { find, refresh: find }
}
