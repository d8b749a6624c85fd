// Whom our people follow, asked of the APIs of Mastodon and Misskey and remembered in a real store.
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ConnectedInstance, connectFollows } from '../../src/instance/connect.ts'
import { openRelations, type Pass, type Relations } from '../../src/instance/relations.ts'
import { openEmbeddedStore } from '../../src/store/embedded/store.ts'
import type { Store } from '../../src/store/store.ts'
import { aFolder, NOON } from '../store/build.ts'
import { anAuthor, aSighting, DAY, HOUR } from '../store/sightings.ts'
import { type ApiStandIn, HOME, startMastodon, startMisskey, TOKEN } from './apis.ts'

const MOMO = anAuthor('momo')
const AOI = anAuthor('aoi')
const FAR = anAuthor('far', 'far.example')
const idOf = (name: string) => `https://${HOME}/users/${name}`

let store: Store
let now: number
let api: ApiStandIn | undefined
let open: Relations[]
let faults: string[]
let lines: string[]

beforeEach(async () => {
  ;[now, open, faults, lines] = [NOON, [], [], []]
  store = await openEmbeddedStore({ folder: await aFolder(), now: () => now })
})
afterEach(async () => {
  for (const each of open) each.close()
  await api?.instance.close()
  await store.close()
})

function relations(settings: Partial<ConnectedInstance> = {}): Relations {
  const { url } = api!.instance
  const instance = { software: 'auto', upstream: url, domain: HOME, timeout: 5_000 }
  const opened = openRelations({
    connect: () => connectFollows({ ...instance, api: { token: TOKEN }, ...settings }),
    ...{ store, ownHosts: [HOME], now: () => now },
    log: pino({ level: 'info' }, { write: (line: string) => void lines.push(line) }),
    onFault: (what) => void faults.push(what),
    pace: { restMs: 0, waitMs: 0 },
  })
  open.push(opened)
  return opened
}

const done = (counts: Partial<Pass> = {}) => ({ status: 'done', ended: 0, hidden: 0, ...counts })

async function sinceOf(author: string): Promise<number | undefined> {
  const sighting = aSighting({ author, at: now, counts: false })
  return (await store.history.recall(sighting)).author.followedSince
}
const followedOf = async (domain: string) => (await store.domains.past(domain)).followed

/** As an Accept in passing tells it. */
async function tellOfFollow(author: string, by: string, at = now): Promise<void> {
  const domain = new URL(author).hostname
  const told = { author, domain, at, outcome: 'neither' } as const
  await store.history.learn({ ...told, called: [], threads: [], follow: { kind: 'begun', by } })
  await store.domains.learn({ ...told, follow: 'begun' })
}

