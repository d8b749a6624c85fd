import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openDocuments } from '../../src/remote/documents.ts'
import { remoteFetch } from '../../src/remote/fetch.ts'
import { AUTHOR_404, recheck } from '../../src/standing/recheck.ts'
import type { Notice, NoticeOffence } from '../../src/store/notice-store.ts'
import { type Answer, type RemoteServer, startRemoteServer } from '../remote/remote-server.ts'

const NOW = Date.UTC(2026, 10, 22)
const AUTHOR = 'https://remote.test/users/spammer'
const POST = 'https://remote.test/notes/1'
const OTHER_POST = 'https://remote.test/notes/2'
const ACTOR = { id: AUTHOR, type: 'Person', preferredUsername: 'spammer' }
const NOTE = { id: POST, type: 'Note', attributedTo: AUTHOR, content: 'spam' }
const HTML = { 'content-type': 'text/html' }

let server: RemoteServer

beforeAll(async () => {
  server = await startRemoteServer()
})
afterAll(() => server.close())
beforeEach(() => {
  server.asked.length = 0
  server.answers.clear()
  server.answers.set(AUTHOR, { body: ACTOR })
  server.answers.set(POST, { body: NOTE })
})

describe('an author is gone', () => {
  test.each<{ when: string; answer: Answer }>([
    { when: 'its address answers 410', answer: { status: 410 } },
    { when: 'a Tombstone stands there', answer: { body: { id: AUTHOR, type: 'Tombstone' } } },
    { when: 'it is suspended', answer: { body: { ...ACTOR, suspended: true } } },
  ])('when $when', async ({ answer }) => {
    server.answers.set(AUTHOR, answer)
    expect(await look()).toMatchObject({ status: 'author-gone' })
    expect(askedUrls()).not.toContain(POST)
  })

  test('when it answers 404 on two looks, minutes apart', async () => {
    server.answers.set(AUTHOR, { status: 404 })
    const first = await look()
    expect(first).toEqual({ status: 'unreachable', why: AUTHOR_404 })
    const found = first.why
    expect(await look({ checked: { at: NOW - 60_000, found } })).toEqual(first)
    expect(await look({ checked: { at: NOW - 600_000, found: 'the author is there' } })).toEqual(
      first,
    )
    expect(await look({ checked: { at: NOW - 600_000, found } })).toMatchObject({
      status: 'author-gone',
    })
  })

  test('when its server tells that only to whom it knows', async () => {
    server.answers.set(AUTHOR, ({ headers }) => ({ status: headers.signature ? 410 : 401 }))
    expect(await look()).toMatchObject({ status: 'author-gone' })
  })
})

describe('an author is not gone', () => {
  test('when it is gone for us alone', async () => {
    server.answers.set(AUTHOR, ({ headers }) =>
      headers.signature ? { status: 410 } : { body: ACTOR },
    )
    expect(await look()).toEqual({ status: 'there', why: 'the post is there' })
  })

  test('when its server answers 404 to us, and tells others nothing', async () => {
    server.answers.set(AUTHOR, ({ headers }) => ({ status: headers.signature ? 404 : 500 }))
    const checked = { at: NOW - 3_600_000, found: AUTHOR_404 }
    expect(await look({ checked })).toMatchObject({ status: 'unreachable' })
  })

  test('when it changes its mind from one question to the next', async () => {
    let asked = 0
    server.answers.set(AUTHOR, () => {
      asked += 1
      return asked % 2 === 1 ? { status: 410 } : { body: ACTOR }
    })
    expect(await look()).toMatchObject({ status: 'there' })
  })

  test.each<{ when: string; answer: Answer }>([
    { when: 'a web page says so', answer: { headers: HTML, body: '<h1>410 Gone</h1>' } },
    {
      when: 'a Tombstone of another stands there',
      answer: { body: { id: `${AUTHOR}2`, type: 'Tombstone' } },
    },
    { when: 'a Tombstone without an id stands there', answer: { body: { type: 'Tombstone' } } },
    {
      when: 'it is a Person and a Tombstone',
      answer: { body: { ...ACTOR, type: ['Person', 'Tombstone'] } },
    },
    { when: 'it is suspended in words', answer: { body: { ...ACTOR, suspended: 'true' } } },
    { when: 'garbage stands there', answer: { body: '{"type":"Tombstone"' } },
    {
      when: '10 MB stand there',
      answer: { body: { ...ACTOR, suspended: true, x: 'x'.repeat(1e7) } },
    },
    {
      when: 'it leads to us',
      answer: { status: 302, headers: { location: 'https://127.0.0.1/' } },
    },
    {
      when: 'it leads to a Tombstone elsewhere',
      answer: { status: 302, headers: { location: 'https://other.test/users/spammer' } },
    },
  ])('when $when', async ({ answer }) => {
    server.answers.set(AUTHOR, answer)
    const tombstone = { id: AUTHOR, type: 'Tombstone' }
    server.answers.set('https://other.test/users/spammer', { body: tombstone })
    expect(await look()).toMatchObject({ status: 'there' })
  })
})

