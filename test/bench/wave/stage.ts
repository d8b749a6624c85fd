// Who lives where: a small instance or a large one, those whom its people follow, those who come by.
import { DAY } from './calendar.ts'
import { type Account, type Fediverse, type Person, profileOf, type Server } from './people.ts'
import type { Random } from './random.ts'
import type { Bot, Stage } from './scene.ts'
import { HOME } from './writing.ts'

export interface Size {
  readonly name: string
  readonly locals: number
  readonly followed: number
  readonly acquaintances: number
  readonly bots: number
  /** Posts of a wave that reach us, and the servers that they come from. */
  readonly wavePosts: number
  readonly waveServers: number
}

export const SIZES = [
  {
    ...{ name: 'small', locals: 5, followed: 200, acquaintances: 80, bots: 4 },
    ...{ wavePosts: 30, waveServers: 10 },
  },
  {
    ...{ name: 'large', locals: 2_000, followed: 2_000, acquaintances: 800, bots: 15 },
    ...{ wavePosts: 60, waveServers: 20 },
  },
] as const satisfies readonly Size[]

const SERVERS = { big: 6, middle: 40, small: 300 }

interface Setting {
  readonly size: Size
  readonly random: Random
  readonly fediverse: Fediverse
  /** Epoch milliseconds at which the relay is installed. */
  readonly start: number
}

export function setStage({ size, random, fediverse, start }: Setting): Stage {
  const servers = serversOf(fediverse)
  const anyServer = () => crowded(random, servers)
  const established = (before: number) =>
    fediverse.account({
      server: anyServer(),
      createdAt: before - random.between(60, 2_000) * DAY,
      profile: profileOf(random, 'established'),
    })
  const many = (count: number) => Array.from({ length: count }, () => established(start))
  const official = (type: 'Group' | 'Application', software: Server['software']) =>
    fediverse.account({
      server: fediverse.server({ software, algorithm: 'rsa' }),
      ...{ createdAt: start - 900 * DAY, profile: 'full', type },
    })
  const locals = Array.from({ length: size.locals }, (_, at) => localPerson(at))
  const bot = (): Bot => ({
    account: fediverse.account({
      ...{ server: anyServer(), createdAt: start - random.between(90, 900) * DAY },
      ...{ profile: 'full', type: 'Service' },
    }),
    readers: random.some(locals, random.between(2, 25)),
  })
  return {
    ...{ random, fediverse, servers, locals },
    bots: Array.from({ length: size.bots }, bot),
    followed: many(size.followed),
    acquaintances: many(size.acquaintances),
    relays: [official('Application', 'pleroma'), official('Application', 'pleroma')],
    groups: Array.from({ length: 6 }, () => official('Group', 'lemmy')),
    stranger: established,
    newcomer: (at) =>
      fediverse.account({
        server: anyServer(),
        createdAt: at - Math.floor(random.next() ** 2 * 6 * DAY),
        profile: profileOf(random, 'newcomer'),
      }),
  }
}

/** Those whom local people talk with: ours are called now and then, some of them all the time. */
export function somebodyOfOurs({ random, locals }: Stage): Person {
  return random.favourite(locals)
}

/** Mostly known people, sometimes a stranger, seldom a newcomer. */
export function somebody(stage: Stage, at: number): Account {
  const lot = stage.random.next()
  if (lot < 0.35) return stage.random.pick(stage.followed)
  if (lot < 0.7) return stage.random.pick(stage.acquaintances)
  return lot < 0.96 ? stage.stranger(at) : stage.newcomer(at)
}

function serversOf(fediverse: Fediverse): Server[] {
  const many = (count: number, traits: Partial<Server>) =>
    Array.from({ length: count }, () => fediverse.server(traits))
  return [
    ...many(SERVERS.big, { software: 'mastodon' }),
    ...many(SERVERS.middle + SERVERS.small, {}),
  ]
}

/** Four of ten people live on a big server, four on one of a few dozen, the others anywhere. */
function crowded(random: Random, servers: readonly Server[]): Server {
  const { big, middle } = SERVERS
  const lot = random.next()
  if (lot < 0.4) return random.pick(servers.slice(0, big))
  return random.pick(lot < 0.8 ? servers.slice(big, big + middle) : servers.slice(big + middle))
}

function localPerson(at: number): Person {
  const username = at === 0 ? 'alice' : `local${at}`
  return { id: `https://${HOME}/users/${username}`, username, server: { host: HOME } }
}
