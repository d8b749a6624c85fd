// One suite for the history of every store.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Recollection, Sighting } from '../../src/history.ts'
import { openEmbeddedStore } from '../../src/store/embedded/store.ts'
import { openRedisStore } from '../../src/store/redis/store.ts'
import type { Store } from '../../src/store/store.ts'
import { type RedisServer, startRedis } from '../support/redis.ts'
import { aFolder, NOON, quiet } from './build.ts'
import {
  aLesson,
  anAuthor,
  aSighting,
  begun,
  DAY,
  HOUR,
  MINUTE,
  MOMO,
  many,
  OURS,
} from './sightings.ts'

interface World {
  open(): Promise<Store>
  clear(): Promise<void>
  stop(): Promise<void>
}

const worlds: { name: string; start: () => Promise<World> }[] = [
  { name: 'embedded', start: async () => embeddedWorld() },
  { name: 'redis', start: async () => redisWorld(await startRedis()) },
  { name: 'redis cluster', start: async () => redisWorld(await startRedis({ cluster: true })) },
]

describe.each(worlds)('the history of the $name store', ({ start }) => {
  let world: World
  let store: Store

  beforeAll(async () => {
    world = await start()
  })
  beforeEach(async () => {
    await world.clear()
    store = await world.open()
  })
  afterEach(() => store.close())
  afterAll(() => world.stop())

  const recall = (sighting: Partial<Sighting> = {}) => store.history.recall(aSighting(sighting))
  const learn = (lesson: Parameters<typeof aLesson>[0]) => store.history.learn(aLesson(lesson))
  const look = (sighting: Partial<Sighting> = {}) => recall({ ...sighting, counts: false })
  /** Makes an author whom the soft rules spare. */
  const befriend = (author: string) => learn({ author, at: NOON - 2 * DAY, ...begun() })

  test('knows nothing at first, and remembers from the first sighting on', async () => {
    const nothing: Recollection = {
      since: NOON,
      author: { cleanDays: 0 },
      ...{
        acquainted: [],
        alsoCalled: 0,
        newcomers: 0,
        regulars: 0,
        copies: [],
        senders: [],
        establishedSenders: [],
        dropped: [],
      },
    }
    expect(await look()).toEqual(nothing)
    expect(await look({ at: NOON + 5 })).toEqual({ ...nothing, since: NOON + 5 })
    expect(await recall({ at: NOON + 7 })).toEqual({ ...nothing, since: NOON + 7, newcomers: 1 })
    expect((await look({ at: NOON + DAY })).since).toBe(NOON + 7)
  })

  describe('of an author', () => {
    test('tells since when it is known, from its second sighting on', async () => {
      expect((await recall()).author).toEqual({ cleanDays: 0 })
      const author = { cleanDays: 0, firstSeenAt: NOON }
      expect((await recall({ at: NOON + DAY })).author).toEqual(author)
      expect((await look({ at: NOON + DAY })).author).toEqual(author)
      expect((await look({ author: anAuthor('other') })).author).toEqual({ cleanDays: 0 })
    })

    test('counts distinct clean days, each once', async () => {
      const days = [0, 1, 2, 25, 26, 49].map((hours) => NOON + hours * HOUR)
      for (const at of days) await learn({ at })
      await learn({ at: NOON + 100 * HOUR, outcome: 'neither' })
      expect((await look()).author).toEqual({ cleanDays: 3, firstSeenAt: NOON })
    })

    test('counts no day twice where the clock goes back over midnight', async () => {
      for (const hours of [0, 13, 0, 13, 0]) await learn({ at: NOON + hours * HOUR })
      expect((await look()).author.cleanDays).toBe(2)
    })

    test('tells when something of it was dropped last', async () => {
      for (const at of [NOON, NOON + 9, NOON + 5]) await learn({ outcome: 'dropped', at })
      expect((await look()).author.droppedAt).toBe(NOON + 9)
    })

    test('forgets it when it was away for 90 days', async () => {
      await learn({ outcome: 'clean' })
      await learn({ outcome: 'dropped', at: NOON + DAY })
      expect((await look({ at: NOON + 91 * DAY - 1 })).author.firstSeenAt).toBe(NOON)
      expect((await look({ at: NOON + 91 * DAY })).author).toEqual({ cleanDays: 0 })
      await learn({ at: NOON + 91 * DAY })
      const anew = { cleanDays: 1, firstSeenAt: NOON + 91 * DAY }
      expect((await look({ at: NOON + 91 * DAY })).author).toEqual(anew)
    })

    test('keeps whoever comes now and then', async () => {
      for (const days of [0, 80, 160, 240]) await recall({ at: NOON + days * DAY })
      expect((await look({ at: NOON + 300 * DAY })).author.firstSeenAt).toBe(NOON)
    })

    test('bears a clock that goes back', async () => {
      await learn({ at: NOON })
      await learn({ at: NOON - DAY })
      const { author, since } = await recall({ at: NOON - 200 * DAY })
      expect({ author, since }).toEqual({
        author: { cleanDays: 1, firstSeenAt: NOON },
        since: NOON,
      })
    })
  })

  describe('of follows', () => {
    const followedSince = async (at = NOON) => (await look({ at })).author.followedSince

    test('knows the oldest that still holds', async () => {
      await learn({ ...begun(anAuthor('a', 'home.example')), at: NOON })
      await learn({ ...begun(anAuthor('b', 'home.example')), at: NOON + 5 })
      await learn({ ...begun(anAuthor('a', 'home.example')), at: NOON + 9 })
      expect(await followedSince()).toBe(NOON)
      await learn({ follow: { kind: 'ended', by: anAuthor('a', 'home.example') } })
      expect(await followedSince()).toBe(NOON + 5)
      await learn({ follow: { kind: 'ended', by: anAuthor('b', 'home.example') } })
      expect(await followedSince()).toBeUndefined()
    })

    test('forgets all of them when the author is gone, and those of nobody else', async () => {
      for (const name of ['a', 'b', 'c']) await learn(begun(anAuthor(name, 'home.example')))
      await learn({ author: anAuthor('other'), ...begun() })
      await learn({ follow: { kind: 'gone' } })
      expect(await followedSince()).toBeUndefined()
      expect((await look({ author: anAuthor('other') })).author.followedSince).toBe(NOON)
    })

    test('keeps them while the person is forgotten', async () => {
      await learn(begun())
      expect((await look({ at: NOON + 400 * DAY })).author).toEqual({
        cleanDays: 0,
        followedSince: NOON,
      })
    })

    test('keeps a thousand for one author and refuses more', async () => {
      const by = (number: number) => anAuthor(`fan${number}`, 'home.example')
      // A busy machine answers the last of a thousand calls at once too late.
      for (let number = 0; number <= 1000; number++) {
        await learn({ ...begun(by(number)), at: NOON + number })
      }
      for (let number = 0; number < 999; number++) {
        await learn({ follow: { kind: 'ended', by: by(number) } })
      }
      expect(await followedSince()).toBe(NOON + 999)
      await learn({ follow: { kind: 'ended', by: by(999) } })
      expect(await followedSince()).toBeUndefined()
    })
  })

  describe('of acquaintances', () => {
    const stranger = anAuthor('stranger')

    test('are those who called the author', async () => {
      await learn({ author: OURS, called: [MOMO] })
      const people = [stranger, OURS]
      expect((await look({ people })).acquainted).toEqual([OURS])
      expect((await look({ people, author: stranger })).acquainted).toEqual([])
    })

    test('are those who have followed the author for a day, as long as they do', async () => {
      const at = NOON + DAY
      const people = [stranger, OURS]
      await learn(begun(OURS))
      expect((await look({ people, at: at - 1 })).acquainted).toEqual([])
      expect((await look({ people, at })).acquainted).toEqual([OURS])
      await learn({ follow: { kind: 'ended', by: OURS } })
      expect((await look({ people, at })).acquainted).toEqual([])
    })

    test('are those who are in a thread already, whoever stands in it', async () => {
      await learn({ author: OURS, called: [stranger], threads: ['post 1', 'talk 7'] })
      const people = [anAuthor('other'), stranger, OURS]
      expect((await look({ people, threads: ['post 1'] })).acquainted).toEqual([stranger, OURS])
      expect((await look({ people, threads: ['x', 'talk 7'] })).acquainted).toHaveLength(2)
      expect((await look({ people, threads: ['post 2'] })).acquainted).toEqual([])
      const late = { people, threads: ['post 1'], at: NOON + 8 * DAY }
      expect((await look(late)).acquainted).toEqual([])
    })

    test('are known by other spellings of their ids', async () => {
      const author = 'https://Remote.Example/users/momo'
      await learn({ author: 'https://HOME.example/users/aoi/', called: [MOMO] })
      await learn({ ...begun('https://home.example/users/sora#me'), author, at: NOON - DAY })
      const people = [OURS, anAuthor('sora', 'home.example')]
      expect((await look({ author, people })).acquainted).toEqual(people)
    })

    test('are forgotten after 90 days', async () => {
      await learn({ author: OURS, called: [MOMO] })
      expect((await look({ at: NOON + 90 * DAY - 1 })).acquainted).toEqual([OURS])
      expect((await look({ at: NOON + 90 * DAY })).acquainted).toEqual([])
    })

    test('are the newest 128 of whoever calls many', async () => {
      const called = (from: number, to: number) =>
        many(to - from, (number) => anAuthor(`friend${from + number}`))
      await learn({ author: OURS, called: called(0, 100), at: NOON })
      await learn({ author: OURS, called: called(100, 129), at: NOON + 1 })
      await learn({ author: OURS, called: called(0, 50), at: NOON + 2 })
      const knows = await Promise.all(
        called(0, 129).map(async (author) => (await look({ author })).acquainted.length),
      )
      expect(knows.filter((known) => known === 1)).toHaveLength(128)
      expect(knows.slice(50, 100).filter((known) => known === 0)).toHaveLength(1)
    })

    test('are looked for among the first 64', async () => {
      await learn({ author: OURS, called: [MOMO] })
      const crowd = many(64, (number) => anAuthor(`crowd${number}`))
      expect((await look({ people: [...crowd.slice(1), OURS] })).acquainted).toEqual([OURS])
      expect((await look({ people: [...crowd, OURS] })).acquainted).toEqual([])
    })
  })

  describe('of whom an author called', () => {
    const person = (number: number) => anAuthor(`person${number}`, 'home.example')

    test('counts distinct people of other posts within the window', async () => {
      expect((await recall({ people: [person(1), person(2)] })).alsoCalled).toBe(0)
      const second = { people: [person(2), person(3)], at: NOON + MINUTE }
      expect((await recall(second)).alsoCalled).toBe(1)
      expect((await recall(second)).alsoCalled).toBe(1)
      expect((await look({ people: [person(9)], at: NOON + 2 * MINUTE })).alsoCalled).toBe(3)
      expect((await look({ people: [person(9)], at: NOON + HOUR })).alsoCalled).toBe(2)
      expect((await look({ people: [person(9)], at: NOON + 2 * HOUR })).alsoCalled).toBe(0)
      expect((await look({ author: anAuthor('other') })).alsoCalled).toBe(0)
    })

    test('stops at 256', async () => {
      for (const part of [0, 1, 2]) {
        await recall({ people: many(100, (number) => person(part * 100 + number)) })
      }
      expect((await look({ people: [] })).alsoCalled).toBe(256)
    })
  })

  describe('of the newcomers of a domain', () => {
    const newcomer = (number: number) => anAuthor(`new${number}`)

    test('counts their conversations within the window, and this one once', async () => {
      for (const number of [1, 2, 3]) {
        const sighting = { author: newcomer(number), at: NOON + number * MINUTE }
        expect((await recall(sighting)).newcomers).toBe(number)
        expect((await recall(sighting)).newcomers).toBe(number)
      }
      expect((await look({ author: newcomer(4), at: NOON + 5 * MINUTE })).newcomers).toBe(3)
      expect((await look({ at: NOON + HOUR + MINUTE })).newcomers).toBe(2)
      expect((await look({ domain: 'other.example' })).newcomers).toBe(0)
    })

    test('takes the answers to one post for one', async () => {
      for (const number of [1, 2, 3]) {
        await recall({ author: newcomer(number), conversation: 'answers https://home.example/1' })
      }
      expect((await look()).newcomers).toBe(1)
    })

    test('leaves out who has been known for a day', async () => {
      await learn({ author: MOMO, at: NOON - DAY })
      await learn({ author: newcomer(1), at: NOON - DAY + 1 })
      expect((await recall({ author: MOMO })).newcomers).toBe(0)
      expect((await recall({ author: newcomer(1) })).newcomers).toBe(1)
    })

    test('leaves out whom one of ours follows, since a moment ago at least', async () => {
      await learn(begun())
      expect((await recall()).newcomers).toBe(0)
    })

    test('stops at 512', async () => {
      await Promise.all(many(520, (number) => recall({ author: newcomer(number) })))
      expect((await look()).newcomers).toBe(512)
    })
  })

  describe('of the regulars of a domain', () => {
    const meet = (author: string) => learn({ author, at: NOON - DAY })

    test('counts who was known for a day when it was seen, for 30 days', async () => {
      for (const name of ['a', 'b', 'c']) await meet(anAuthor(name))
      await learn({ author: anAuthor('a') })
      await recall({ author: anAuthor('b') })
      await look({ author: anAuthor('c') })
      await learn({ author: anAuthor('d') })
      expect((await look()).regulars).toBe(2)
      expect((await look({ at: NOON + 30 * DAY - 1 })).regulars).toBe(2)
      expect((await look({ at: NOON + 30 * DAY })).regulars).toBe(0)
      expect((await look({ domain: 'other.example' })).regulars).toBe(0)
    })

    test('stops at 256', async () => {
      const authors = many(260, (number) => anAuthor(`regular${number}`))
      await Promise.all(authors.map(meet))
      await Promise.all(authors.map((author) => learn({ author })))
      expect((await look()).regulars).toBe(256)
    })
  })

  describe('of copies', () => {
    const fingerprints = ['text:1:aa', 'link:https://spam.example/']

    test('counts circles of people within the window, by whomever, this one included', async () => {
      expect((await recall({ fingerprints })).copies).toEqual([1, 1])
      expect((await recall({ fingerprints })).copies).toEqual([1, 1])
      const second = { fingerprints: [fingerprints[1]!], people: [OURS, anAuthor('sora')] }
      expect((await recall({ ...second, at: NOON + HOUR })).copies).toEqual([2])
      expect((await recall({ ...second, people: second.people.toReversed() })).copies).toEqual([2])
      const author = anAuthor('third', 'elsewhere.example')
      expect((await recall({ fingerprints, author })).copies).toEqual([1, 2])
      const third = { fingerprints, author, people: [OURS, anAuthor('umi')] }
      expect((await recall({ ...third, at: NOON + HOUR })).copies).toEqual([2, 3])
      expect((await look({ fingerprints, at: NOON + DAY })).copies).toEqual([1, 2])
    })

    test('counts who sent them apart, each once for every circle', async () => {
      const [print = ''] = fingerprints
      const counts = async (sighting: Partial<Sighting>) => {
        const { copies, senders } = await recall({ fingerprints: [print], ...sighting })
        return [...copies, ...senders]
      }
      const later = { author: anAuthor('second'), at: NOON + HOUR }
      expect(await counts({})).toEqual([1, 1])
      expect(await counts({})).toEqual([1, 1])
      expect(await counts(later)).toEqual([1, 2])
      expect(await counts({ ...later, people: [anAuthor('sora')] })).toEqual([2, 3])
      expect(await counts({ ...later, at: NOON + DAY, counts: false })).toEqual([2, 2])
    })

    test('tells those by accounts of some age apart', async () => {
      await recall({ fingerprints, isEstablished: true })
      await recall({ fingerprints, people: [anAuthor('sora')] })
      await recall({ fingerprints, author: anAuthor('second') })
      const { senders, establishedSenders } = await look({ fingerprints })
      expect({ senders, establishedSenders }).toEqual({
        senders: [3, 3],
        establishedSenders: [1, 1],
      })
    })

    test('takes an author whose age is learned between two posts for one', async () => {
      await recall({ fingerprints, at: NOON - 1 })
      await recall({ fingerprints, isEstablished: true })
      const { copies, senders, establishedSenders } = await look({ fingerprints })
      expect([...copies, ...senders, ...establishedSenders]).toEqual([1, 1, 1, 1, 1, 1])
    })

    test('leaves out whoever is trusted, but shows it what others posted', async () => {
      await befriend(MOMO)
      expect((await recall({ fingerprints })).copies).toEqual([0, 0])
      expect((await recall({ fingerprints, author: anAuthor('new') })).copies).toEqual([1, 1])
      expect((await recall({ fingerprints })).senders).toEqual([1, 1])
    })

    test('counts whoever is followed again once something of it was dropped', async () => {
      await befriend(MOMO)
      await learn({ outcome: 'dropped' })
      expect((await recall({ fingerprints })).copies).toEqual([1, 1])
    })

    test.each([
      { after: 'a month', days: [31, 30, 29], dropped: 40, copies: 0 },
      { after: 'less than a month', days: [29, 28, 27], dropped: 40, copies: 1 },
      { after: 'two days only', days: [31, 30, 30], dropped: 40, copies: 1 },
      { after: 'a month, but with something dropped', days: [31, 30, 29], dropped: 29, copies: 1 },
    ])('counts $copies of a known author after $after', async ({ days, dropped, copies }) => {
      await learn({ at: NOON - days[0]! * DAY, outcome: 'neither' })
      for (const day of days) await learn({ at: NOON - day * DAY })
      await learn({ at: NOON - dropped * DAY, outcome: 'dropped' })
      expect((await recall({ fingerprints })).copies).toEqual([copies, copies])
    })

    test('stops at 64 of one fingerprint', async () => {
      await Promise.all(many(70, (n) => recall({ fingerprints, people: [anAuthor(`a${n}`)] })))
      const { copies, senders } = await look({ fingerprints })
      expect({ copies, senders }).toEqual({ copies: [64, 64], senders: [64, 64] })
    })

    test('looks at the first 32 fingerprints of a post', async () => {
      const prints = many(34, (number) => `text:0:${number}`)
      const { copies } = await recall({ fingerprints: prints })
      expect(copies).toEqual([...many(32, () => 1), 0, 0])
    })
  })

  describe('of dropped posts', () => {
    const posts = many(20, (number) => `https://spam.example/posts/${number}`)

    test('knows those that a post refers to, for 7 days', async () => {
      await store.history.noteDropped(posts.slice(0, 2), NOON)
      await store.history.noteDropped(posts.slice(1, 2), NOON + DAY)
      const references = [posts[2]!, posts[1]!, posts[0]!]
      expect((await look({ references })).dropped).toEqual([posts[1], posts[0]])
      expect((await look({ references, at: NOON + 7 * DAY - 1 })).dropped).toHaveLength(2)
      expect((await look({ references, at: NOON + 7 * DAY })).dropped).toEqual([posts[1]])
      expect((await look({ references, at: NOON + 8 * DAY })).dropped).toEqual([])
    })

    test('looks at the first 16', async () => {
      await store.history.noteDropped(posts, NOON)
      expect((await look({ references: posts })).dropped).toEqual(posts.slice(0, 16))
    })

    test('takes no posts for no posts', async () => {
      await store.history.noteDropped([], NOON)
      expect((await look({ references: [posts[0]!] })).dropped).toEqual([])
    })
  })

  test('what does not count leaves every answer as it was', async () => {
    await learn({ author: OURS, called: [MOMO] })
    await recall({ fingerprints: ['text:1:aa'] })
    const other = { author: anAuthor('other'), people: [MOMO, OURS], fingerprints: ['text:1:aa'] }
    const answers = () => Promise.all([look(), look(other), look({ ...other, at: NOON + DAY })])
    const before = await answers()
    await look({ ...other, people: [anAuthor('more')], at: NOON + 100 * DAY })
    expect(await answers()).toEqual(before)
  })

  test('names that objects inherit are names like others', async () => {
    const people = ['__proto__', 'constructor', 'toString']
    const again = { people, fingerprints: people, references: people }
    await recall({ ...again, author: 'constructor', domain: '__proto__' })
    const { acquainted, copies, dropped } = await look(again)
    expect({ acquainted, copies, dropped }).toEqual({
      acquainted: [],
      copies: [1, 1, 1],
      dropped: [],
    })
  })
})

async function embeddedWorld(): Promise<World> {
  let folder = ''
  return {
    open: () => openEmbeddedStore({ folder, now: () => NOON, remembered: 2000 }),
    async clear() {
      folder = await aFolder()
    },
    stop: async () => undefined,
  }
}

async function redisWorld(server: RedisServer): Promise<World> {
  return {
    open: () => openRedisStore({ url: server.url, now: () => NOON, log: quiet }),
    clear: () => server.flush(),
    stop: () => server.stop(),
  }
}
