// Reports through the APIs of Mastodon and Misskey: to whom they are, what they say, and what a failure means.
import { afterEach, expect, test } from 'vitest'
import { reporterOf } from '../../src/instance/connect.ts'
import { commentOf } from '../../src/instance/reports.ts'
import { type InstanceAnswer, type StandInInstance, startInstance } from '../support/instance.ts'

const HOME = 'home.example'
const AUTHOR = 'https://big.example/users/spam'
const POSTS = ['https://big.example/p/1', 'https://big.example/p/2']

let instance: StandInInstance | undefined

afterEach(() => instance?.close())

type Answers = Readonly<Record<string, InstanceAnswer | undefined>>

async function report(software: string, answers: Answers) {
  instance = await startInstance(({ target }) => {
    const path = new URL(target, 'http://x').pathname
    return path in answers ? answers[path] : { status: 404, body: '{"error":{"code":"NO_SUCH"}}' }
  })
  const settings = { software, upstream: instance.url, domain: HOME, timeout: 2_000 }
  const reporter = reporterOf({ ...settings, api: { token: 'sesame' } })
  return reporter.report({ author: AUTHOR, posts: POSTS })
}
const json = (value: unknown): InstanceAnswer => ({ status: 200, body: JSON.stringify(value) })
const bodyOf = (path: string) => {
  const asked = instance!.received.findLast(({ target }) => target === path)
  return asked && JSON.parse(asked.body.toString())
}

const mastodon = (account: object) => ({ '/api/v2/search': json({ accounts: [account] }) })

test('Mastodon is asked for the account and forwards the report', async () => {
  const answers = { ...mastodon({ id: '7', uri: AUTHOR }), '/api/v1/reports': json({}) }
  expect(await report('mastodon', answers)).toMatchObject({ status: 'sent' })
  const [search, sent] = instance!.received
  expect(new URL(search!.target, 'http://x').searchParams.get('q')).toBe(AUTHOR)
  expect(sent!.rawHeaders).toContain('Bearer sesame')
  expect(bodyOf('/api/v1/reports')).toEqual({
    ...{ account_id: '7', category: 'spam', forward: true },
    comment: commentOf({ author: AUTHOR, posts: POSTS }),
  })
  expect(String(sent!.body)).not.toContain('sesame')
})

test.each([
  { what: 'another account', account: { id: '7', uri: 'https://big.example/users/else' } },
  { what: 'one of ours', account: { id: '7', acct: 'spam', url: 'https://big.example/@spam' } },
  {
    what: 'one of another server',
    account: { id: '7', acct: 'spam@far.example', url: 'https://far.example/@spam' },
  },
])('Mastodon that finds $what is told nothing', async ({ account }) => {
  const answers = { ...mastodon(account), '/api/v1/reports': json({}) }
  expect(await report('mastodon', answers)).toMatchObject({ status: 'failed' })
  expect(bodyOf('/api/v1/reports')).toBeUndefined()
})

const found = mastodon({ id: '7', uri: AUTHOR })

test.each([
  {
    what: 'a search that is not allowed',
    answers: { '/api/v2/search': { status: 403 } },
    status: 'refused',
  },
  { what: 'a search that fails', answers: { '/api/v2/search': { status: 503 } }, status: 'failed' },
  {
    what: 'a report that is not allowed',
    answers: { ...found, '/api/v1/reports': { status: 403 } },
    status: 'refused',
  },
  {
    what: 'a report that nobody answers',
    answers: { ...found, '/api/v1/reports': { status: 504 } },
    status: 'sent',
  },
] as const)('of $what Mastodon’s is $status', async ({ answers, status }) => {
  expect(await report('mastodon', answers)).toMatchObject({ status })
})

const filed = {
  '/api/ap/show': json({ type: 'User', object: { id: 'u1', uri: AUTHOR } }),
  '/api/users/report-abuse': { status: 204 },
}
const comment = commentOf({ author: AUTHOR, posts: POSTS })
const listed = {
  '/api/admin/abuse-user-reports': json([
    { id: 'r0', targetUserId: 'u1', comment: 'by somebody else' },
    { id: 'r1', targetUserId: 'u1', comment },
  ]),
}

test('Misskey’s report is found again and forwarded', async () => {
  const answers = { ...filed, ...listed, '/api/admin/forward-abuse-user-report': { status: 204 } }
  expect(await report('misskey', answers)).toEqual({ status: 'sent', why: 'the instance took it' })
  expect(bodyOf('/api/users/report-abuse')).toEqual({ i: 'sesame', userId: 'u1', comment })
  expect(bodyOf('/api/admin/forward-abuse-user-report')).toEqual({ i: 'sesame', reportId: 'r1' })
})

test('an elder Misskey forwards it by resolving it', async () => {
  const answers = { ...filed, ...listed, '/api/admin/resolve-abuse-user-report': { status: 204 } }
  expect(await report('sharkey', answers)).toEqual({ status: 'sent', why: 'the instance took it' })
  expect(bodyOf('/api/admin/resolve-abuse-user-report')).toMatchObject({ forward: true })
})

test.each([
  {
    what: 'cannot be found again',
    answers: { ...filed, '/api/admin/abuse-user-reports': json([]) },
  },
  {
    what: 'may not be looked for',
    answers: { ...filed, '/api/admin/abuse-user-reports': { status: 403 } },
  },
  {
    what: 'may not be forwarded',
    answers: { ...filed, ...listed, '/api/admin/forward-abuse-user-report': { status: 403 } },
  },
])('Misskey’s report that $what is not filed again', async ({ answers }) => {
  expect(await report('misskey', answers)).toMatchObject({
    status: 'sent',
    why: expect.stringContaining('not forwarded'),
  })
})

test.each([
  { what: 'another account', object: { id: 'u1', uri: 'https://big.example/users/else' } },
  { what: 'one without an address', object: { id: 'u1' } },
])('Misskey that finds $what is told nothing', async ({ object }) => {
  const answers = { ...filed, '/api/ap/show': json({ type: 'User', object }) }
  expect(await report('misskey', answers)).toMatchObject({ status: 'refused' })
  expect(bodyOf('/api/users/report-abuse')).toBeUndefined()
})

test.each([429, 500])('Misskey that answers %i is asked again later', async (status) => {
  expect(await report('misskey', { '/api/ap/show': { status } })).toMatchObject({
    status: 'failed',
  })
})

test('software whose API is not known sends nothing', async () => {
  expect(await report('lemmy', {})).toMatchObject({ status: 'refused' })
  expect(instance!.received).toEqual([])
})

test('an instance that is away is tried again', async () => {
  expect(await report('auto', {})).toMatchObject({ status: 'failed' })
})

test('the comment names as many posts as there is room for, and no rule', () => {
  const posts = Array.from({ length: 30 }, (_, number) => `https://big.example/posts/${number}`)
  const text = commentOf({ author: AUTHOR, posts: [...POSTS, ...posts] })
  expect(text.length).toBeLessThanOrEqual(1_000)
  expect(text.split('\n').slice(1, 3)).toEqual(POSTS)
  expect(text).not.toMatch(/banned|rule|home\.example/)
})
