// Where each software publishes what it is: the one table of addresses and readers.
import type { JsonValue } from '../json.ts'
import type { Description } from './description.ts'
import { readFederatedInstances, readSite } from './read-lemmy.ts'
import {
  readActivity,
  readInstanceV1,
  readInstanceV2,
  readMastodonV1,
  readMastodonV2,
  readPleromaV1,
} from './read-mastodon.ts'
import { readMeta } from './read-misskey.ts'
import { readConfig } from './read-peertube.ts'

export interface Source {
  readonly path: string
  /** JSON to POST: what does not answer a GET. */
  readonly post?: string
  /** Undefined: that is something else. */
  readonly read: (json: JsonValue, url: string) => Description | undefined
}

/** All are asked; of each, one after the other until one can be read. */
export type Sources = readonly (readonly Source[])[]

/** By the name in NodeInfo; what has no place here is known by its NodeInfo alone. */
export function sourcesOf(software: string): Sources {
  return BY_SOFTWARE.get(software) ?? []
}

const V1 = '/api/v1/instance'
const V2 = '/api/v2/instance'

const MASTODON: Sources = [
  [
    { path: V2, read: readMastodonV2 },
    { path: V1, read: readMastodonV1 },
  ],
  [{ path: '/api/v1/instance/activity', read: readActivity }],
]
const MISSKEY: Sources = [[{ path: '/api/meta', post: '{}', read: readMeta }]]
const PLEROMA: Sources = [[{ path: V1, read: readPleromaV1 }]]
const GOTOSOCIAL: Sources = [
  [
    { path: V2, read: readInstanceV2 },
    { path: V1, read: readInstanceV1 },
  ],
]
const LEMMY: Sources = [
  [{ path: '/api/v3/site', read: readSite }],
  [{ path: '/api/v3/federated_instances', read: readFederatedInstances }],
]
const PEERTUBE: Sources = [[{ path: '/api/v1/config', read: readConfig }]]

const FAMILIES: readonly (readonly [Sources, string])[] = [
  [MASTODON, 'mastodon hometown fedibird kmyblue ecko'],
  [MISSKEY, 'misskey sharkey cherrypick firefish calckey foundkey iceshrimp catodon meisskey'],
  [PLEROMA, 'pleroma akkoma rebased'],
  [GOTOSOCIAL, 'gotosocial'],
  [LEMMY, 'lemmy'],
  [PEERTUBE, 'peertube'],
]

const BY_SOFTWARE = new Map(
  FAMILIES.flatMap(([sources, names]) => names.split(' ').map((name) => [name, sources] as const)),
)
