import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { remoteFetch } from '../../src/remote/fetch.ts'
import { openNodeinfo } from '../../src/remote/nodeinfo.ts'
import { type RemoteServer, startRemoteServer } from './remote-server.ts'

const WELL_KNOWN = 'https://remote.test/.well-known/nodeinfo'
const SCHEMA = 'http://nodeinfo.diaspora.software/ns/schema'
const HOUR = 3_600_000

let server: RemoteServer
let now = Date.UTC(2026, 10, 22)

beforeAll(async () => {
  server = await startRemoteServer()
})
afterAll(() => server.close())
beforeEach(() => {
  server.asked.length = 0
  server.answers.clear()
  serve(WELL_KNOWN, links({ [`${SCHEMA}/2.0`]: 'https://remote.test/nodeinfo/2.0' }))
  serve('https://remote.test/nodeinfo/2.0', { software: { name: 'Misskey', version: '1' } })
})

test('a server’s software is what its NodeInfo names, in lower case', async () => {
  expect(await open().software('Remote.TEST')).toBe('misskey')
  expect(server.asked.map(({ url }) => url)).toEqual([
    WELL_KNOWN,
    'https://remote.test/nodeinfo/2.0',
  ])
})

test('it is asked for once by many, and then known for a day', async () => {
  const nodeinfo = open()
  await Promise.all(Array.from({ length: 20 }, () => nodeinfo.software('remote.test')))
  now += 24 * HOUR - 1
  await nodeinfo.software('remote.test')
  expect(server.asked).toHaveLength(2)
  now += 1
  await nodeinfo.software('remote.test')
  expect(server.asked).toHaveLength(4)
})

test('its silence is believed for an hour', async () => {
  const nodeinfo = open()
  server.answers.set(WELL_KNOWN, { status: 404 })
  expect(await nodeinfo.software('remote.test')).toBeUndefined()
  serve(WELL_KNOWN, links({ [`${SCHEMA}/2.1`]: 'https://remote.test/nodeinfo/2.0' }))
  now += HOUR - 1
  expect(await nodeinfo.software('remote.test')).toBeUndefined()
  now += 1
  expect(await nodeinfo.software('remote.test')).toBe('misskey')
})

test('the host that serves the domain may describe it', async () => {
  const headers = { location: 'https://social.remote.test/.well-known/nodeinfo' }
  server.answers.set(WELL_KNOWN, { status: 301, headers })
  const home = 'https://social.remote.test/nodeinfo'
  serve('https://social.remote.test/.well-known/nodeinfo', links({ [`${SCHEMA}/2.0`]: home }))
  serve(home, { software: { name: 'lemmy' } })
  expect(await open().software('remote.test')).toBe('lemmy')
})

test('nobody else may', async () => {
  serve(WELL_KNOWN, links({ [`${SCHEMA}/2.0`]: 'https://other.test/nodeinfo' }))
  serve('https://other.test/nodeinfo', { software: { name: 'lemmy' } })
  expect(await open().software('remote.test')).toBeUndefined()
  expect(server.asked).toHaveLength(1)
})

test.each([
  { case: 'no links', body: {} },
  {
    case: 'links to something else',
    body: links({ 'https://x.example': 'https://remote.test/x' }),
  },
  { case: 'no JSON', body: 'hello' },
])('a list with $case says nothing', async ({ body }) => {
  serve(WELL_KNOWN, body)
  expect(await open().software('remote.test')).toBeUndefined()
})

test.each([
  {},
  { software: 'misskey' },
  { software: { name: 1 } },
  { software: { name: 'a b\n' } },
])('the description %j says nothing', async (body) => {
  serve('https://remote.test/nodeinfo/2.0', body)
  expect(await open().software('remote.test')).toBeUndefined()
})

test('what is no domain is not asked', async () => {
  expect(await open().software('remote.test/x?')).toBeUndefined()
  expect(server.asked).toEqual([])
})

test('a server that does not answer is given up', async () => {
  server.answers.set(WELL_KNOWN, () => 'by itself')
  expect(await open().software('remote.test')).toBeUndefined()
})

function open() {
  const overrides = server.overrides('remote.test', 'social.remote.test', 'other.test')
  const fetch = remoteFetch({ overrides, ownHosts: [], userAgent: 'test' })
  return openNodeinfo({ fetch, now: () => now })
}

function links(hrefs: Record<string, string>) {
  return { links: Object.entries(hrefs).map(([rel, href]) => ({ rel, href })) }
}

function serve(url: string, body: string | object): void {
  const headers = { 'content-type': 'application/json; charset=utf-8' }
  server.answers.set(url, { headers, body })
}
