import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { PostWish } from '../../src/boosts.ts'
import type { JsonObject } from '../../src/json.ts'
import { remoteFetch } from '../../src/remote/fetch.ts'
import { openPosts } from '../../src/remote/posts.ts'
import { aNote } from '../support/build.ts'
import {
  ACTIVITY_JSON,
  type Answer,
  type RemoteServer,
  startRemoteServer,
} from './remote-server.ts'

const AUTHOR = 'https://remote.test/users/momo'
const ID = `${AUTHOR}/statuses/1`
const NOTE = aNote({ by: AUTHOR })
const MINUTE = 60_000
const WISH: PostWish = { deadlineMs: 10_000, askedBy: 'https://relay.test/actor' }
const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g']

let server: RemoteServer
let now = Date.UTC(2026, 10, 23)

beforeAll(async () => {
  server = await startRemoteServer()
})
afterAll(() => server.close())
beforeEach(() => {
  server.asked.length = 0
  server.answers.clear()
  serve(NOTE)
})

function open() {
  const hosts = ['remote.test', 'evil.test', 'home.example', 'x.spam.test', 'y.spam.test']
  const overrides = server.overrides(...hosts, ...NAMES.map((name) => `${name}.test`))
  const resolve = async (host: string) => (host === 'inside.test' ? ['127.0.0.1'] : [])
  const ownHosts = ['home.example']
  const fetch = remoteFetch({ overrides, ownHosts, resolve, userAgent: 'test' })
  return openPosts({ fetch, signGet: () => ({ signature: 'ours' }), now: () => now })
}

function serve(post: JsonObject): void {
  server.answers.set(String(post.id), { body: post })
}

const urls = () => server.asked.map(({ url }) => url)

describe('a boosted post', () => {
  test('is read at its own server, unsigned, and asked for once an hour', async () => {
    const posts = open()
    const served = { status: 'served', post: NOTE }
    expect(await posts.post(ID, WISH)).toEqual(served)
    now += 60 * MINUTE - 1
    expect(await posts.post(ID, WISH)).toEqual(served)
    expect(urls()).toEqual([ID])
    expect(server.asked[0]!.headers.signature).toBeUndefined()
    now += 1
    expect(await posts.post(ID, WISH)).toEqual(served)
    expect(urls()).toEqual([ID, ID])
  })

  test('is asked for once by fifty at the same time, however they spell its address', async () => {
    const posts = open()
    const asking = Array.from({ length: 50 }, (_, at) =>
      posts.post(at % 2 === 0 ? ID : ID.replace('https://remote', 'HTTPS://Remote'), WISH),
    )
    const answers = await Promise.all(asking)
    expect(answers).toEqual(Array(50).fill({ status: 'served', post: NOTE }))
    expect(urls()).toEqual([ID])
  })

  test.each([401, 403])('is asked for signed after a %i', async (status) => {
    server.answers.set(ID, ({ headers }) =>
      headers.signature === 'ours' ? { body: NOTE } : { status },
    )
    expect(await open().post(ID, WISH)).toMatchObject({ status: 'served' })
    expect(server.asked.map(({ headers }) => headers.signature)).toEqual([undefined, 'ours'])
  })

  test('may have moved on its own server', async () => {
    server.answers.set(ID, { status: 302, headers: { location: '/@momo/1' } })
    server.answers.set('https://remote.test/@momo/1', { body: NOTE })
    expect(await open().post(ID, WISH)).toEqual({ status: 'served', post: NOTE })
  })

  test.each([`${ID}?x=1`, 'https://remote.test/@momo/1'])(
    'is asked for by its own id where another address led to it: %s',
    async (address) => {
      const posts = open()
      server.answers.set(address, { body: NOTE })
      for (const asked of [address, address, ID])
        expect(await posts.post(asked, WISH)).toEqual({ status: 'served', post: NOTE })
      expect(urls()).toEqual([address, ID])
    },
  )

  test('that was read already is not asked for again by another address', async () => {
    const posts = open()
    await posts.post(ID, WISH)
    server.answers.set(`${ID}?x=1`, { body: { ...NOTE, content: 'an upload says' } })
    expect(await posts.post(`${ID}?x=1`, WISH)).toEqual({ status: 'served', post: NOTE })
    expect(urls()).toEqual([ID, `${ID}?x=1`])
  })

  const lemmys = 'https://remote.test/post/7'
  const misskeys = 'https://remote.test/notes/atva2zkgiwmv002p'
  const tubes = 'https://remote.test/videos/watch/0e5a'
  test.each<{ what: string; post: JsonObject }>([
    {
      what: 'a Page of Lemmy',
      post: {
        ...{ type: 'Page', id: lemmys, attributedTo: 'https://remote.test/u/momo' },
        audience: 'https://remote.test/c/garden',
        attachment: [{ type: 'Link', href: 'https://raid.example/join' }],
        ...{ name: 'Roses', mediaType: 'text/html', content: '<p>in autumn</p>' },
      },
    },
    {
      what: 'a Note of Misskey',
      post: {
        ...{ id: misskeys, type: 'Note', attributedTo: 'https://remote.test/users/atv9' },
        ...{ content: '<p>hello</p>', _misskey_content: 'hello', summary: null },
        source: { content: 'hello', mediaType: 'text/x.misskeymarkdown' },
        ...{ attachment: [], tag: [], sensitive: false },
      },
    },
    {
      what: 'a Video of PeerTube',
      post: { id: tubes, type: 'Video', name: 'Roses', attributedTo: [{ type: 'Person', id: ID }] },
    },
    { what: 'one whose type has a prefix', post: { id: ID, type: ['as:Note', 'Review'] } },
  ])('may be $what', async ({ post }) => {
    serve(post)
    expect(await open().post(String(post.id), WISH)).toEqual({ status: 'served', post })
  })

  test('that comes too late is there the next time', async () => {
    const posts = open()
    let finish = () => {}
    server.answers.set(ID, (_, response) => {
      finish = () => response.writeHead(200, { 'content-type': ACTIVITY_JSON }).end(text(NOTE))
      return 'by itself'
    })
    expect(await posts.post(ID, { ...WISH, deadlineMs: 50 })).toEqual(unread('it took too long'))
    const next = posts.post(ID, WISH)
    finish()
    expect(await next).toEqual({ status: 'served', post: NOTE })
    expect(urls()).toEqual([ID])
  })
})

