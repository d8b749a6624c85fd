// Everything that asks other servers, made from one fetcher.
import type { Posts } from '../boosts.ts'
import type { Profile } from '../facts.ts'
import type { Keys } from '../signature.ts'
import type { Descriptions } from '../standing/description.ts'
import type { Store } from '../store/store.ts'
import { type ActorDoor, openActorDoor } from './actor-door.ts'
import { openActors } from './actors.ts'
import { DESCRIPTION_PLACES, openDescriptions } from './descriptions.ts'
import { type Documents, openDocuments } from './documents.ts'
import { remoteFetch } from './fetch.ts'
import { openKeys } from './keys.ts'
import { openNodeinfo } from './nodeinfo.ts'
import { type FetchPicture, openPictureFetch, PICTURE_PLACES } from './pictures.ts'
import { openPosts } from './posts.ts'

export interface RemoteSetup {
  readonly domain: string
  /** Never asked: our own names. */
  readonly ownHosts: readonly string[]
  readonly overrides: Readonly<Record<string, string>>
  readonly store: Pick<Store, 'keys' | 'identity'>
  readonly now: () => number
  readonly onFault: (what: string) => void
  /** As of remoteFetch(). */
  readonly onTime?: (url: string, at: number) => void
}

export interface Remote {
  readonly keys: Keys
  readonly actor: ActorDoor
  readonly actors: {
    known(actorId: string): Profile | undefined
    profile(actorId: string, deadlineMs: number): Promise<Profile | undefined>
  }
  readonly posts: Posts
  readonly fetchPicture: FetchPicture
  readonly software: (domain: string) => Promise<string | undefined>
  readonly descriptions: Descriptions
  /** For looking again at what a notice is about. */
  readonly documents: Documents
}

const USER_AGENT = 'Sekisho'

export async function openRemote(setup: RemoteSetup): Promise<Remote> {
  const { domain, ownHosts, overrides, store, now, onFault, onTime } = setup
  const userAgent = `${USER_AGENT} (+https://${domain}/sekisho/)`
  const way = { overrides, ownHosts, userAgent, ...(onTime && { onTime }) }
  const fetch = remoteFetch(way)
  const actor = await openActorDoor({ domain, identity: store.identity, onFault })
  // Without its key a GET goes out unsigned, as a stranger's.
  const signGet = (url: URL) => actor.current()?.signGet(url, now()) ?? {}
  const actors = openActors({ fetch, signGet, now })
  const onFetched = actors.learn
  const keys = openKeys({ fetch, signGet, cache: store.keys, now, onFault, onFetched })
  const posts = openPosts({ fetch, signGet, now })
  const fetchDescription = remoteFetch({ ...way, places: DESCRIPTION_PLACES })
  const nodeinfo = openNodeinfo({ fetch: fetchDescription, now })
  const descriptions = openDescriptions({ fetch: fetchDescription, nodeinfo, now })
  const documents = openDocuments({ fetch: fetchDescription, signGet, now })
  // A picture that drips must not keep a key waiting.
  const fetchLarge = remoteFetch({ ...way, places: PICTURE_PLACES })
  const fetchPicture = openPictureFetch({ fetch: fetchLarge, now })
  const software = (asked: string) => nodeinfo.software(asked)
  return { keys, actor, actors, posts, fetchPicture, software, descriptions, documents }
}
