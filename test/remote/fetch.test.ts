import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type RemoteFetch, type RemoteRequest, remoteFetch } from '../../src/remote/fetch.ts'
import { type RemoteServer, startRemoteServer } from './remote-server.ts'

let server: RemoteServer
let fetch: RemoteFetch

beforeAll(async () => {
  server = await startRemoteServer()
  const overrides = server.overrides('spam.test', 'other.test', 'ours.test')
  const resolve = () => Promise.reject(new Error('asked for a name that no test knows'))
  const ownHosts = ['ours.test', 'Ours2.test']
  fetch = remoteFetch({ overrides, ownHosts, resolve, userAgent: 'Sekisho test' })
})
afterAll(() => server.close())
beforeEach(() => {
  server.asked.length = 0
  server.answers.clear()
})

function ask(url: string, request: Partial<RemoteRequest> = {}) {
  const accept = 'application/activity+json'
  return fetch({ url, accept, maxBytes: 1_000, deadlineMs: 5_000, ...request })
}

describe('what is asked', () => {
  test('is one plain GET with the name of the host that was meant', async () => {
    server.answers.set('https://spam.test/a?b=c', { body: '{}' })
    const answer = await ask('https://spam.test/a?b=c#d')
    expect(answer).toMatchObject({ status: 'ok', url: 'https://spam.test/a?b=c' })
    expect(server.asked).toHaveLength(1)
    expect(server.asked[0]).toMatchObject({ method: 'GET', url: 'https://spam.test/a?b=c' })
    expect(server.asked[0]!.headers).toEqual({
      host: 'spam.test',
      accept: 'application/activity+json',
      'accept-encoding': 'identity',
      'user-agent': 'Sekisho test',
      connection: 'close',
    })
  })

  test('is a POST of JSON where an API takes nothing else', async () => {
    server.answers.set('https://spam.test/api', { body: '{}' })
    expect(await ask('https://spam.test/api', { post: '{"a":"ö"}' })).toMatchObject({
      status: 'ok',
    })
    expect(server.asked[0]).toMatchObject({
      method: 'POST',
      body: '{"a":"ö"}',
      headers: { 'content-type': 'application/json', 'content-length': '10' },
    })
  })

  test.each([301, 302, 303, 307, 308])('is not posted on by a %i', async (status) => {
    const headers = { location: 'https://other.test/api' }
    server.answers.set('https://spam.test/api', { status, headers })
    const why = 'redirect of what was posted'
    expect(await ask('https://spam.test/api', { post: '{}' })).toEqual({ status: 'forbidden', why })
    expect(server.asked).toHaveLength(1)
  })

  test('is signed for each hop anew', async () => {
    server.answers.set('https://spam.test/a', redirect('https://other.test/b'))
    server.answers.set('https://other.test/b', { body: '{}' })
    await ask('https://spam.test/a', { headersFor: (url) => ({ signature: `of ${url.href}` }) })
    expect(server.asked.map(({ headers }) => headers.signature)).toEqual([
      'of https://spam.test/a',
      'of https://other.test/b',
    ])
  })

  test('carries no cookie back', async () => {
    const headers = { location: 'https://spam.test/b', 'set-cookie': 'a=b' }
    server.answers.set('https://spam.test/a', { status: 302, headers })
    server.answers.set('https://spam.test/b', { body: '{}' })
    await ask('https://spam.test/a')
    expect(server.asked[1]!.headers.cookie).toBeUndefined()
  })
})

describe('the time of an answer', () => {
  const date = 'Sun, 18 Feb 2024 10:00:00 GMT'
  test.each([
    { headers: { date }, seconds: 0 },
    { headers: { date, age: '90' }, seconds: 90 },
    { headers: { date: 'teatime' }, seconds: undefined },
    { headers: { date, age: 'old' }, seconds: undefined },
  ])('with $headers is told with the host', async ({ headers, seconds }) => {
    const told: unknown[] = []
    const asking = remoteFetch({
      overrides: server.overrides('spam.test'),
      ownHosts: [],
      userAgent: 'test',
      onTime: (...heard) => void told.push(heard),
    })
    server.answers.set('https://spam.test/a', { status: 404, headers })
    const accept = 'application/activity+json'
    await asking({ url: 'https://spam.test/a', accept, maxBytes: 1_000, deadlineMs: 5_000 })
    const at = Date.parse(date) + (seconds ?? 0) * 1_000
    expect(told).toEqual(seconds === undefined ? [] : [['https://spam.test/a', at]])
  })
})

