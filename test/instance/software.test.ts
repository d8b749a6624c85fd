// The instance behind us, asked what it runs: a stand-in that starts slowly, and what follows.
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { afterEach, expect, test, vi } from 'vitest'
import { type Software, watchSoftware } from '../../src/instance/software.ts'

const AGAIN_MS = 5
const open: { close(): void }[] = []

afterEach(() => {
  for (const each of open.splice(0)) each.close()
})

type Answer = (response: ServerResponse, path: string) => void

/** Answers its first requests so, and the last of these for ever. */
async function standIn(...answers: readonly Answer[]) {
  const asked: string[] = []
  const server: Server = createServer((request, response) => {
    asked.push(request.url ?? '')
    answers[Math.min(asked.length, answers.length) - 1]!(response, request.url ?? '')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push(server)
  return { asked, upstream: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

function status(code: number): Answer {
  return (response) => response.writeHead(code).end('{}')
}

function tells(name: string): Answer {
  return (response, path) => {
    const href = 'https://social.example/nodeinfo/2.1'
    const links = [{ rel: 'http://nodeinfo.diaspora.software/ns/schema/2.1', href }]
    const body = path === '/nodeinfo/2.1' ? { software: { name } } : { links }
    response.end(JSON.stringify(body))
  }
}

function watch(upstream: string, software = 'auto') {
  const lines: { level: number; msg: string; software?: string; why?: string }[] = []
  const log = pino({}, { write: (line) => lines.push(JSON.parse(line)) })
  const settings = { software, upstream, domain: 'social.example', timeout: 2_000 }
  const watched: Software = watchSoftware(settings, log, AGAIN_MS)
  open.push(watched)
  const told = () => lines.find(({ msg }) => msg === 'the instance told its software')
  return { lines, told, watched }
}

test.each([500, 502, 503, 404, 301])(
  'an instance that answers %i while it starts is asked again until it tells its software',
  async (code) => {
    const { upstream } = await standIn(status(code), status(code), tells('misskey'))
    const { told, watched } = watch(upstream)
    expect(watched.maxBodyBytes()).toBe(1_048_576)
    await vi.waitFor(() => expect(told()).toMatchObject({ software: 'misskey' }))
    expect(watched.maxBodyBytes()).toBe(65_536)
  },
)

test('an instance that breaks off between its two answers is asked again', async () => {
  const { upstream } = await standIn(tells('misskey'), status(502), tells('misskey'))
  const { told } = watch(upstream)
  await vi.waitFor(() => expect(told()).toMatchObject({ software: 'misskey' }))
})

test('the same trouble is logged once, another one again', async () => {
  const { asked, upstream } = await standIn(
    ...[503, 503, 503, 502, 502].map(status),
    tells('mastodon'),
  )
  const { lines, told } = watch(upstream)
  await vi.waitFor(() => expect(told()).toBeDefined())
  expect(asked.length).toBeGreaterThanOrEqual(7)
  expect(lines.filter(({ level }) => level === 40).map(({ why }) => why)).toEqual([
    '/.well-known/nodeinfo of the instance answered 503',
    '/.well-known/nodeinfo of the instance answered 502',
  ])
})

test.each(['misskey', 'Sharkey', 'cherrypick'])('%s takes 64 KiB', async (name) => {
  const { upstream } = await standIn(tells(name))
  const { told, watched } = watch(upstream)
  await vi.waitFor(() => expect(told()).toBeDefined())
  expect(watched.maxBodyBytes()).toBe(65_536)
})

test('an instance that answers without telling is not asked again', async () => {
  const { asked, upstream } = await standIn((response) => response.end('{"links":[]}'))
  const { told, watched } = watch(upstream)
  await vi.waitFor(() => expect(told()).toMatchObject({ software: 'unknown' }))
  const after = asked.length
  const other = watch(upstream)
  await vi.waitFor(() => expect(other.told()).toBeDefined())
  expect(asked.length).toBe(after + 1)
  expect(watched.maxBodyBytes()).toBe(1_048_576)
})

test('where the software is named in the settings, nobody is asked', async () => {
  const { asked, upstream } = await standIn(tells('mastodon'))
  const { watched } = watch(upstream, 'misskey')
  expect(watched.maxBodyBytes()).toBe(65_536)
  const other = watch(upstream)
  await vi.waitFor(() => expect(other.told()).toBeDefined())
  expect(asked).toHaveLength(2)
})
