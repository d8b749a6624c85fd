// What is played: an ordinary hour of a small instance, and a wave in the shape of February 2024.
import { createHash } from 'node:crypto'
import type { Character, Fediverse, Person } from './fediverse.ts'

export const HOME = 'tea.example'

export interface Scene {
  readonly title: string
  readonly author: Person
  readonly activity: object
}

const PUBLIC = 'https://www.w3.org/ns/activitystreams#Public'
export const OUR_PEOPLE = ['aki', 'beni', 'chie', 'dai'].map(
  (name) => `https://${HOME}/users/${name}`,
)
const BYSTANDERS = ['reef', 'moor', 'fjord', 'steppe', 'delta']
const ORDINARY = ['bakery', 'choir', 'garden', 'ferry'].map((name) => `${name}.example`)
const WAVE_DOMAINS = Array.from({ length: 24 }, (_, at) => `abandoned-${at + 1}.example`)
const LONG_AGO = '2021-05-04T00:00:00Z'

/** The first link is on the ban list, the second is new to everybody. */
export const BANNED_URL = 'raid-invite.example/join'
const WAVE_LINKS = [`https://${BANNED_URL}`, 'https://fresh-invite.example/x7']

export const DOMAINS = [...ORDINARY, ...WAVE_DOMAINS]

export function ordinaryHour(fediverse: Fediverse, now: number): Scene[] {
  const people = ORDINARY.map((domain, at) => fediverse.join(neighbour(domain, at)))
  const [baker, singer, gardener, captain] = people as [Person, Person, Person, Person]
  const newcomer = fediverse.join({
    domain: 'garden.example',
    username: 'sora',
    name: 'Sora',
    since: new Date(now - 3_600_000).toISOString(),
  })
  const our = OUR_PEOPLE as [string, string, string, string]
  const thread = [...our, singer.id, captain.id, gardener.id]
  const note = (author: Person, mentions: readonly string[], html: string) =>
    create({ author, mentions, html, at: now })
  return [
    { title: 'a greeting', author: baker, activity: note(baker, [our[0]], 'Good morning!') },
    { title: 'a like', author: singer, activity: simple('Like', singer, `${our[0]}/statuses/1`) },
    { title: 'a follow', author: captain, activity: simple('Follow', captain, our[1]) },
    {
      title: 'a long thread among old acquaintances',
      author: gardener,
      activity: note(gardener, thread, 'Shall we meet on Saturday at the ferry, everybody?'),
    },
    {
      title: 'a newcomer greets two friends',
      author: newcomer,
      activity: note(newcomer, [our[2], our[3]], 'I finally made an account, hello you two'),
    },
    {
      title: 'a boost',
      author: baker,
      activity: simple('Announce', baker, `${our[1]}/statuses/7`),
    },
    {
      title: 'somebody names the spammers in words',
      author: singer,
      activity: note(singer, [our[0]], 'Did you also get that raid-invite spam today?'),
    },
    {
      title: 'a friend passes the banned link on',
      author: captain,
      activity: note(captain, [our[1]], `what is <a href="${WAVE_LINKS[0]}">this</a>?`),
    },
  ]
}

/** Young accounts with names of ten characters, five mentions on as many servers, one of them ours, a bare link. */
export function wave(fediverse: Fediverse, now: number): Scene[] {
  return WAVE_DOMAINS.flatMap((domain, server) =>
    [0, 1, 2].map((account) => {
      const author = fediverse.join({
        domain,
        username: tenLetters(server * 3 + account),
        since: new Date(now - (server + 1) * 60_000).toISOString(),
      })
      const target = OUR_PEOPLE[(server + account) % OUR_PEOPLE.length]!
      const strangers = BYSTANDERS.slice(1).map(
        (name, at) => `https://${name}.example/users/p${at}`,
      )
      const link = WAVE_LINKS[server % WAVE_LINKS.length]!
      const html = `<a href="${link}">${link}</a>`
      const activity = create({ author, mentions: [target, ...strangers], html, at: now + account })
      return { title: 'wave', author, activity }
    }),
  )
}

/** What a blocked server may still do: take its words back. */
export function aftermath(scene: Scene): Scene[] {
  const { author, activity } = scene
  const { object } = activity as { object: { id: string } }
  const tombstone = { id: object.id, type: 'Tombstone' }
  return [
    { title: 'a blocked server likes', author, activity: simple('Like', author, OUR_PEOPLE[0]!) },
    { title: 'a blocked server deletes', author, activity: simple('Delete', author, tombstone) },
  ]
}

function neighbour(domain: string, at: number): Character {
  const username = ['momo', 'yuki', 'haru', 'nagi'][at]!
  return {
    domain,
    username,
    name: `${username} of ${domain}`,
    summary: 'hello',
    icon: true,
    since: LONG_AGO,
  }
}

interface Draft {
  readonly author: Person
  readonly mentions: readonly string[]
  readonly html: string
  readonly at: number
  /** Of the post. */
  readonly also?: object
}

export function create({ author, mentions, html, at, also }: Draft): object {
  const id = `${author.id}/statuses/${at}-${mentions.length}-${html.length}`
  const published = new Date(at).toISOString()
  const audience = { to: [PUBLIC], cc: [`${author.id}/followers`, ...mentions] }
  const tag = mentions.map((href) => ({ type: 'Mention', href, name: handleOf(href) }))
  const greetings = mentions.map(
    (href) => `<a href="${href}" class="u-url mention">${handleOf(href)}</a>`,
  )
  const content = `<p>${html}</p><p>${greetings.join(' ')}</p>`
  const base = { id, type: 'Note', attributedTo: author.id, published, content, tag }
  const object = { ...base, ...audience, ...also }
  return {
    '@context': 'https://www.w3.org/ns/activitystreams',
    id: `${id}/activity`,
    type: 'Create',
    actor: author.id,
    published,
    ...audience,
    object,
  }
}

function simple(type: string, author: Person, object: string | object): object {
  const id = `${author.id}#${type.toLowerCase()}-1`
  return { '@context': 'https://www.w3.org/ns/activitystreams', id, type, actor: author.id, object }
}

function handleOf(href: string): string {
  const { hostname, pathname } = new URL(href)
  return `@${pathname.split('/').at(-1)}@${hostname}`
}

/** Ten letters as the wave's script made them: no words, no two alike. */
function tenLetters(seed: number): string {
  const bytes = createHash('sha256').update(`wave ${seed}`).digest().subarray(0, 10)
  return [...bytes].map((byte) => String.fromCharCode(97 + (byte % 26))).join('')
}