describe('nothing is read', () => {
  const big = { ...NOTE, content: 'x'.repeat(10_000_000) }
  const nested = `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`
  test.each<{ of: string; answer: Answer; why: string }>([
    {
      of: 'a post of another server',
      answer: { body: { ...NOTE, id: 'https://good.example/1' } },
      why: 'served under another id',
    },
    {
      of: 'another post of its server that is not there',
      answer: { body: { ...NOTE, id: `${ID}2` } },
      why: 'answered 404',
    },
    {
      of: 'a post without an id',
      answer: { body: { ...NOTE, id: null } },
      why: 'served under another id',
    },
    {
      of: 'a page for people',
      answer: { headers: { 'content-type': 'text/html' }, body: '<p>hello</p>' },
      why: 'type text/html',
    },
    {
      of: 'an upload that is no ActivityStreams',
      answer: { headers: { 'content-type': 'application/json' }, body: NOTE },
      why: 'type application/json',
    },
    { of: 'ten megabytes', answer: { body: big }, why: 'larger than 262144 bytes' },
    { of: 'no JSON', answer: { body: 'Note' }, why: 'no JSON object inside the limits' },
    { of: 'deep JSON', answer: { body: nested }, why: 'no JSON object inside the limits' },
    { of: 'what is not there', answer: { status: 404 }, why: 'answered 404' },
    { of: 'what was deleted', answer: { status: 410 }, why: 'answered 410' },
    { of: 'what is shown to nobody', answer: { status: 403 }, why: 'answered 403' },
    { of: 'a server in trouble', answer: { status: 500 }, why: 'answered 500' },
  ])('of $of', async ({ answer, why }) => {
    server.answers.set(ID, answer)
    expect(await open().post(ID, WISH)).toEqual(unread(why))
  })

  test('of a post that is named a third thing at its own address', async () => {
    server.answers.set(ID, { body: { ...NOTE, id: `${ID}2` } })
    server.answers.set(`${ID}2`, { body: { ...NOTE, id: `${ID}3` } })
    serve({ ...NOTE, id: `${ID}3` })
    expect(await open().post(ID, WISH)).toEqual(unread('served under another id'))
    expect(urls()).toEqual([ID, `${ID}2`])
  })

  test('of a post whose own address is asked for when the time is over', async () => {
    server.answers.set(`${ID}?x=1`, () => {
      now += 2_500
      return { body: NOTE }
    })
    expect(await open().post(`${ID}?x=1`, WISH)).toEqual(unread('deadline passed'))
    expect(urls()).toEqual([`${ID}?x=1`])
  })

  test.each([
    ...['Person', 'Group', 'Collection', 'OrderedCollectionPage', 'Tombstone', 'Like', 'Announce'],
    ...['Create', 'Flag', 'Key', ''],
  ])('of a %s', async (type) => {
    serve({ ...NOTE, type })
    expect(await open().post(ID, WISH)).toEqual(unread('it is no post'))
  })

  test.each([
    { to: 'https://evil.test/1', why: 'served by another origin' },
    { to: 'https://127.0.0.1/', why: 'address 127.0.0.1 is not public' },
    { to: 'https://inside.test/', why: 'address 127.0.0.1 is not public' },
    { to: 'http://127.0.0.1/', why: 'scheme http' },
    { to: 'https://home.example/users/alice', why: 'our own host' },
    { to: ID, why: 'redirect loop' },
  ])('by a redirect to $to', async ({ to, why }) => {
    server.answers.set(ID, { status: 302, headers: { location: to } })
    server.answers.set('https://evil.test/1', { body: NOTE })
    expect(await open().post(ID, WISH)).toEqual(unread(why))
    expect(urls().filter((url) => url !== ID)).toEqual(to.includes('evil') ? [to] : [])
  })

  test.each([
    { id: 'http://remote.test/1', why: 'its id is no https address' },
    { id: 'bear:?u=https%3A%2F%2Fremote.test%2F1', why: 'its id is no https address' },
    { id: 'tag:remote.test,2026:1', why: 'its id is no https address' },
    { id: `${ID}?${'x'.repeat(2_048)}`, why: 'its id is no https address' },
    { id: 'https://remote.test:8443/1', why: 'port 8443' },
    { id: 'https://home.example/users/alice/statuses/1', why: 'our own host' },
    { id: 'https://127.0.0.1/', why: 'address 127.0.0.1 is not public' },
    { id: 'https://inside.test/1', why: 'address 127.0.0.1 is not public' },
  ])('of $id, and nobody is asked', async ({ id, why }) => {
    expect(await open().post(id, WISH)).toEqual(unread(why))
    expect(server.asked).toEqual([])
  })

  test('of a body that drips for ever, nor is it waited for', async () => {
    const posts = open()
    const { promise: left, resolve } = Promise.withResolvers<void>()
    server.answers.set(ID, (_, response) => {
      response.writeHead(200, { 'content-type': ACTIVITY_JSON })
      const drip = setInterval(() => response.write(' '), 10)
      response.on('close', () => {
        clearInterval(drip)
        resolve()
      })
      return 'by itself'
    })
    expect(await posts.post(ID, { ...WISH, deadlineMs: 50 })).toEqual(unread('it took too long'))
    expect(await posts.post(ID, WISH)).toEqual(unread('deadline passed'))
    await left
    expect(urls()).toEqual([ID])
  })

  test('for five minutes where nothing was read', async () => {
    const posts = open()
    server.answers.set(ID, { status: 404 })
    await posts.post(ID, WISH)
    serve(NOTE)
    now += 5 * MINUTE - 1
    expect(await posts.post(ID, WISH)).toEqual(unread('answered 404'))
    now += 1
    expect(await posts.post(ID, WISH)).toMatchObject({ status: 'served' })
    expect(urls()).toEqual([ID, ID])
  })
})