describe('answers', () => {
  test.each([
    { status: 404, answer: { status: 'gone', httpStatus: 404 } },
    { status: 410, answer: { status: 'gone', httpStatus: 410 } },
    { status: 401, answer: { status: 'refused', httpStatus: 401 } },
    { status: 304, answer: { status: 'refused', httpStatus: 304 } },
    { status: 500, answer: { status: 'refused', httpStatus: 500 } },
  ])('with $status are told as they are', async ({ status, answer }) => {
    server.answers.set('https://spam.test/a', { status })
    expect(await ask('https://spam.test/a')).toEqual(answer)
  })

  test('come back byte for byte with the type that they had', async () => {
    const body = Buffer.from([0x7b, 0xff, 0x00, 0x7d])
    server.answers.set('https://spam.test/a', { body })
    const answer = await ask('https://spam.test/a')
    expect(answer).toEqual({
      status: 'ok',
      url: 'https://spam.test/a',
      contentType: 'application/activity+json; charset=utf-8',
      body,
    })
  })

  test.each(['application/json', 'text/html', 'image/png', ''])(
    'of the type %j are refused unread',
    async (type) => {
      const headers = { 'content-type': type }
      server.answers.set('https://spam.test/a', { headers, body: '{}' })
      expect(await ask('https://spam.test/a')).toMatchObject({ status: 'forbidden' })
    },
  )

  test('that end too early are no answers', async () => {
    server.answers.set('https://spam.test/a', (_, response) => {
      response.writeHead(200, { 'content-type': 'application/activity+json', 'content-length': 9 })
      response.write('{}', () => response.destroy())
      return 'by itself'
    })
    expect(await ask('https://spam.test/a')).toMatchObject({ status: 'unreachable' })
  })

  test('that switch protocols are no answers', async () => {
    server.answers.set('https://spam.test/a', (_, response) => {
      response.socket!.end(
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n',
      )
      return 'by itself'
    })
    expect(await ask('https://spam.test/a')).toMatchObject({ status: 'unreachable' })
  })

  test('of a server that is not there are unreachable', async () => {
    const gone = await startRemoteServer()
    await gone.close()
    const overrides = gone.overrides('gone.test')
    const asking = remoteFetch({ overrides, ownHosts: [], userAgent: 'test' })
    const request = { accept: '*/*', maxBytes: 10, deadlineMs: 5_000 }
    expect(await asking({ url: 'https://gone.test/', ...request })).toEqual({
      status: 'unreachable',
      why: 'ECONNREFUSED',
    })
  })
})

describe('size', () => {
  test('is refused by the announced length already', async () => {
    server.answers.set('https://spam.test/a', { body: 'x'.repeat(1_001) })
    expect(await ask('https://spam.test/a')).toEqual({
      status: 'forbidden',
      why: 'larger than 1000 bytes',
    })
  })

  test('is exact: the limit itself passes', async () => {
    server.answers.set('https://spam.test/a', { body: 'x'.repeat(1_000) })
    expect(await ask('https://spam.test/a')).toMatchObject({ status: 'ok' })
  })

  test('is counted while an endless body streams, which is then cut off', async () => {
    let closed: Promise<unknown> = Promise.resolve()
    server.answers.set('https://spam.test/a', (_, response) => {
      closed = once(response, 'close')
      response.writeHead(200, { 'content-type': 'application/activity+json' })
      const pour = () => {
        while (!response.destroyed && response.write('x'.repeat(500)));
      }
      response.on('drain', pour)
      pour()
      return 'by itself'
    })
    expect(await ask('https://spam.test/a')).toMatchObject({ status: 'forbidden' })
    await closed
  })

  test('is that of the unpacked body, too', async () => {
    const headers = { 'content-encoding': 'gzip' }
    const bomb = gzipSync('x'.repeat(50_000))
    expect(bomb.length).toBeLessThan(1_000)
    server.answers.set('https://spam.test/a', { headers, body: bomb })
    expect(await ask('https://spam.test/a')).toEqual({
      status: 'forbidden',
      why: 'larger than 1000 bytes',
    })
  })
})

describe('encodings', () => {
  test('may be one layer of gzip', async () => {
    const headers = { 'content-encoding': 'GZIP' }
    server.answers.set('https://spam.test/a', { headers, body: gzipSync('{"a":1}') })
    expect(await ask('https://spam.test/a')).toMatchObject({ body: Buffer.from('{"a":1}') })
  })

  test.each(['gzip, gzip', 'br', 'deflate', 'zstd', 'x'])('may not be %s', async (encoding) => {
    const headers = { 'content-encoding': encoding }
    server.answers.set('https://spam.test/a', { headers, body: gzipSync(gzipSync('{}')) })
    expect(await ask('https://spam.test/a')).toEqual({
      status: 'forbidden',
      why: `encoding ${encoding}`,
    })
  })

  test('that are a lie make no answer', async () => {
    const headers = { 'content-encoding': 'gzip' }
    server.answers.set('https://spam.test/a', { headers, body: '{}' })
    expect(await ask('https://spam.test/a')).toMatchObject({ status: 'unreachable' })
  })
})

