// Spam waves in the three shapes of 2024, each with the tactics of one evasion.

import type { JsonObject } from '../../../src/json.ts'
import { DAY, MINUTE } from './calendar.ts'
import { type Draw, type Tactics, tacticsOf } from './evasions.ts'
import { type Account, type AccountTraits, latinName, type Person, type Server } from './people.ts'
import type { Random } from './random.ts'
import { localPost, type Planned, type Stage, says, type WaveName } from './scene.ts'
import { type Lure, lureOf, SHAPES } from './shapes.ts'
import type { Size } from './stage.ts'
import { announce, create, note, noteId, update, type Written } from './writing.ts'

export interface Raid extends WaveName {
  readonly size: Size
  /** Epoch milliseconds. */
  readonly at: number
}

interface Band {
  readonly stage: Stage
  readonly raid: Raid
  readonly random: Random
  readonly servers: readonly Server[]
  readonly lure: Lure
}

export function raidOf(stage: Stage, raid: Raid): Planned[] {
  const { shape, evasion, isBanned, number, size } = raid
  const random = stage.random.fork(`raid ${number} ${shape} ${evasion} ${isBanned}`)
  const draw: Draw = (list) => random.some(list, random.between(1, 3))
  const lure = lureOf({ shape, isBanned, number, random })
  const servers = serversOf(stage, raid, tacticsOf(evasion, draw))
  const band: Band = { stage, raid, random, servers, lure }
  const accounts = new Map<number, Account>()
  let at = raid.at
  const posts = Array.from({ length: size.wavePosts }, (_, each) => {
    const tactics = tacticsOf(evasion, draw)
    at += random.between(...tactics.gapMs)
    const seat = Math.floor(each / tactics.postsPerAccount)
    const by = accounts.get(seat) ?? throwaway(band, { tactics, at, seat })
    accounts.set(seat, by)
    return spam(band, { tactics, at, by, order: each + 1 })
  })
  const isAmongPeople = tacticsOf(evasion, draw).isAmongPeople ?? false
  return [...posts.flat(), ...(isAmongPeople ? neighbours(band) : [])]
}

const OPEN_SERVERS = 3

function serversOf({ fediverse, random }: Stage, raid: Raid, tactics: Tactics): Server[] {
  const { claims, isAmongPeople } = tactics
  const count = isAmongPeople ? OPEN_SERVERS : raid.size.waveServers
  return Array.from({ length: count }, () => {
    const isMisskey = random.chance(SHAPES[raid.shape]!.misskeyShare)
    const software = isMisskey && !isAmongPeople ? 'misskey' : 'mastodon'
    const traits = {
      suffix: 'test',
      software,
      algorithm: 'rsa',
      ...(claims && { claims }),
    } as const
    return fediverse.server(traits)
  })
}

const NEIGHBOURS = 12 // of each server

/** They talk with ours on the day before and on the day of the wave. */
function neighbours({ stage, raid, random, servers }: Band): Planned[] {
  return servers.flatMap((server) =>
    Array.from({ length: NEIGHBOURS }, (): Planned[] => {
      const createdAt = raid.at - random.between(100, 900) * DAY
      const by = stage.fediverse.account({ server, createdAt, profile: 'full' })
      return [-random.below(DAY), random.below(DAY)].map((after) => {
        const at = raid.at + after
        const words = { by, at, text: by.tongue.post(), calls: [random.pick(stage.locals)] }
        return { ...says(stage, '', words), about: { kind: 'neighbour' } }
      })
    }).flat(),
  )
}

interface Post {
  readonly tactics: Tactics
  readonly at: number
  readonly by: Account
  readonly order: number
}

const NAME = 'abcdefghijklmnopqrstuvwxyz0123456789'

