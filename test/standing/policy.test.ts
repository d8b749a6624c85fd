// The statement's policy on servers, with servers that really sign and a clock that is moved: who deals with its spam
// keeps federating, who does not is blocked, and nobody is punished for what was forged in its name.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadConfig } from '../../src/config.ts'
import { openInbox } from '../../src/inbox.ts'
import { type Closers, introduce, type Parts } from '../../src/introduce.ts'
import type { Verdict } from '../../src/verdict.ts'
import { type RemoteServer, startRemoteServer } from '../remote/remote-server.ts'
import { ALICE, aCreate, aNote, DAY, HOME, HOUR, MINUTE } from '../support/build.ts'
import { type InstanceAnswer, type StandInInstance, startInstance } from '../support/instance.ts'
import { aSigner, type Signer } from '../support/sign.ts'

const BIG = 'big.example'
const SMALL = 'small.example'
const RAID = '<a href="https://raid.example/join">https://raid.example/join</a>'

let remote: RemoteServer
let instance: StandInInstance
let folder: string
let closers: Closers
let parts: Parts
let verdicts: Verdict[]
let aheadMs: number

const now = () => Date.now() + aheadMs

beforeEach(async () => {
  ;[aheadMs, verdicts, closers] = [0, [], []]
  remote = await startRemoteServer()
  instance = await startInstance()
  folder = await mkdtemp(join(tmpdir(), 'sekisho-standing-'))
  await start()
})
afterEach(async () => {
  await stop()
  await remote.close()
  await instance.close()
  await rm(folder, { recursive: true, force: true })
})

async function start(...flags: string[]): Promise<void> {
  const overrides = JSON.stringify(remote.overrides(BIG, SMALL))
  const loaded = loadConfig([
    `--config=${new URL('../support/empty.yaml', import.meta.url).pathname}`,
    ...[`--instance.domain=${HOME}`, `--instance.upstream=${instance.url}`],
    ...[`--store=embedded:${folder}`, `--data=${folder}`, '--images.enabled=false'],
    ...['--banned.urls=raid.example/join', `--remote.overrides=${overrides}`, ...flags],
  ])
  if (loaded.status === 'wrong') throw new Error(loaded.why)
  const log = pino({ level: 'silent' })
  const onVerdict = (verdict: Verdict) => void verdicts.push(verdict)
  parts = await introduce({ config: loaded.config, log, now, onVerdict }, closers)
}

async function stop(): Promise<void> {
  for (const closer of closers.splice(0).reverse()) await closer()
}

/** A Mastodon server by its own word. */
function serve(domain: string, activeUsers: number): void {
  const info = `https://${domain}/nodeinfo/2.0`
  const json = { 'content-type': 'application/json' }
  const rel = 'http://nodeinfo.diaspora.software/ns/schema/2.0'
  const links = [{ rel, href: info }]
  const usage = { users: { total: activeUsers * 5, activeMonth: activeUsers } }
  const software = { name: 'mastodon', version: '4.5.0' }
  remote.answers.set(`https://${domain}/.well-known/nodeinfo`, { headers: json, body: { links } })
  remote.answers.set(info, {
    headers: json,
    body: { version: '2.0', software, usage, openRegistrations: true, metadata: {} },
  })
}

let count = 0
/** Somebody with a key, and a post of theirs with a banned link to one of ours. */
function spammer(domain: string) {
  const id = `https://${domain}/users/s${++count}`
  const signer = aSigner({ owner: id })
  remote.answers.set(id, { body: { ...signer.actor, summary: '<p>Hello</p>' } })
  const post = (text = RAID) => {
    const note = aNote({
      by: id,
      text,
      mentions: [ALICE],
      also: { id: `${id}/statuses/${++count}`, published: new Date(now()).toISOString() },
    })
    remote.answers.set(String(note.id), { body: note })
    return aCreate(note)
  }
  const suspend = () => void remote.answers.set(id, { status: 410 })
  return { id, signer, post, suspend }
}

async function deliver(signer: Signer, activity: object): Promise<Verdict> {
  const signed = signer.deliver({ host: HOME, target: '/inbox', body: activity, at: now() })
  const delivery = { ...signed, id: `d${++count}`, receivedAt: now() }
  await openInbox(parts.atPresent).receive(delivery)
  return verdicts.at(-1)!
}

async function send({ signer, post }: ReturnType<typeof spammer>): Promise<Verdict> {
  return deliver(signer, post())
}

