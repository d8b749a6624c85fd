// What must never be seen outside: in the log however much it tells, in the metrics, in an answer.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openLog } from '../src/log.ts'
import type { Relay } from '../src/relay.ts'
import { ALICE, HOME } from './support/build.ts'
import { aPost, aWorld, BANNED, LURE, MOMO, raidPost, SPAMMER } from './support/raid.ts'
import { startRedis } from './support/redis.ts'
import type { World } from './support/world.ts'

const PRIVATE = { to: [ALICE], cc: [] }
const WORDS = 'canary-words-of-a-direct-message'
const HEADERS = { Authorization: 'Bearer canary-authorization', Cookie: 'a=canary-cookie' }

function aLoudLog() {
  const written: string[] = []
  const out = { write: (text: string) => void written.push(text) }
  return { log: openLog({ terminal: false, level: 'trace', out }), text: () => written.join('') }
}

/** A delivery of every kind: what passes, what is dropped, what is malformed, what breaks the relay. */
async function playEverything(world: World): Promise<{ seen: string; signatures: string[] }> {
  const momo = world.person(MOMO)
  const spammer = world.person(SPAMMER)
  const text = `${WORDS} <a href="${LURE}">${LURE}</a>`
  const bodies = [
    { by: momo, body: aPost({ by: MOMO, text: WORDS, mentions: [ALICE], also: PRIVATE }) },
    { by: momo, body: aPost({ by: MOMO, text, mentions: [ALICE], also: PRIVATE }) },
    { by: spammer, body: raidPost(SPAMMER, { ...PRIVATE, content: text }) },
    { by: spammer, body: aPost({ by: SPAMMER, text: WORDS }) },
    { by: momo, body: Buffer.from(`{"type":"Create", ${WORDS}`) },
  ]
  const signatures: string[] = []
  const answers: string[] = []
  for (const { by, body } of bodies) {
    const delivery = by.deliver({
      host: HOME,
      target: '/inbox',
      body,
      headers: HEADERS,
      at: Date.now(),
    })
    const signature = delivery.headers.get('signature') ?? ''
    signatures.push(/signature="([^"]+)"/.exec(signature)?.[1] ?? signature)
    answers.push((await world.post(delivery)).body)
  }
  const { adminPort } = world.relay()
  const paths = ['/metrics', '/readyz', '/healthz', '/api/verdicts', '/nowhere']
  for (const path of paths) {
    answers.push(await (await fetch(`http://127.0.0.1:${adminPort}${path}`)).text())
  }
  answers.push(JSON.stringify(world.verdicts))
  return { seen: answers.join('\n'), signatures }
}

async function privateKeyOf(world: World): Promise<string> {
  const journal = await readFile(join(world.folder, 'journal.ndjson'), 'utf8')
  return /PRIVATE KEY-----\\n([\w+/=]{64})\\n/.exec(journal)![1]!
}

function expectNone(text: string, secrets: readonly string[]): void {
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(8)
    expect(text.includes(secret), secret).toBe(false)
  }
}

const FLAGS = [BANNED, '--instance.api.token=canary-api-token']

/** What libraries do to their errors. */
const laden = ({ signatures }: Relay): Partial<Relay> => ({
  signatures: {
    verify: async (delivery) => {
      const request = { headers: Object.fromEntries(delivery.headers), body: String(delivery.body) }
      const cause = Object.assign(new Error('inner'), { command: { args: [request] }, request })
      if (delivery.body.length % 2 === 0) return signatures.verify(delivery)
      throw Object.assign(new Error('outer', { cause }), { request, details: request.body })
    },
  },
})

test.each([
  { about: 'a relay that runs', replace: undefined },
  { about: 'a relay whose libraries fail with all they have', replace: laden },
])('$about tells no secret, at any level', async ({ replace }) => {
  const { log, text } = aLoudLog()
  const world = await aWorld({ flags: FLAGS, log, ...(replace && { replace }) })
  const { seen, signatures } = await playEverything(world)
  const key = await privateKeyOf(world)
  const token = world.relay().adminToken
  const secrets = ['canary-authorization', 'canary-cookie', 'canary-api-token', WORDS, key]
  expect(text()).toContain('"verdict"')
  expectNone(`${text()}\n${seen}`, [...secrets, ...signatures, ...(replace ? [] : [token])])
})

test.each([
  { about: 'that is refused', password: 'canary-wrong-password' },
  { about: 'that is right, in front of a Redis that dies', password: 'canary-right-password' },
])(
  'the password of Redis $about is not told',
  async ({ password }) => {
    const redis = await startRedis({ settings: ['--requirepass', 'canary-right-password'] })
    onTestFinished(() => redis.stop())
    const { log, text } = aLoudLog()
    const store = `redis://:${password}@127.0.0.1:${redis.port}`
    const world = await aWorld({ flags: FLAGS, log, store })
    await playEverything(world)
    await redis.kill()
    const { seen } = await playEverything(world)
    expect(text()).toMatch(/Redis is (away|ready)/)
    expectNone(`${text()}\n${seen}`, [password, 'canary-api-token', 'canary-cookie', WORDS])
  },
  60_000,
)