function throwaway(
  { stage, raid, random, servers }: Band,
  { tactics, at, seat }: Omit<Post, 'by' | 'order'> & { readonly seat: number },
): Account {
  const server = servers[seat % servers.length]!
  const { fediverse } = stage
  if (tactics.isAged) {
    const createdAt = at - random.between(300, 500) * DAY
    return fediverse.account({ server, createdAt, profile: 'full', language: 'ja' })
  }
  const { hasPersona } = SHAPES[raid.shape]!
  const script = Array.from({ length: 10 }, () => NAME[random.below(NAME.length)]).join('')
  const username = hasPersona ? `${latinName(random)}${random.below(99)}` : script
  const createdAt = at - random.between(3, 18 * 60) * MINUTE
  const profile = youngProfile(random.fork(`profile ${seat}`), hasPersona)
  return fediverse.account({ server, createdAt, profile, username, language: 'ja' })
}

/** A persona is dressed up; a script seldom fills in more than it has to. */
function youngProfile(random: Random, hasPersona: boolean): AccountTraits['profile'] {
  if (hasPersona) return random.chance(0.5) ? 'full' : 'plain'
  const lot = random.next()
  if (lot < 0.2) return 'plain'
  return lot < 0.4 ? 'handle' : 'blank'
}

/** One post of the wave with what goes before it. */
function spam(band: Band, post: Post): Planned[] {
  const { stage, raid } = band
  const { tactics, at, by } = post
  const { boost, isEdit, relayed } = tactics
  const about = { kind: 'wave', wave: raid, order: post.order } as const
  const words = wordsOf(band, post)
  if (isEdit) return edited({ stage, words, at, by, about })
  if (boost) return [{ about, at, sender: by, activity: boosted(band, post, words) }]
  const activity = create(note(words))
  if (!relayed) return [{ about, at, sender: by, activity }]
  const carrier = stage.random.pick(stage.relays)
  if (relayed === 'signed') return [{ about, at, sender: carrier, activity, carries: by }]
  publish(stage, note(words))
  return [
    { about, at, sender: carrier, activity: announce(carrier, words.id, stage.fediverse.serial()) },
  ]
}

function wordsOf({ stage, raid, random, lure }: Band, { tactics, at, by }: Post): Written {
  const ours = random.pick(stage.locals)
  const count = tactics.calls ?? SHAPES[raid.shape]!.calls(random)
  const others = random.some([...stage.acquaintances, ...stage.followed], count - 1)
  const calls: readonly Person[] = random.some([ours, ...others], count)
  const load = lure.load({ tactics, host: by.server.host, random })
  const answers = tactics.isAnswer ? { answers: localPost(stage, ours) } : {}
  const audience = tactics.audience ? { audience: tactics.audience } : {}
  return {
    by,
    at,
    id: noteId(by, stage.fediverse.serial()),
    calls,
    ...load,
    ...answers,
    ...audience,
  }
}

interface Edited extends Pick<Post, 'at' | 'by'> {
  readonly stage: Stage
  readonly words: Written
  readonly about: Planned['about']
}

function edited({ stage, words, at, by, about }: Edited): Planned[] {
  const { id } = words
  const first = create(note({ by, at, id, text: by.tongue.sentence(stage.random.between(2, 9)) }))
  const editedAt = at + stage.random.between(1, 15) * MINUTE
  return [
    { at, sender: by, activity: first, about: { kind: 'prelude' } },
    { at: editedAt, sender: by, activity: update(note({ ...words, editedAt })), about },
  ]
}

/** The post lies on its author's server; others of the band show it to us. */
function boosted({ stage, lure }: Band, { tactics, by }: Post, words: Written): JsonObject {
  const { fediverse } = stage
  const isNew = lure.boosted.length < 5
  if (isNew) lure.boosted.push(note(words))
  const post = isNew ? lure.boosted.at(-1)! : stage.random.pick(lure.boosted)
  publish(stage, post)
  const activity = announce(
    by,
    tactics.boost === 'bare' ? String(post.id) : post,
    fediverse.serial(),
  )
  const called = words.calls?.map(({ id }) => id) ?? []
  return { ...activity, cc: [...((activity.cc as string[]) ?? []), ...called] }
}

function publish({ fediverse }: Stage, post: JsonObject): void {
  const document = { '@context': 'https://www.w3.org/ns/activitystreams', ...post }
  fediverse.documents.set(String(post.id), document)
}
