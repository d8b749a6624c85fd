import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openDescriptions } from '../../src/remote/descriptions.ts'
import { remoteFetch } from '../../src/remote/fetch.ts'
import { openNodeinfo } from '../../src/remote/nodeinfo.ts'
import type { Descriptions } from '../../src/standing/description.ts'
import {
  aLemmyFederation,
  aLemmySite,
  aMastodonV1,
  aMastodonV2,
  aMisskeyMeta,
  aNodeinfo,
  anActivity,
  aPleromaNodeinfo,
  NODEINFO,
  nodeinfoLinks,
  WELL_KNOWN,
} from '../standing/documents.ts'
import { type Answering, type RemoteServer, startRemoteServer } from './remote-server.ts'

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' }
const HOUR = 3_600_000
const LONG = 10_000
const V1 = 'https://remote.test/api/v1/instance'
const V2 = 'https://remote.test/api/v2/instance'
const ACTIVITY = 'https://remote.test/api/v1/instance/activity'
const META = 'https://remote.test/api/meta'

let server: RemoteServer
let now = Date.UTC(2026, 10, 22)

beforeAll(async () => {
  server = await startRemoteServer()
})
afterAll(() => server.close())
beforeEach(() => {
  server.asked.length = 0
  server.answers.clear()
  serve(WELL_KNOWN, nodeinfoLinks())
})

describe('a server describes itself', () => {
  test('by its NodeInfo and what Mastodon publishes besides', async () => {
    serveMastodon()
    expect(await open().describe('Remote.TEST', LONG)).toEqual({
      status: 'described',
      at: now,
      description: {
        software: 'mastodon',
        version: '4.4.2',
        users: 900,
        activeUsers: 12_000,
        registration: 'open',
        emailNeeded: true,
        contact: true,
        signUpSurge: 1,
        tellsOfLists: true,
      },
    })
    expect(askedUrls().toSorted()).toEqual([WELL_KNOWN, ACTIVITY, V2, NODEINFO].toSorted())
  })

  test('by the older version where the newer is not to be had', async () => {
    serve(NODEINFO, aNodeinfo('mastodon'))
    serve(V2, { error: 'This API requires an authenticated user' }, 401)
    serve(V1, aMastodonV1())
    expect(await described(open())).toMatchObject({ version: '4.2.13', registration: 'approval' })
  })

  test('by a POST where Misskey takes nothing else', async () => {
    serve(NODEINFO, aNodeinfo('sharkey'))
    serve(META, aMisskeyMeta({ federation: 'specified' }))
    expect(await described(open())).toMatchObject({
      captcha: true,
      positiveList: { evidence: 'federation is "specified"', url: META },
    })
    expect(server.asked.at(-1)).toMatchObject({
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json', 'content-length': '2' },
    })
  })

  test('by the policies in Akkoma’s NodeInfo', async () => {
    serve(NODEINFO, aPleromaNodeinfo({ mrf_policies: [], mrf_simple: { accept: ['a.test'] } }))
    serve(V1, aMastodonV1())
    expect(await described(open())).toMatchObject({
      registration: 'approval',
      positiveList: { url: NODEINFO },
    })
  })

  test('by Lemmy’s site and its list of servers', async () => {
    serve(NODEINFO, aNodeinfo('lemmy'))
    serve('https://remote.test/api/v3/site', aLemmySite())
    const list = 'https://remote.test/api/v3/federated_instances'
    serve(list, aLemmyFederation(['a.test']))
    expect(await described(open())).toMatchObject({
      registration: 'approval',
      positiveList: { url: list },
    })
  })

  test('by NodeInfo alone where its software is not known to publish more', async () => {
    serve(NODEINFO, aNodeinfo('somethingelse'))
    expect(await described(open())).toEqual({
      software: 'somethingelse',
      version: '1.2.3',
      users: 900,
      activeUsers: 120,
    })
    expect(server.asked).toHaveLength(2)
  })

  test('on the host that its domain sends us to', async () => {
    const headers = { location: 'https://social.remote.test/.well-known/nodeinfo' }
    server.answers.set(WELL_KNOWN, { status: 301, headers })
    serve(headers.location, nodeinfoLinks('https://social.remote.test/nodeinfo'))
    serve('https://social.remote.test/nodeinfo', aNodeinfo('mastodon'))
    serve('https://social.remote.test/api/v2/instance', aMastodonV2())
    expect(await described(open())).toMatchObject({ activeUsers: 12_000 })
  })
})

