// Pictures of other servers: believed by their bytes, within bounds, from nowhere inside.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { remoteFetch } from '../../src/remote/fetch.ts'
import { openPictureFetch } from '../../src/remote/pictures.ts'
import { type Answering, type RemoteServer, startRemoteServer } from './remote-server.ts'

const URL_ONE = 'https://files.test/1.png'
const PNG = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(500, 7)])
const MOMO = 'https://remote.test/users/momo'

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
  return open()(url, MOMO)
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

  test('of a server with a fault may be there later', async () => {
    expect(await fetchOf({ status: 503 })).toMatchObject({ status: 'unread', isPassing: true })
  })

  test.each([
    'data:image/png;base64,AAAA',
    'http://files.test/1.png',
    'https://home.example/1.png',
  ])('at %s is asked of nobody', async (url) => {
    expect(await open()(url, MOMO)).toMatchObject({ status: 'unread', isPassing: false })
    expect(server.asked).toEqual([])
  })
})

describe('the purse', () => {
  test('of the unproved is one for all', async () => {
    const fetchPicture = open()
    const ask = (at: number) => fetchPicture(`https://files.test/${at}.png`, undefined)
    const answers = await Promise.all(Array.from({ length: 21 }, (_, at) => ask(at)))
    const refused = answers.filter((each) => each.status === 'unread' && /too many/.test(each.why))
    expect(refused).toHaveLength(1)
    expect(await fetchPicture('https://files.test/own.png', MOMO)).toMatchObject({
      why: 'its server answers 404',
    })
  })

  test('of one server is used up by no other', async () => {
    const fetchPicture = open()
    const ask = (host: string, at: number) =>
      fetchPicture(`https://${host}/${at}.png`, `https://author${at}.test/x`)
    await Promise.all(Array.from({ length: 60 }, (_, at) => ask('files.test', at)))
    expect(await ask('files.test', 60)).toMatchObject({ why: 'too many pictures asked for' })
    expect(await ask('other.test', 61)).toMatchObject({ why: 'its server answers 404' })
  })
})
