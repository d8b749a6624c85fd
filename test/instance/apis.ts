// Stand-ins for the APIs of Mastodon and Misskey: real servers, as much of them as the relay asks, in pages of two.
import { type InstanceAnswer, type StandInInstance, startInstance } from '../support/instance.ts'

export const TOKEN = 'a-token-of-the-operator'
export const HOME = 'home.example'

export interface Person {
  readonly name: string
  readonly createdAt?: string
  /** Actor ids, or names of ours. */
  readonly follows?: readonly string[]
  /** Since when, for Misskey. */
  readonly since?: string
  readonly isSecretive?: boolean
  /** What Mastodon leaves out for the token's owner. */
  readonly muted?: readonly string[]
}

export interface ApiWorld {
  people: readonly Person[]
  /** Mastodon of old names no actor ids. */
  isOld?: boolean
  /** Answers with this first, as often as there are. */
  readonly troubles: InstanceAnswer[]
}

export interface ApiStandIn {
  readonly world: ApiWorld
  readonly instance: StandInInstance
  readonly asked: () => readonly string[]
}

const PAGE = 2

export function startMastodon(people: readonly Person[]): Promise<ApiStandIn> {
  return start({ people, troubles: [] }, 'mastodon', (world, target) => {
    const { pathname, searchParams } = new URL(target, 'http://x')
    const page = Number(searchParams.get('max_id') ?? 0)
    const paged = (all: readonly object[]): InstanceAnswer => {
      const next = `https://${HOME}${pathname}?limit=80&max_id=${page + 1}`
      const isLast = (page + 1) * PAGE >= all.length
      const link = isLast ? [] : ['Link', `<${next}>; rel="next", <https://x.example/>; rel="prev"`]
      const body = JSON.stringify(all.slice(page * PAGE, (page + 1) * PAGE))
      return { status: 200, rawHeaders: link, body }
    }
    if (pathname === '/api/v2/admin/accounts') {
      return paged(world.people.map((each) => ({ id: each.name, account: mastodon(each, world) })))
    }
    const name = /^\/api\/v1\/accounts\/(.*)\/following$/.exec(pathname)?.[1]
    const person = world.people.find((each) => each.name === name)
    if (!person) return { status: 404, body: '{"error":"Record not found"}' }
    const { follows = [], muted = [], isSecretive } = person
    const shown = isSecretive ? [] : follows.filter((id) => !muted.includes(id))
    return paged(shown.map((id) => remote(id, world)))
  })
}

function mastodon(person: Person, { isOld }: ApiWorld): object {
  const { name, createdAt = '2020-01-01T00:00:00.000Z', follows = [] } = person
  const uri = isOld ? {} : { uri: `https://${HOME}/users/${name}` }
  const url = `https://${HOME}/@${name}`
  return { ...uri, url, created_at: createdAt, following_count: follows.length }
}

function remote(id: string, { isOld }: ApiWorld): object {
  if (isOld) return { url: id.replace('/users/', '/@') }
  return { uri: id, url: id.replace('/users/', '/@') }
}

export function startMisskey(people: readonly Person[]): Promise<ApiStandIn> {
  return start({ people, troubles: [] }, 'misskey', (world, target, body) => {
    const asked = JSON.parse(body.toString() || '{}')
    if (asked.i !== TOKEN)
      return { status: 401, body: '{"error":{"code":"AUTHENTICATION_FAILED"}}' }
    if (target === '/api/admin/show-users') {
      const { limit, offset } = asked
      const users = world.people.slice(offset, offset + limit)
      return json(users.map(({ name, createdAt }) => ({ id: name, createdAt })))
    }
    const person = world.people.find((each) => each.name === asked.userId)
    if (!person) return { status: 400, body: '{"error":{"code":"NO_SUCH_USER"}}' }
    if (person.isSecretive) return { status: 400, body: '{"error":{"code":"FORBIDDEN"}}' }
    const { follows = [], since } = person
    const from = asked.untilId === undefined ? 0 : Number(asked.untilId) + 1
    const shown = follows.slice(from, from + asked.limit)
    return json(
      shown.map((uri, place) => ({
        ...{ id: String(from + place), followeeId: `r${from + place}` },
        ...(since !== undefined && { createdAt: since }),
        followee: { uri, host: new URL(uri).hostname },
      })),
    )
  })
}

function json(value: unknown): InstanceAnswer {
  return { status: 200, body: JSON.stringify(value) }
}

async function start(
  world: ApiWorld,
  software: string,
  answer: (world: ApiWorld, target: string, body: Buffer) => InstanceAnswer,
): Promise<ApiStandIn> {
  const instance = await startInstance(({ target, rawHeaders, body }) => {
    if (target === '/.well-known/nodeinfo') {
      const href = `https://${HOME}/nodeinfo/2.0`
      const rel = 'http://nodeinfo.diaspora.software/ns/schema/2.0'
      return json({ links: [{ rel, href }] })
    }
    if (target === '/nodeinfo/2.0') return json({ software: { name: software } })
    const trouble = world.troubles.shift()
    if (trouble) return trouble
    if (!rawHeaders.includes(`Bearer ${TOKEN}`)) {
      return { status: 401, body: '{"error":"The access token is invalid"}' }
    }
    return answer(world, target, body)
  })
  const asked = () =>
    instance.received.map(({ target }) => target).filter((target) => target.startsWith('/api/'))
  return { world, instance, asked }
}
