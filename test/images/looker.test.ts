// A picture is fetched once and read once, whoever asks for it, until it may be another one.
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { openLooker } from '../../src/images/looker.ts'
import type { Sight } from '../../src/images/sight.ts'
import type { Ticket } from '../../src/images/waiting.ts'
import type { PictureAnswer, PictureRequest } from '../../src/remote/pictures.ts'

const ONE = 'https://files.example/1.png'
const TWO = 'https://files.example/2.png'
const WISH = { deadlineMs: 5_000, askedBy: undefined, isKnown: false, isUrgent: true }
const BOB = { ...WISH, askedBy: 'https://remote.example/users/bob' }
const TURNED_AWAY: Extract<Sight, { status: 'unread' }> = {
  ...{ status: 'unread', why: 'not now', isPassing: true, isTurnedAway: true, stages: {} },
}
const CLEAN: Sight = { status: 'seen', findings: [], stages: { decode: 3 } }

let fetched: string[]
let read: string[]
let version: string
let shared: Map<string, string>
let faults: string[]
let answers: Map<string, (request: PictureRequest) => Promise<PictureAnswer>>
let sight: (bytes: string, wish: Ticket) => Promise<Sight>

beforeEach(() => {
  ;[fetched, read, faults] = [[], [], []]
  version = 'v1'
  shared = new Map()
  answers = new Map([ONE, TWO].map((url) => [url, served('bytes')]))
  sight = async () => CLEAN
})

function served(bytes: string) {
  return async (): Promise<PictureAnswer> => ({ status: 'fetched', bytes: Buffer.from(bytes) })
}

function open() {
  return openLooker({
    fetchPicture(url, request) {
      fetched.push(url)
      return answers.get(url)!(request)
    },
    crew: {
      look(bytes, wish) {
        const text = Buffer.from(bytes).toString()
        read.push(text)
        return sight(text, wish)
      },
    },
    sights: {
      sight: async (key) => shared.get(key),
      keepSight: async (key, json) => void shared.set(key, json),
    },
    version: () => version,
    onFault: (what) => void faults.push(what),
  })
}

describe('a picture', () => {
  test('is fetched and read once, however many ask at once and later', async () => {
    const look = open()
    const sights = await Promise.all([look(ONE, WISH), look(ONE, WISH)])
    expect([...sights, await look(ONE, WISH)]).toEqual([CLEAN, CLEAN, CLEAN])
    expect({ fetched, read }).toEqual({ fetched: [ONE], read: ['bytes'] })
  })

  test('under another address is fetched, and not read again', async () => {
    const look = open()
    await look(ONE, WISH)
    expect(await look(TWO, WISH)).toEqual(CLEAN)
    expect({ fetched, read }).toEqual({ fetched: [ONE, TWO], read: ['bytes'] })
  })

  test('is looked at anew when something else is banned', async () => {
    const look = open()
    await look(ONE, WISH)
    version = 'v2'
    await look(ONE, WISH)
    expect(read).toEqual(['bytes', 'bytes'])
  })

  test('that another process saw is neither fetched nor read', async () => {
    await open()(ONE, WISH)
    expect(await open()(ONE, WISH)).toEqual(CLEAN)
    expect(fetched).toEqual([ONE])
  })

  test('that comes too late is there for the next one who asks', async () => {
    const { promise, resolve } = Promise.withResolvers<Sight>()
    sight = () => promise
    const look = open()
    const late = { status: 'unread', why: 'it took too long', isPassing: true, stages: {} }
    expect(await look(ONE, { ...WISH, deadlineMs: 20 })).toEqual(late)
    const next = look(ONE, WISH)
    resolve(CLEAN)
    expect(await next).toEqual(CLEAN)
    expect(fetched).toEqual([ONE])
  })

  test('is no longer wanted when everybody who asked has gone', async () => {
    const told: boolean[] = []
    const { promise, resolve } = Promise.withResolvers<Sight>()
    sight = (_, { interest }) => {
      told.push(interest!.isAlive())
      interest!.onEnd(() => {
        told.push(interest!.isAlive())
        resolve(TURNED_AWAY)
      })
      return promise
    }
    const look = open()
    await Promise.all([
      look(ONE, { ...WISH, deadlineMs: 10 }),
      look(ONE, { ...BOB, deadlineMs: 40 }),
    ])
    expect(told).toEqual([true, false])
  })

  test('that another was not given is asked for again on one’s own account', async () => {
    answers.set(ONE, async ({ account }) =>
      account.standing === 'unproved' ? TURNED_AWAY : served('bytes')(),
    )
    const look = open()
    const [unproved, bob] = await Promise.all([look(ONE, WISH), look(ONE, BOB)])
    expect([unproved.status, bob.status]).toEqual(['unread', 'seen'])
  })

  test('is let in only while there is room for it, and makes room when it is read', async () => {
    const sizes: boolean[][] = []
    const filling = async ({ mayHold }: PictureRequest): Promise<PictureAnswer> => {
      sizes.push([mayHold(9_000_000), mayHold(2_000_000)])
      return served('bytes')()
    }
    for (const address of [ONE, TWO]) answers.set(address, filling)
    const { promise, resolve } = Promise.withResolvers<Sight>()
    sight = () => promise
    const look = open()
    const looks = [look(ONE, WISH), look(TWO, WISH)]
    await vi.waitFor(() => expect(sizes).toHaveLength(2))
    resolve(CLEAN)
    await Promise.all(looks)
    version = 'v2'
    await look(ONE, WISH)
    // Ten megabytes for all the unproved.
    expect(sizes).toEqual([
      [true, false],
      [false, false],
      [true, false],
    ])
  })

  test.each([
    { what: 'for a passing reason', isPassing: true, times: 2 },
    { what: 'for good', isPassing: false, times: 1 },
  ])('that was not served $what is asked for $times time(s)', async ({ isPassing, times }) => {
    answers.set(ONE, async () => ({ status: 'unread', why: 'it says so', isPassing }))
    const look = open()
    await look(ONE, WISH)
    expect(await look(ONE, WISH)).toMatchObject({ status: 'unread', why: 'it says so', isPassing })
    expect(fetched).toHaveLength(times)
  })

  test('that ended the child which read it is not given to another one', async () => {
    sight = async () => ({
      status: 'unread',
      why: 'it fell',
      isPassing: true,
      isFatal: true,
      stages: {},
    })
    const look = open()
    expect(await look(ONE, WISH)).toMatchObject({ isPassing: true })
    expect(await look(TWO, WISH)).toMatchObject({ status: 'unread', isPassing: false })
    expect(read).toEqual(['bytes'])
  })

  test('with an endless address is not asked for', async () => {
    expect(await open()(`${ONE}?${'x'.repeat(2_048)}`, WISH)).toMatchObject({ isPassing: false })
    expect(fetched).toEqual([])
  })

  test('is read all the same while the store is away, and that is counted', async () => {
    const look = openLooker({
      fetchPicture: served('bytes'),
      crew: { look: async () => CLEAN },
      sights: {
        sight: () => Promise.reject(new Error('away')),
        keepSight: () => Promise.reject(new Error('away')),
      },
      version: () => version,
      onFault: (what) => void faults.push(what),
    })
    expect(await look(ONE, WISH)).toEqual(CLEAN)
    expect(new Set(faults)).toEqual(new Set(['picture-sights']))
  })
})