describe('how often others are asked', () => {
  const TOO_MANY = unread('too many posts asked for')
  const notesOf = (host: string, count: number) =>
    Array.from({ length: count }, (_, at) => aNote({ by: `https://${host}/users/${at}` }))

  test('one registered name twenty times a minute, whatever its subdomains', async () => {
    const posts = open()
    const notes = [...notesOf('x.spam.test', 15), ...notesOf('y.spam.test', 15)]
    const answers = await askAll(posts, notes)
    expect(answers.filter(({ status }) => status === 'served')).toHaveLength(20)
    expect(answers.slice(20)).toEqual(Array(10).fill(TOO_MANY))
    expect(server.asked).toHaveLength(20)
    expect(await posts.post(ID, WISH)).toMatchObject({ status: 'served' })
    now += MINUTE
    expect(await posts.post(String(notes[29]!.id), WISH)).toMatchObject({ status: 'served' })
  })

  test('twice as much for posts by other addresses than their own', async () => {
    const posts = open()
    const answers = []
    for (const { id, ...note } of notesOf('x.spam.test', 11)) {
      server.answers.set(`${id}?x=1`, { body: { id, ...note } })
      serve({ id, ...note })
      answers.push(await posts.post(`${id}?x=1`, WISH))
    }
    expect(answers.filter(({ status }) => status === 'served')).toHaveLength(10)
    expect(answers.at(-1)).toEqual(TOO_MANY)
    expect(server.asked).toHaveLength(20)
  })

  test('sixty times a minute for one announcer, and as often for all unproved together', async () => {
    const posts = open()
    const notes = NAMES.slice(0, 4).flatMap((name) => notesOf(`${name}.test`, 16))
    const [first, ...rest] = notes.slice(59)
    await askAll(posts, notes.slice(0, 59))
    expect(await askAll(posts, [first!])).toMatchObject([{ status: 'served' }])
    expect(await askAll(posts, rest.slice(0, 1))).toEqual([TOO_MANY])
    const alias = { ...WISH, askedBy: 'https://b.relay.test/actor' }
    expect(await askAll(posts, rest.slice(0, 1), alias)).toEqual([TOO_MANY])
    const forged = { ...WISH, askedBy: undefined }
    expect(await askAll(posts, rest, forged)).toHaveLength(4)
    expect(await posts.post(ID, forged)).toMatchObject({ status: 'served' })
    expect(server.asked).toHaveLength(65)
  })

  test('a hundred and twenty times a minute in all', async () => {
    const posts = open()
    const notes = NAMES.flatMap((name) => notesOf(`${name}.test`, 18))
    const answers = []
    for (const [at, note] of notes.entries()) {
      const askedBy = `https://relay.test${at % 3 === 0 ? '' : at % 3}/`
      answers.push(...(await askAll(posts, [note], { ...WISH, askedBy })))
    }
    expect(answers.slice(120)).toEqual(Array(6).fill(TOO_MANY))
    expect(server.asked).toHaveLength(120)
    expect(await posts.post(String(notes[0]!.id), WISH)).toMatchObject({ status: 'served' })
  })
})

test('long posts of strangers push each other out of memory', async () => {
  const posts = open()
  const notes = ['a', 'b'].flatMap((name) =>
    Array.from({ length: 20 }, (_, at) =>
      aNote({ by: `https://${name}.test/users/${at}`, text: 'x'.repeat(250_000) }),
    ),
  )
  await askAll(posts, notes)
  now += MINUTE
  server.asked.length = 0
  await askAll(posts, [notes[39]!, notes[0]!])
  expect(urls()).toEqual([notes[0]!.id])
})

async function askAll(
  posts: ReturnType<typeof open>,
  notes: readonly JsonObject[],
  wish: PostWish = WISH,
) {
  const answers = []
  for (const note of notes) {
    serve(note)
    answers.push(await posts.post(String(note.id), wish))
  }
  return answers
}

function text(json: JsonObject): string {
  return JSON.stringify(json)
}

function unread(why: string) {
  return { status: 'unread', why }
}
