// The simulated fediverse: servers of several kinds, the accounts on them, and what both publish.
import type { JsonObject } from '../../../src/json.ts'
import { aSigner, type Signer } from '../../support/sign.ts'
import type { Random } from './random.ts'
import { LANGUAGES, type Language, type Tongue, tongueOf } from './words.ts'

export type Software = 'mastodon' | 'misskey' | 'gotosocial' | 'pleroma' | 'lemmy'

export interface Server {
  readonly host: string
  readonly software: Software
  readonly algorithm: 'rsa' | 'ed25519'
  readonly pair: number
}

export interface Account {
  readonly id: string
  readonly username: string
  readonly server: Server
  readonly signer: Signer
  readonly tongue: Tongue
}

/** Somebody who can be called. */
export type Person = Pick<Account, 'id' | 'username'> & { readonly server: Pick<Server, 'host'> }

export interface AccountTraits {
  readonly server: Server
  /** Epoch milliseconds. */
  readonly createdAt: number
  /** `plain`: a name and nothing else; `handle`: that name is the handle. */
  readonly profile: 'full' | 'plain' | 'handle' | 'blank'
  readonly username?: string
  readonly language?: Language
  readonly type?: 'Person' | 'Service' | 'Group' | 'Application'
}

export interface Fediverse {
  /** What can be fetched, by its URL. */
  readonly documents: Map<string, JsonObject>
  readonly signers: Map<string, Signer>
  /** What a host runs. */
  readonly software: Map<string, Software>
  /** `claims`: what it says it runs, where that is not so. */
  server(traits: Partial<Server> & { readonly suffix?: string; readonly claims?: Software }): Server
  account(traits: AccountTraits): Account
  /** A number that nobody had before. */
  serial(): number
}

const PAIRS = 3 // key pairs are dear to make; many people share one
const RSA_SHARE = 0.3 // the net signs with RSA; Ed25519 costs this bench a tenth of the time
const FIRST_SERIAL = 115_000_000_000

export function openFediverse(random: Random): Fediverse {
  const documents = new Map<string, JsonObject>()
  const signers = new Map<string, Signer>()
  const software = new Map<string, Software>()
  let serial = FIRST_SERIAL
  const tongues = new Map(LANGUAGES.map((each) => [each, tongueOf(each, random.fork(each))]))
  return {
    ...{ documents, signers, software, serial: () => ++serial },
    server({ suffix = 'example', claims, ...traits }) {
      const server = {
        host: `${hostName(random)}${++serial % 10_000}.${suffix}`,
        software: softwareOf(random),
        algorithm: random.chance(RSA_SHARE) ? ('rsa' as const) : ('ed25519' as const),
        pair: random.below(PAIRS),
        ...traits,
      }
      software.set(server.host, claims ?? server.software)
      return server
    },
    account(traits) {
      const { server, createdAt } = traits
      const username =
        traits.username ?? `${latinName(random)}${random.chance(0.4) ? random.below(999) : ''}`
      const id = idOf({ server, username, createdAt, random })
      const keyId = server.software === 'gotosocial' ? `${id}/main-key` : `${id}#main-key`
      const signer = aSigner({ owner: id, keyId, algorithm: server.algorithm, pair: server.pair })
      const tongue = tongues.get(traits.language ?? languageOf(random))!
      documents.set(id, actorDocument({ ...traits, username, signer, tongue }))
      signers.set(keyId, signer)
      return { id, username, server, signer, tongue }
    },
  }
}

/** Established people are seldom blank; half of the newcomers are, on their first days. */
export function profileOf(
  random: Random,
  kind: 'established' | 'newcomer',
): AccountTraits['profile'] {
  const lot = random.next()
  const [full, plain] = kind === 'established' ? [0.8, 0.13] : [0.25, 0.3]
  return lot < full ? 'full' : lot < full + plain ? 'plain' : 'blank'
}

const SYLLABLES =
  'ba be bo da do fa fi ga go ka ki ku la le lo lu ma me mi mo na ne no pa pe pi ra re ri ro sa se shi so ta te to tu va ve wa yo yu za zo'.split(
    ' ',
  )

export function latinName(random: Random): string {
  return Array.from({ length: random.between(2, 4) }, () => random.pick(SYLLABLES)).join('')
}

function hostName(random: Random): string {
  const place = random.pick([
    'social',
    'town',
    'fedi',
    'cafe',
    'garden',
    'net',
    'space',
    'key',
    'don',
  ])
  return random.chance(0.5) ? `${latinName(random)}-${place}` : `${place}.${latinName(random)}`
}

function softwareOf(random: Random): Software {
  const lot = random.next()
  if (lot < 0.62) return 'mastodon'
  if (lot < 0.86) return 'misskey'
  return lot < 0.94 ? 'gotosocial' : 'pleroma'
}

function languageOf(random: Random): Language {
  const lot = random.next()
  if (lot < 0.4) return 'en'
  if (lot < 0.7) return 'ja'
  return random.pick(LANGUAGES)
}

const AID_EPOCH = Date.UTC(2000)

interface Naming {
  readonly server: Server
  readonly username: string
  readonly createdAt: number
  readonly random: Random
}

function idOf({ server: { host, software }, username, createdAt, random }: Naming): string {
  if (software === 'lemmy') return `https://${host}/u/${username}`
  if (software !== 'misskey') return `https://${host}/users/${username}`
  const time = (createdAt - AID_EPOCH).toString(36).padStart(8, '0')
  const noise = random
    .below(36 ** 8)
    .toString(36)
    .padStart(8, '0')
  return `https://${host}/users/${time}${noise}`
}

type Described = AccountTraits & {
  readonly username: string
  readonly signer: Signer
  readonly tongue: Tongue
}

function actorDocument(described: Described): JsonObject {
  const { server, createdAt, profile, username, signer, tongue, type = 'Person' } = described
  const { host, software } = server
  const full = {
    name: tongue.name(),
    summary: `<p>${tongue.sentence(8)}</p>`,
    icon: {
      type: 'Image',
      mediaType: 'image/webp',
      url: `https://${host}/avatars/${username}.webp`,
    },
    attachment: [{ type: 'PropertyValue', name: 'Home', value: `https://${username}.example/` }],
  }
  const plain = { name: tongue.name(), summary: '' }
  const handle = { name: username, summary: '' }
  const blank = { name: software === 'misskey' ? null : '', summary: '' }
  return {
    ...signer.actor,
    ...{ type, preferredUsername: username, url: `https://${host}/@${username}` },
    ...{ outbox: `${signer.owner}/outbox`, followers: `${signer.owner}/followers` },
    ...{ full, plain, handle, blank }[profile],
    ...published(software, createdAt),
  } as JsonObject
}

/** Mastodon tells the day, GoToSocial the second, Misskey's ids tell the time, Pleroma nothing. */
function published(software: Software, createdAt: number): JsonObject {
  if (software === 'misskey' || software === 'pleroma') return {}
  const text = new Date(createdAt).toISOString()
  return { published: software === 'mastodon' ? `${text.slice(0, 10)}T00:00:00Z` : text }
}
