// What we make of a server, and what was kept of its offences, from the command line and by API.
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { domain } from '../../src/commands/domain.ts'
import { evidence } from '../../src/commands/evidence.ts'
import { ALICE, aCreate, aNote, HOME } from '../support/build.ts'
import { runCommand } from '../support/run-command.ts'
import { startWorld, type World } from '../support/world.ts'

const SPAMMER = 'https://spam.example/users/s1'
const TRUSTED = 'https://good.example/users/momo'
const RAID = '<a href="https://raid.example/join">https://raid.example/join</a>'
const EMPTY = new URL('../support/empty.yaml', import.meta.url).pathname

let world: World
let base: string[]

beforeAll(async () => {
  const flags = ['--banned.urls=raid.example/join', '--standing.trusted=good.example']
  world = await startWorld({ domain: HOME, flags })
  for (const by of [SPAMMER, TRUSTED]) {
    const also = { id: `${by}/statuses/1`, published: new Date().toISOString() }
    await sendUntilCounted(by, aCreate(aNote({ by, text: RAID, mentions: [ALICE], also })))
  }
  const { adminPort, adminToken } = world.relay()
  process.env.SEKISHO_ADMIN_TOKEN = adminToken
  const port = ['--admin.port', String(adminPort)]
  base = ['--config', EMPTY, '--instance.domain', HOME, '--data', world.folder, ...port]
})
afterAll(async () => {
  delete process.env.SEKISHO_ADMIN_TOKEN
  await world.close()
})

/** A busy machine may fetch the key too late; the same post again is counted once. */
async function sendUntilCounted(by: string, activity: object): Promise<void> {
  const person = world.person(by)
  for (let attempt = 0; attempt < 5; attempt++) {
    await world.send(person, activity)
    const { json } = await world.api('GET', `/api/domains/${new URL(by).hostname}`)
    if (json.block || json.notices.length > 0) return
  }
}

const run = (command: (args: readonly string[]) => Promise<number>, ...args: string[]) =>
  runCommand(command, ...args, ...base)

describe('domain', () => {
  test('says why a server is blocked', async () => {
    const { code, out } = await run(domain, 'spam.example')
    expect(code).toBe(0)
    expect(out).toMatch(/^spam\.example\n {2}standing {2}unknown: an offence blocks it at once\n/)
    expect(out).toMatch(/blocked {3}spam\.example, since .* by rule:banned-url/)
  })

  test('says which notice was given to one that is trusted', async () => {
    const { out } = await run(domain, 'good.example')
    expect(out).toContain('good: an offence opens a notice')
    expect(out).toContain('trusted by the operator')
    expect(out).toMatch(/notices {3}.* for https:\/\/good\.example\/users\/momo: open until /)
    const { out: json } = await run(domain, 'good.example', '--json')
    expect(JSON.parse(json)).toMatchObject({
      standing: 'good',
      grace: true,
      notices: [{ author: TRUSTED }],
    })
  })

  test('says that its own domain is never blocked', async () => {
    const { out } = await run(domain, HOME)
    expect(out).toContain('never blocked by itself (own domain)')
  })

  test.each([[], ['two.example', 'names.example'], ['no domain']])(
    '%s is wrong use',
    async (...words) => {
      expect(await run(domain, ...words)).toMatchObject({ code: 2, out: '' })
    },
  )
})

describe('a notice', () => {
  test('is listed, dismissed once, and its author heard again', async () => {
    const { json } = await world.api('GET', '/api/notices?open=true')
    expect(json).toMatchObject({ total: 1, notices: [{ domain: 'good.example' }] })
    const [{ id }] = json.notices
    const dismissal = { id, action: 'dismiss', why: 'a misunderstanding' }
    const { status, json: done } = await world.api('POST', '/api/notices', dismissal)
    expect({ status, ...done }).toMatchObject({
      ...{ status: 200, notice: { closed: { how: 'dismissed', why: 'a misunderstanding' } } },
    })
    expect((await world.api('POST', '/api/notices', dismissal)).status).toBe(404)
    const { json: audited } = await world.api('GET', '/api/audit')
    expect(audited.entries[0]).toMatchObject({ what: 'notice dismissed' })
  })
})

describe('evidence', () => {
  test('is exported whole, with the digest of what was written', async () => {
    const { code, out, err } = await run(evidence, 'export', '--domain', 'spam.example')
    expect(code).toBe(0)
    expect(err).toContain(createHash('sha256').update(out).digest('hex'))
    const { about, receivedBy, deliveries } = JSON.parse(out)
    expect({ about: about.length > 100, receivedBy }).toEqual({ about: true, receivedBy: HOME })
    expect(deliveries).toMatchObject([
      {
        author: SPAMMER,
        led: 'block',
        keyId: `${SPAMMER}#main-key`,
        request: { target: '/inbox' },
      },
    ])
    const body = Buffer.from(deliveries[0].body, 'base64')
    expect(createHash('sha256').update(body).digest('hex')).toBe(deliveries[0].bodySha256)
  })

  test('of nothing is an answer of no', async () => {
    expect(await run(evidence, 'export', '--domain', 'nobody.example')).toMatchObject({ code: 1 })
  })

  test('of a person is forgotten on wish', async () => {
    const spelt = SPAMMER.replace('/users/', '/./users/').replace('spam.ex', 'SPAM.ex')
    expect(await run(evidence, 'purge', '--actor', spelt)).toMatchObject({
      ...{ code: 0, out: '1 entry of it forgotten\n' },
    })
    expect(await run(evidence, 'export', '--domain', 'spam.example')).toMatchObject({ code: 1 })
  })

  test.each([
    ['forget'],
    ['purge'],
    ['purge', '--domain', 'spam.example'],
    ['export', '--actor', SPAMMER],
    ['export', '--since', 'yesterday'],
  ])('%s %s %s is wrong use', async (...words) => {
    expect(await run(evidence, ...words)).toMatchObject({ code: 2, out: '' })
  })
})
