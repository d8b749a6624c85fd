// Pictures of other servers: believed by their bytes, within bounds, from nowhere inside.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Account } from '../../src/images/account.ts'
import { remoteFetch } from '../../src/remote/fetch.ts'
import {
  type FetchPicture,
  openPictureFetch,
  type PictureAnswer,
} from '../../src/remote/pictures.ts'
import { type Answering, type RemoteServer, startRemoteServer } from './remote-server.ts'

const URL_ONE = 'https://files.test/1.png'
const PNG = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(500, 7)])
const STRANGER = { name: 'remote.test', standing: 'stranger' } as const
const mayHold = () => true

let server: RemoteServer
let now = 0

beforeAll(async () => {
  server = await startRemoteServer()
})
afterAll(() => server.close())
beforeEach(() => {
  server.asked.length = 0
  server.answers.clear()
  now += 60_000
})

function open() {
  const overrides = server.overrides('files.test', 'other.test')
  const resolve = async () => ['127.0.0.1']
  const fetch = remoteFetch({ overrides, ownHosts: ['home.example'], resolve, userAgent: 'test' })
  return openPictureFetch({ fetch, now: () => now })
}

function fetchOf(answer: Answering, url = URL_ONE) {
  server.answers.set(url, answer)
  return open()(url, { account: STRANGER, mayHold })
}

describe('a picture', () => {
  test.each(['image/png', 'text/html', 'application/octet-stream'])(
    'is a picture by its bytes, also as %s',
    async (type) => {
      const answer = await fetchOf({ headers: { 'content-type': type }, body: PNG })
      expect(answer).toEqual({ status: 'fetched', bytes: PNG })
    },
  )

  test('that is a film by its bytes is given up at the first of them', async () => {
    const sent = Promise.withResolvers<void>()
    const answer = await fetchOf((_asked, response) => {
      response.writeHead(200, { 'content-type': 'image/png' })
      response.on('close', () => sent.resolve())
      response.write(Buffer.concat([Buffer.from('\0\0\0\x20ftypisom'), Buffer.alloc(400)]))
      return 'by itself' // never ends by itself
    })
    expect(answer).toMatchObject({ status: 'unread', isPassing: false })
    expect(answer).toMatchObject({ why: expect.stringContaining('film') })
    await sent.promise
  })

  test('that is smaller than anything is no picture', async () => {
    expect(await fetchOf({ body: 'GIF' })).toMatchObject({ status: 'unread', isPassing: false })
  })

  test.each([
    { what: 'larger than 10 MB', answer: { headers: { 'content-length': '10000001' } } },
    { what: 'gone', answer: { status: 410 } },
    { what: 'not for strangers', answer: { status: 403 } },
    {
      what: 'behind a redirect to the inside',
      answer: { status: 302, headers: { location: 'https://inside.test/' } },
    },
  ])('that is $what is not read, for good', async ({ answer }) => {
    expect(await fetchOf(answer)).toMatchObject({ status: 'unread', isPassing: false })
  })

  test.each([503, 429, 408])('of a server that answers %i may be there later', async (status) => {
    expect(await fetchOf({ status })).toMatchObject({ status: 'unread', isPassing: true })
  })

  test('that there is no room for is given up, and may come later', async () => {
    server.answers.set(URL_ONE, { headers: { 'content-type': 'image/png' }, body: PNG })
    const held: number[] = []
    const answer = await open()(URL_ONE, {
      account: STRANGER,
      mayHold: (bytes) => held.push(bytes) > 1,
    })
    expect(answer).toEqual({
      ...{ status: 'unread', why: 'too many pictures are in hand' },
      ...{ isPassing: true, isTurnedAway: true },
    })
    expect(held).toEqual([PNG.length])
  })

  test.each([
    'data:image/png;base64,AAAA',
    'http://files.test/1.png',
    'https://home.example/1.png',
  ])('at %s is asked of nobody', async (url) => {
    expect(await open()(url, { account: STRANGER, mayHold })).toMatchObject({
      status: 'unread',
      isPassing: false,
    })
    expect(server.asked).toEqual([])
  })
})

describe('the purse', () => {
  /** How many of so many are asked for. */
  async function countOf(many: number, ask: (at: number) => Promise<PictureAnswer>) {
    const answers = await Promise.all(Array.from({ length: many }, (_, at) => ask(at)))
    return answers.filter((each) => each.status === 'unread' && !each.isTurnedAway).length
  }
  const asking = (fetchPicture: FetchPicture) => (account: Account, host: string) => (at: number) =>
    fetchPicture(`https://${host}/${at}.png`, { account, mayHold })
  const stranger = (name: string): Account => ({ name, standing: 'stranger' })
  const known: Account = { name: 'known.test', standing: 'known' }
  const UNPROVED: Account = { name: '', standing: 'unproved' }

  test('of the unproved is one for all, and does not reach to empty a server’s', async () => {
    const ask = asking(open())
    expect(await countOf(21, ask(UNPROVED, 'files.test'))).toBe(10)
    expect(await countOf(21, ask(STRANGER, 'files.test'))).toBe(10)
  })

  test('of one domain empties no other server’s: its own people still get theirs', async () => {
    const ask = asking(open())
    for (let name = 0; name < 8; name++) {
      await countOf(10, ask(stranger(`evil${name}.test`), 'files.test'))
    }
    expect(await countOf(1, ask(STRANGER, 'files.test'))).toBe(0)
    expect(await countOf(1, ask(stranger('files.test'), 'files.test'))).toBe(1)
    expect(await countOf(1, ask(known, 'files.test'))).toBe(1)
    expect(await countOf(1, ask(STRANGER, 'other.test'))).toBe(1)
  })

  test('of all strangers leaves something for who is known', async () => {
    const ask = asking(open())
    for (let name = 0; name < 25; name++) {
      const own = `evil${name}.test`
      await countOf(20, ask(stranger(own), own))
    }
    expect(await countOf(1, ask(STRANGER, 'other.test'))).toBe(0)
    expect(await countOf(1, ask(known, 'other.test'))).toBe(1)
  })
})