describe.each([
  { name: 'Mastodon', start: startMastodon },
  { name: 'Misskey', start: startMisskey },
])('the API of $name', ({ start }) => {
  test('tells whom our people follow, over many pages, and it counts at once', async () => {
    const many = Array.from({ length: 85 }, (_, number) => anAuthor(`m${number}`, 'many.example'))
    api = await start([
      { name: 'alice', follows: [MOMO, AOI, FAR] },
      { name: 'bob' },
      { name: 'carol', follows: many },
    ])
    expect(await relations().look()).toEqual(done({ accounts: 3, follows: 88 }))
    expect(now - (await sinceOf(MOMO))!).toBeGreaterThanOrEqual(DAY)
    expect(await sinceOf(many[84]!)).toBeDefined()
    expect([await followedOf('far.example'), await followedOf('many.example')]).toEqual([1, 85])
  })

  test('ends a follow that was only claimed, and leaves one that is newer than the question', async () => {
    api = await start([{ name: 'alice', follows: [MOMO] }, { name: 'bob' }])
    await tellOfFollow(MOMO, idOf('alice'), now - 2 * DAY)
    await tellOfFollow(FAR, idOf('bob'), now - 5 * HOUR)
    await tellOfFollow(AOI, idOf('nobody-of-ours'), now - 2 * DAY)
    await tellOfFollow(anAuthor('new'), idOf('bob'), now)
    expect(await relations().look()).toEqual(done({ accounts: 2, follows: 1, ended: 2 }))
    expect([await sinceOf(FAR), await sinceOf(AOI)]).toEqual([undefined, undefined])
    expect(await sinceOf(MOMO)).toBe(now - 2 * DAY)
    expect(await sinceOf(anAuthor('new'))).toBe(now)
    expect(await followedOf('far.example')).toBe(0)
  })

  test('leaves what an account keeps from us as it was told', async () => {
    api = await start([{ name: 'alice', follows: [MOMO], isSecretive: true }, { name: 'bob' }])
    await tellOfFollow(FAR, idOf('alice'), now - 2 * DAY)
    expect(await relations().look()).toEqual(done({ accounts: 2, follows: 0, hidden: 1 }))
    expect(await sinceOf(FAR)).toBe(now - 2 * DAY)
  })

  test('makes an account of ours that is new wait for its day', async () => {
    const createdAt = new Date(now - DAY).toISOString()
    api = await start([{ name: 'sleeper', follows: [FAR], createdAt }])
    await relations().look()
    expect(await sinceOf(FAR)).toBe(now)
  })

  test('waits for an instance that is away for a moment', async () => {
    api = await start([{ name: 'alice', follows: [MOMO] }])
    api.world.troubles.push({ status: 503 }, { status: 429 }, { status: 200, body: '<html>' })
    expect(await relations().look()).toEqual(done({ accounts: 1, follows: 1 }))
  })

  test('says what the token lacks, ends nothing, and asks again an hour later', async () => {
    api = await start([{ name: 'alice', follows: [MOMO] }])
    await tellOfFollow(FAR, idOf('alice'), now - 2 * DAY)
    const opened = relations({ api: { token: 'another' } })
    const { why } = (await opened.look()) as Extract<Pass, { status: 'stopped' }>
    expect(why).toMatch(
      /answered 401.*; the token needs (?:admin:read:accounts|read:admin:show-user)/,
    )
    expect(lines.join()).not.toContain('another')
    expect(faults).toEqual(['relations'])
    expect(await sinceOf(FAR)).toBe(now - 2 * DAY)
    expect(await opened.look()).toEqual({ status: 'not-due' })
    now += HOUR
    expect((await opened.look()).status).toBe('stopped')
  })

  test('gives up where the instance stays away, and ends nothing', async () => {
    api = await start([{ name: 'alice', follows: [MOMO] }])
    await tellOfFollow(FAR, idOf('alice'), now - 2 * DAY)
    api.world.troubles.push(...Array.from({ length: 10 }, () => ({ status: 502 })))
    expect((await relations().look()).status).toBe('stopped')
    expect(api.asked()).toHaveLength(10)
    expect(await sinceOf(FAR)).toBe(now - 2 * DAY)
  })

  test('is asked once for all processes, and again half a day later', async () => {
    api = await start([{ name: 'alice', follows: [MOMO] }])
    const [one, other] = [relations(), relations()]
    const both = await Promise.all([one.look(), other.look()])
    expect(both.map(({ status }) => status).toSorted()).toEqual(['done', 'not-due'])
    expect((await other.look()).status).toBe('not-due')
    now += 12 * HOUR + 1
    expect((await other.look()).status).toBe('done')
  })
})

test('a list that leaves out whom the token’s owner mutes is not taken for the whole', async () => {
  api = await startMastodon([{ name: 'alice', follows: [MOMO, FAR], muted: [FAR] }])
  await tellOfFollow(FAR, idOf('alice'), now - 2 * DAY)
  expect(await relations().look()).toEqual(done({ accounts: 1, follows: 1, hidden: 1 }))
  expect(await sinceOf(FAR)).toBe(now - 2 * DAY)
})

test('a Mastodon that names no actor ids has them put together, and nothing ends by them', async () => {
  api = await startMastodon([{ name: 'alice', follows: [MOMO] }])
  api.world.isOld = true
  await tellOfFollow(FAR, idOf('alice'), now - 2 * DAY)
  expect(await relations().look()).toEqual(done({ accounts: 1, follows: 1 }))
  expect([await sinceOf(MOMO), await sinceOf(FAR)]).toEqual([now - DAY, now - 2 * DAY])
})

test('Misskey says since when, which counts where it is longer', async () => {
  const since = new Date(now - 9 * DAY).toISOString()
  api = await startMisskey([{ name: 'alice', follows: [MOMO], since }])
  await relations().look()
  expect(await sinceOf(MOMO)).toBe(now - 9 * DAY)
})

test('whom our people follow among themselves is no relation', async () => {
  api = await startMastodon([{ name: 'alice', follows: [idOf('bob')] }, { name: 'bob' }])
  expect(await relations().look()).toEqual(done({ accounts: 2, follows: 0 }))
  expect(await followedOf(HOME)).toBe(0)
})

test('an API that is not known is named once, and left alone', async () => {
  api = await startMastodon([])
  const opened = relations({ software: 'lemmy' })
  expect((await opened.look()).status).toBe('stopped')
  expect(lines.join()).toContain('has no effect')
  expect(await opened.look()).toEqual({ status: 'not-due' })
})

test('nothing is asked any more once it is closed', async () => {
  api = await startMastodon([{ name: 'alice', follows: [MOMO] }])
  const opened = relations()
  opened.close()
  expect(await opened.look()).toEqual({ status: 'stopped', why: 'the relay is closing' })
  expect(api.asked()).toEqual([])
})