describe('what was asked', () => {
  test('is asked once by many, and known for a day', async () => {
    serveMastodon()
    const descriptions = open()
    expect(descriptions.known('remote.test')).toBeUndefined()
    const many = Array.from({ length: 20 }, () => descriptions.describe('remote.test', LONG))
    await Promise.all(many)
    now += 24 * HOUR - 1
    expect(await descriptions.describe('remote.test', LONG)).toBe(descriptions.known('remote.test'))
    expect(server.asked).toHaveLength(4)
    now += 1
    expect(descriptions.known('remote.test')).toBeUndefined()
    await descriptions.describe('remote.test', LONG)
    expect(server.asked).toHaveLength(8)
  })

  test('shares its NodeInfo with whoever asks for the software alone', async () => {
    serveMastodon()
    const { nodeinfo, descriptions } = openBoth()
    expect(await nodeinfo.software('remote.test')).toBe('mastodon')
    await descriptions.describe('remote.test', LONG)
    expect(askedUrls().filter((url) => url === NODEINFO)).toHaveLength(1)
  })

  test('is believed for an hour where nothing came', async () => {
    server.answers.delete(WELL_KNOWN)
    const descriptions = open()
    const why = 'it does not say where its NodeInfo is'
    expect(await descriptions.describe('remote.test', LONG)).toEqual({
      status: 'unknown',
      at: now,
      why,
    })
    serve(WELL_KNOWN, nodeinfoLinks())
    serveMastodon()
    now += HOUR - 1
    expect(await descriptions.describe('remote.test', LONG)).toMatchObject({ status: 'unknown' })
    now += 1
    expect(await descriptions.describe('remote.test', LONG)).toMatchObject({ status: 'described' })
  })

  test('is asked again after an hour where a part may still come', async () => {
    serveMastodon()
    serve(V2, { error: 'busy' }, 503)
    const descriptions = open()
    expect(await descriptions.describe('remote.test', LONG)).toMatchObject({ isPartial: true })
    expect((await described(descriptions)).tellsOfLists).toBeUndefined()
    serveMastodon()
    now += HOUR
    expect((await described(descriptions)).tellsOfLists).toBe(true)
  })

  test('is not asked of what is no domain', async () => {
    const answer = await open().describe('remote.test/x?', LONG)
    expect(answer).toMatchObject({ status: 'unknown', why: 'no domain' })
    expect(server.asked).toEqual([])
  })

  test('is not asked of the thousand hosts of one name', async () => {
    const descriptions = open()
    const hosts = Array.from({ length: 100 }, (_, at) => `h${at}.wild.test`)
    const answers = await Promise.all(hosts.map((host) => descriptions.describe(host, LONG)))
    expect(
      answers.filter((answer) => answer?.status === 'unknown' && TOO_MANY.test(answer.why)),
    ).toHaveLength(90)
    now += 60_000
    const again = await descriptions.describe('h99.wild.test', LONG)
    expect(again).not.toMatchObject({ why: expect.stringMatching(TOO_MANY) })
  })
})

const TOO_MANY = /too many/