/** As time goes by, in steps: looks are taken when they are due. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= HOUR) {
    aheadMs += Math.min(left, HOUR)
    await parts.standing.lookAgain.look()
  }
  await parts.standing.desk.notices.refresh()
}

const isBlocked = (domain: string) => parts.blocks.find(domain) !== undefined
const noticesOf = async (domain: string) => (await parts.standing.desk.look(domain)).notices

describe('a server of which nobody knows anything', () => {
  test('is blocked before the answer', async () => {
    const verdict = await send(spammer(SMALL))
    expect(verdict).toMatchObject({
      action: 'drop',
      block: { domain: SMALL, by: 'rule:banned-url' },
    })
    expect(isBlocked(SMALL)).toBe(true)
  })
})

describe('a server of some size', () => {
  beforeEach(() => serve(BIG, 10_000))

  test('that suspends its spammer in time is not blocked, and stands well for it', async () => {
    const one = spammer(BIG)
    const verdict = await send(one)
    expect(verdict).toMatchObject({ action: 'drop', notes: [expect.stringMatching(/^notice: /)] })
    expect(isBlocked(BIG)).toBe(false)
    await pass(5 * HOUR)
    one.suspend()
    await pass(20 * HOUR)
    expect(isBlocked(BIG)).toBe(false)
    expect(await noticesOf(BIG)).toMatchObject([{ closed: { how: 'author-gone' } }])
    expect(await parts.standing.desk.look(BIG)).toMatchObject({ standing: 'good', grace: true })
  })

  test('that does nothing until the deadline is blocked, with its evidence', async () => {
    await send(spammer(BIG))
    await pass(23 * HOUR)
    expect(isBlocked(BIG)).toBe(false)
    await pass(2 * HOUR)
    expect(isBlocked(BIG)).toBe(true)
    expect(await parts.blocks.details(BIG)).toMatchObject({
      ...{
        by: 'rule:banned-url',
        offences: [
          { hits: expect.arrayContaining([expect.objectContaining({ rule: 'banned-url' })]) },
        ],
      },
    })
    expect(await noticesOf(BIG)).toMatchObject([{ closed: { how: 'blocked' } }])
  })

  test('is judged also by a relay that was started anew meanwhile', async () => {
    await send(spammer(BIG))
    await stop()
    await start()
    await pass(25 * HOUR)
    expect(isBlocked(BIG)).toBe(true)
  })

  test('lets its spammer say nothing here meanwhile, and others everything', async () => {
    const one = spammer(BIG)
    await send(one)
    expect(await deliver(one.signer, one.post('Good morning'))).toMatchObject({
      ...{ action: 'drop', notes: expect.arrayContaining(['notice open']) },
    })
    const other = spammer(BIG)
    expect(await deliver(other.signer, other.post('Good morning'))).toMatchObject({
      action: 'forward',
    })
  })

  test('whose spammer takes the post back is not blocked, and gains nothing by it', async () => {
    const one = spammer(BIG)
    await send(one)
    const [notice] = await noticesOf(BIG)
    const object = { id: notice!.offences[0]!.object, type: 'Tombstone' }
    const id = `${one.id}#delete`
    await deliver(one.signer, {
      '@context': 'https://www.w3.org/ns/activitystreams',
      id,
      type: 'Delete',
      actor: one.id,
      object,
    })
    expect(await noticesOf(BIG)).toMatchObject([{ closed: { how: 'post-gone' } }])
    await pass(30 * HOUR)
    expect(isBlocked(BIG)).toBe(false)
    expect(await parts.standing.desk.look(BIG)).not.toMatchObject({ standing: 'good' })
  })

  test('has its time once by its own word: the next wave, not dealt with before, blocks at once', async () => {
    await send(spammer(BIG))
    const [first] = await noticesOf(BIG)
    remote.answers.set(first!.offences[0]!.object, { status: 410 })
    await pass(30 * HOUR)
    expect(isBlocked(BIG)).toBe(false)
    await send(spammer(BIG))
    expect(isBlocked(BIG)).toBe(true)
  })

  test('with five spammers a wave that it suspends in time still federates after five waves', async () => {
    for (let wave = 1; wave <= 5; wave++) {
      const five = Array.from({ length: 5 }, () => spammer(BIG))
      for (const one of five) await send(one)
      await pass(6 * HOUR)
      for (const one of five) one.suspend()
      await pass(30 * HOUR)
      expect({ wave, isBlocked: isBlocked(BIG) }).toEqual({ wave, isBlocked: false })
      aheadMs += 20 * DAY
    }
    const honest = spammer(BIG)
    expect(await deliver(honest.signer, honest.post('Good morning'))).toMatchObject({
      action: 'forward',
    })
  }, 60_000)

  test('suffers nothing from what is forged in its name', async () => {
    const forger = aSigner({ owner: `https://${BIG}/users/nobody`, pair: 1 })
    const victim = spammer(BIG)
    const forged = { ...victim.post(), actor: victim.id }
    for (let again = 0; again < 3; again++) await deliver(forger, forged)
    expect(isBlocked(BIG)).toBe(false)
    expect(await noticesOf(BIG)).toEqual([])
    expect((await parts.standing.desk.look(BIG)).past).toMatchObject({
      people: 0,
      droppedPeople: 0,
    })
  })

  test('that cannot be reached at the deadline is waited for, or not, as the operator says', async () => {
    const one = spammer(BIG)
    await send(one)
    for (const url of [...remote.answers.keys()]) {
      if (url.startsWith(`https://${BIG}/users/`)) remote.answers.set(url, { status: 503 })
    }
    await pass(26 * HOUR)
    expect(isBlocked(BIG)).toBe(false)
    expect(await noticesOf(BIG)).toMatchObject([{ checked: { found: expect.any(String) } }])
    await stop()
    await start('--standing.unreachable=block')
    await pass(26 * HOUR)
    expect(isBlocked(BIG)).toBe(true)
  })
})

describe('with reports', () => {
  /** The instance, as far as it takes a report. */
  function answerAsMastodon({ target }: { readonly target: string }): InstanceAnswer {
    if (target === '/.well-known/nodeinfo') {
      const href = `https://${HOME}/nodeinfo/2.0`
      return { status: 200, body: `{"links":[{"rel":"nodeinfo","href":"${href}"}]}` }
    }
    if (target === '/nodeinfo/2.0') return { status: 200, body: '{"software":{"name":"mastodon"}}' }
    if (target.startsWith('/api/v2/search')) {
      const uri = new URL(target, 'http://x').searchParams.get('q')
      return { status: 200, body: JSON.stringify({ accounts: [{ id: '7', uri }] }) }
    }
    return target === '/api/v1/reports' ? { status: 200, body: '{}' } : {}
  }
  const reports = () =>
    instance.received
      .filter(({ target }) => target === '/api/v1/reports')
      .map(({ body }) => JSON.parse(body.toString()))

  beforeEach(async () => {
    await instance.close()
    instance = await startInstance(answerAsMastodon)
    serve(BIG, 10_000)
  })
  const restart = async (...flags: string[]) => {
    await stop()
    await start('--standing.report=true', '--instance.api.token=sesame', ...flags)
  }

  test('a server is told of the first spammer that it left alone, once in a wave', async () => {
    await restart()
    const one = spammer(BIG)
    await send(one)
    await pass(HOUR)
    expect(reports()).toEqual([
      {
        ...{ account_id: '7', category: 'spam', forward: true },
        comment: expect.stringContaining(`${one.id}/statuses/`),
      },
    ])
    await send(spammer(BIG))
    await pass(20 * HOUR)
    expect(reports()).toHaveLength(1)
    expect(await noticesOf(BIG)).toContainEqual(
      expect.objectContaining({
        author: one.id,
        report: expect.objectContaining({ state: 'sent', tries: 1 }),
      }),
    )
  })

  test('nobody is told of what was dealt with before the first look', async () => {
    await restart()
    const one = spammer(BIG)
    await send(one)
    one.suspend()
    await pass(HOUR)
    expect(await noticesOf(BIG)).toMatchObject([{ author: one.id, closed: expect.anything() }])
    expect(reports()).toEqual([])
  })

  test.each(['--blocks.dryRun=true', '--mode=observe'])('nobody is told with %s', async (flag) => {
    await restart(flag)
    await send(spammer(BIG))
    await pass(2 * HOUR)
    expect(reports()).toEqual([])
  })
})

test('a server that the operator trusts is never blocked, whatever it leaves undone', async () => {
  await stop()
  await start(`--standing.trusted=${SMALL}`)
  const verdict = await send(spammer(SMALL))
  expect(verdict).toMatchObject({ action: 'drop', notes: [expect.stringMatching(/^notice: /)] })
  await pass(26 * HOUR)
  expect(isBlocked(SMALL)).toBe(false)
  expect(await noticesOf(SMALL)).toMatchObject([{ closed: { how: 'not-dealt-with' } }])
})

test(
  'evidence of an offence is kept with what proves it',
  async () => {
    const one = spammer(SMALL)
    await send(one)
    const kept = []
    for await (const entry of parts.store.evidence.of({ domain: SMALL })) kept.push(entry)
    expect(kept).toMatchObject([
      {
        ...{ author: one.id, keyId: `${one.id}#main-key`, led: 'block', domain: SMALL },
        keyPem: expect.stringContaining('BEGIN PUBLIC KEY'),
        bodySha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ])
    expect(kept[0]!.request.headers.join(' ')).toMatch(/signature/i)
    expect(await parts.store.evidence.purge(one.id)).toBe(1)
  },
  MINUTE,
)