describe('a server that does not tell', () => {
  test.each([{ status: 500 }, { status: 401 }, { status: 403 }, { status: 429 }])(
    'and answers $status is unreachable',
    async ({ status }) => {
      server.answers.set(AUTHOR, { status })
      expect(await look()).toEqual({ status: 'unreachable', why: `the author: answered ${status}` })
    },
  )

  test('and never answers is unreachable', async () => {
    server.answers.set(AUTHOR, () => 'by itself')
    expect(await look()).toEqual({ status: 'unreachable', why: 'the author: deadline passed' })
  })
})

describe('a post', () => {
  test('that stands there is there', async () => {
    expect(await look()).toEqual({ status: 'there', why: 'the post is there' })
    expect(server.asked.every(({ headers }) => headers.signature === 'signed')).toBe(true)
  })

  test.each<{ when: string; answer: Answer }>([
    { when: '404', answer: { status: 404 } },
    { when: '410', answer: { status: 410 } },
    { when: 'a Tombstone', answer: { body: { id: POST, type: 'Tombstone' } } },
  ])('that answers $when is gone', async ({ answer }) => {
    server.answers.set(POST, answer)
    expect(await look()).toEqual({ status: 'post-gone', why: 'the post is gone' })
  })

  test('that not everybody may read is not gone by a 404, by a 410 it is', async () => {
    const offences = [anOffence({ isPublic: false })]
    server.answers.set(POST, { status: 404 })
    expect(await look({ offences })).toMatchObject({ status: 'there' })
    server.answers.set(POST, { status: 410 })
    expect(await look({ offences })).toMatchObject({ status: 'post-gone' })
  })

  test('is not gone while another of the notice stands', async () => {
    const offences = [anOffence({}), anOffence({ object: OTHER_POST })]
    server.answers.set(POST, { status: 410 })
    server.answers.set(OTHER_POST, { body: { ...NOTE, id: OTHER_POST } })
    expect(await look({ offences })).toMatchObject({ status: 'there' })
    server.answers.set(OTHER_POST, { status: 404 })
    expect(await look({ offences })).toEqual({ status: 'post-gone', why: 'all 2 posts are gone' })
  })

  test.each<{ what: string; body: object }>([
    { what: 'a Note that calls itself suspended', body: { ...NOTE, suspended: true } },
    { what: 'a Note and Tombstone', body: { ...NOTE, type: ['Note', 'Tombstone'] } },
    { what: 'the Tombstone of another post', body: { id: OTHER_POST, type: 'Tombstone' } },
  ])('is not gone where $what stands', async ({ body }) => {
    server.answers.set(POST, { body })
    expect(await look()).toMatchObject({ status: 'there' })
  })

  test('of a server that answers for its author alone is unreachable', async () => {
    server.answers.set(POST, { status: 503 })
    expect(await look()).toEqual({ status: 'unreachable', why: 'the post: answered 503' })
  })
})

function look(parts: Partial<Notice> = {}) {
  const overrides = server.overrides('remote.test', 'other.test')
  const fetch = remoteFetch({ overrides, ownHosts: [], userAgent: 'test' })
  const now = () => NOW
  const documents = openDocuments({ fetch, signGet: () => ({ signature: 'signed' }), now })
  return recheck(aNotice(parts), { documents, now })
}

function aNotice(parts: Partial<Notice>): Notice {
  return {
    id: 'n1',
    domain: 'remote.test',
    author: AUTHOR,
    openedAt: NOW - 3_600_000,
    deadline: NOW + 82_800_000,
    why: 'known',
    offences: [anOffence({})],
    dueAt: NOW,
    ...parts,
  }
}

function anOffence(parts: Partial<NoticeOffence>): NoticeOffence {
  const post = { object: POST, author: AUTHOR, keyId: `${AUTHOR}#main-key`, at: NOW, hits: [] }
  return { ...post, isPublic: true, ...parts }
}

function askedUrls(): string[] {
  return server.asked.map(({ url }) => url)
}