describe('a server that plays games', () => {
  test('and does not answer is waited for no longer than the asker wants', async () => {
    server.answers.set(WELL_KNOWN, () => 'by itself')
    expect(await open().describe('remote.test', 1)).toBeUndefined()
  })

  test('and does not answer at all is unknown', async () => {
    server.answers.set(WELL_KNOWN, () => 'by itself')
    expect(await open().describe('remote.test', LONG)).toMatchObject({ status: 'unknown' })
  })

  test('and lets one part of it hang is described by the rest', async () => {
    serveMastodon()
    server.answers.set(ACTIVITY, () => 'by itself')
    expect(await described(open())).toMatchObject({ activeUsers: 12_000 })
  })

  test.each<{ case: string; answering: Answering }>([
    {
      case: '10 MB of JSON',
      answering: {
        headers: JSON_TYPE,
        body: `{"registrations":{"enabled":true},"x":"${'x'.repeat(10_000_000)}"}`,
      },
    },
    {
      case: 'a web page',
      answering: { headers: { 'content-type': 'text/html' }, body: JSON.stringify(aMastodonV2()) },
    },
    { case: 'a list', answering: { headers: JSON_TYPE, body: [aMastodonV2()] } },
    { case: 'no JSON', answering: { headers: JSON_TYPE, body: '{"registrations":' } },
    {
      case: 'a tower of brackets',
      answering: { headers: JSON_TYPE, body: '['.repeat(100_000) },
    },
    {
      case: 'a redirect to ourselves',
      answering: { status: 302, headers: { location: 'https://127.0.0.1/api/v2/instance' } },
    },
    {
      case: 'a redirect to somebody else',
      answering: { status: 302, headers: { location: 'https://big.test/api/v2/instance' } },
    },
  ])('and serves $case has said nothing', async ({ answering }) => {
    serveMastodon()
    server.answers.set(V2, answering)
    serve('https://big.test/api/v2/instance', aMastodonV2())
    expect(await described(open())).not.toHaveProperty('registration')
  })

  test('and sends what was posted elsewhere is not followed', async () => {
    serve(NODEINFO, aNodeinfo('misskey'))
    server.answers.set(META, { status: 307, headers: { location: 'https://big.test/api/meta' } })
    serve('https://big.test/api/meta', aMisskeyMeta())
    expect(await described(open())).not.toHaveProperty('captcha')
    expect(askedUrls()).not.toContain('https://big.test/api/meta')
  })

  test('and names another’s NodeInfo as its own is unknown', async () => {
    serve(WELL_KNOWN, nodeinfoLinks('https://big.test/nodeinfo'))
    serve('https://big.test/nodeinfo', aNodeinfo('mastodon'))
    expect(await open().describe('remote.test', LONG)).toMatchObject({ status: 'unknown' })
    expect(askedUrls()).not.toContain('https://big.test/nodeinfo')
  })

  test('and redirects its NodeInfo to another’s is unknown', async () => {
    serveMastodon()
    serve('https://big.test/nodeinfo', aNodeinfo('mastodon'))
    server.answers.set(NODEINFO, {
      status: 302,
      headers: { location: 'https://big.test/nodeinfo' },
    })
    expect(await open().describe('remote.test', LONG)).toMatchObject({ status: 'unknown' })
  })

  test('and changes its story is believed as it was first told, for a day', async () => {
    serveMastodon()
    const descriptions = open()
    const first = await descriptions.describe('remote.test', LONG)
    serve(NODEINFO, aNodeinfo('peertube'))
    now += HOUR
    expect(await descriptions.describe('remote.test', LONG)).toBe(first)
  })
})

function open(): Descriptions {
  return openBoth().descriptions
}

function openBoth() {
  const wild = Array.from({ length: 100 }, (_, at) => `h${at}.wild.test`)
  const overrides = server.overrides('remote.test', 'social.remote.test', 'big.test', ...wild)
  const fetch = remoteFetch({ overrides, ownHosts: [], userAgent: 'test' })
  const nodeinfo = openNodeinfo({ fetch, now: () => now })
  return { nodeinfo, descriptions: openDescriptions({ fetch, nodeinfo, now: () => now }) }
}

async function described(descriptions: Descriptions) {
  const answer = await descriptions.describe('remote.test', LONG)
  if (answer?.status !== 'described') throw new Error(`not described: ${JSON.stringify(answer)}`)
  return answer.description
}

function serveMastodon(): void {
  serve(NODEINFO, aNodeinfo('mastodon'))
  serve(V2, aMastodonV2())
  serve(ACTIVITY, anActivity([4, 4, 4, 4, 4, 4, 4, 4]))
}

function serve(url: string, body: object, status = 200): void {
  server.answers.set(url, { status, headers: JSON_TYPE, body })
}

function askedUrls(): string[] {
  return server.asked.map(({ url }) => url)
}