describe('the deadline', () => {
  test('ends a body that drips slowly for ever', async () => {
    server.answers.set('https://spam.test/a', (_, response) => {
      response.writeHead(200, { 'content-type': 'application/activity+json' })
      const drip = setInterval(() => response.write(' '), 10)
      response.on('close', () => clearInterval(drip))
      return 'by itself'
    })
    expect(await ask('https://spam.test/a', { deadlineMs: 200 })).toEqual({
      status: 'unreachable',
      why: 'deadline passed',
    })
  })

  test('ends a head that never comes, and one that drips', async () => {
    server.answers.set('https://spam.test/silent', () => 'by itself')
    server.answers.set('https://spam.test/drip', (_, response) => {
      response.socket!.write('HTTP/1.1 200 OK\r\n')
      const drip = setInterval(() => response.socket?.write('x-a: b\r\n'), 20)
      response.on('close', () => clearInterval(drip))
      return 'by itself'
    })
    const late = { status: 'unreachable', why: 'deadline passed' }
    const [silent, drip] = await Promise.all([
      ask('https://spam.test/silent', { deadlineMs: 200 }),
      ask('https://spam.test/drip', { deadlineMs: 200 }),
    ])
    expect([silent, drip]).toEqual([late, late])
  })

  test('counts the waiting for a place: a host has two, and the third comes too late', async () => {
    const held: ServerResponse[] = []
    server.answers.set('https://spam.test/held', (_, response) => {
      held.push(response)
      return 'by itself'
    })
    const first = [ask('https://spam.test/held'), ask('https://spam.test/held')]
    expect(await ask('https://sub.spam.test/held', { deadlineMs: 100 })).toEqual({
      status: 'unreachable',
      why: 'no place for another fetch',
    })
    expect(server.asked).toHaveLength(2)
    for (const response of held) response.writeHead(410).end()
    expect(await Promise.all(first)).toMatchObject([{ status: 'gone' }, { status: 'gone' }])
  })

  test('is one for all redirects together', async () => {
    server.answers.set('https://spam.test/a', redirect('https://other.test/silent'))
    server.answers.set('https://other.test/silent', () => 'by itself')
    const answer = await ask('https://spam.test/a', { deadlineMs: 300 })
    expect(answer).toEqual({ status: 'unreachable', why: 'deadline passed' })
    expect(server.asked).toHaveLength(2)
  })

  test('counts a name that never resolves', async () => {
    const resolve = () => new Promise<never>(() => {})
    const asking = remoteFetch({ overrides: {}, ownHosts: [], resolve, userAgent: 'test' })
    const request = { accept: '*/*', maxBytes: 10, deadlineMs: 50 }
    expect(await asking({ url: 'https://mute.example/', ...request })).toEqual({
      status: 'unreachable',
      why: 'deadline passed while resolving',
    })
  })
})

describe('redirects', () => {
  test('are followed twice, to other hosts and relative ones, and the last address is told', async () => {
    server.answers.set('https://spam.test/a', redirect('https://other.test/b'))
    server.answers.set('https://other.test/b', redirect('/c#d', 308))
    server.answers.set('https://other.test/c', { body: '{}' })
    expect(await ask('https://spam.test/a')).toMatchObject({ url: 'https://other.test/c' })
  })

  test('are not followed a third time', async () => {
    for (const [at, to] of [1, 2, 3].entries()) {
      server.answers.set(`https://spam.test/${at}`, redirect(`/${to}`))
    }
    expect(await ask('https://spam.test/0')).toEqual({
      status: 'forbidden',
      why: 'more than 2 redirects',
    })
    expect(server.asked).toHaveLength(3)
  })

  test.each(['/a', '/a#other', 'https://spam.test/a', 'https://SPAM.test:443/x/../a'])(
    'to itself (%s) are a loop',
    async (location) => {
      server.answers.set('https://spam.test/a', redirect(location))
      expect(await ask('https://spam.test/a')).toEqual({
        status: 'forbidden',
        why: 'redirect loop',
      })
      expect(server.asked).toHaveLength(1)
    },
  )

  test.each([
    { location: 'http://spam.test/b', why: 'scheme http' },
    { location: 'ftp://spam.test/b', why: 'scheme ftp' },
    { location: 'data:application/activity+json,{}', why: 'scheme data' },
    { location: 'file:///etc/passwd', why: 'scheme file' },
    { location: 'https://spam.test:8443/b', why: 'port 8443' },
    { location: 'https://a:b@spam.test/b', why: 'user name in the URL' },
    { location: 'https://ours.test/b', why: 'our own host' },
    { location: 'https://[::1]/b', why: 'address ::1 is not public' },
    { location: 'https://', why: 'no URL' },
  ])('to $location are refused', async ({ location, why }) => {
    server.answers.set('https://spam.test/a', redirect(location))
    expect(await ask('https://spam.test/a')).toEqual({ status: 'forbidden', why })
    expect(server.asked).toHaveLength(1)
  })
})

describe('our own hosts', () => {
  test.each(['ours.test', 'OURS.test', 'ours.test.', 'ours2.test', 'user@ours.test'])(
    'are never asked, as %s neither',
    async (host) => {
      server.answers.set('https://ours.test/', { body: '{}' })
      expect(await ask(`https://${host}/`)).toMatchObject({ status: 'forbidden' })
      expect(server.asked).toEqual([])
    },
  )
})

function redirect(location: string, status = 302) {
  return { status, headers: { location } }
}
