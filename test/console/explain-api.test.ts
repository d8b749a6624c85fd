// What the operator asks of the running relay about a post, over sockets: an answer, and no trace of the question.
import { readFileSync } from 'node:fs'
import { request } from 'undici'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nothingKnown, type Sighting } from '../../src/history.ts'
import { ALICE, aCreate, aNote, anActor, BOB, DAY, HOUR } from '../support/build.ts'
import { startWorld, type World } from '../support/world.ts'

const RAID = 'https://raid.example/join'
const fresh = { published: new Date().toISOString() }
const raid = aCreate(aNote({ text: RAID, mentions: [ALICE], also: fresh }))

const sightings: Sighting[] = []
let world: World

beforeAll(async () => {
  const author = { firstSeenAt: Date.now() - 40 * DAY, cleanDays: 9 }
  world = await startWorld({
    flags: ['--banned.urls=raid.example', '--thresholds.hold=4'],
    replace: () => ({
      memory: {
        async recall(sighting) {
          sightings.push(sighting)
          return { ...nothingKnown(sighting), since: 1, author }
        },
      },
    }),
  })
  world.person(BOB)
})
afterAll(() => world.close())

const ask = (body: object) => world.api('POST', '/api/explain', body)

/** As the bytes of a body, for what no client would spell so. */
async function askRaw(
  body: string | Buffer,
  { token = world.relay().adminToken, type = 'application/json' } = {},
) {
  const answer = await request(`http://127.0.0.1:${world.relay().adminPort}/api/explain`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': type },
    body,
  })
  return { status: answer.statusCode, text: await answer.body.text() }
}

describe('POST /api/explain', () => {
  test('answers by the rules and thresholds in force', async () => {
    const { status, json } = await ask({ activity: raid })
    expect(status).toBe(200)
    expect(Object.keys(json)).toEqual(['verdict', 'explanation'])
    expect(json.verdict).toMatchObject({
      action: 'drop',
      sender: { domain: 'remote.example', actor: BOB, proof: 'verified' },
      block: { domain: 'remote.example', by: 'rule:banned-url' },
    })
    expect(json.verdict.hits).toContainEqual(expect.objectContaining({ rule: 'banned-url' }))
    expect(json.explanation).toMatchObject({
      thresholds: { hold: 4, drop: 10 },
      facts: { author: BOB, reach: { ours: [ALICE] } },
    })
    expect(json.explanation.wouldChange).toContainEqual(
      expect.stringContaining('off the list: raid.example'),
    )
  })

  test('leaves no trace: no verdict, no count, no block, no fetch, nothing delivered', async () => {
    const secret = aCreate(aNote({ text: RAID, also: { ...fresh, to: [ALICE], cc: [] } }))
    const { json } = await ask({ activity: secret })
    expect(json.verdict.hits[0].why).toContain('raid.example in object.content')
    expect(json.explanation.facts).toMatchObject({ isPublic: false })
    expect(world.verdicts).toEqual([])
    expect((await world.api('GET', '/api/verdicts')).json.verdicts).toEqual([])
    expect((await world.api('GET', '/api/blocks')).json.total).toBe(0)
    expect(await world.metric('sekisho_deliveries_total')).toBe(0)
    expect(await world.metric('sekisho_hits_total')).toBe(0)
    expect(world.instance.received).toEqual([])
    expect(world.asked).toEqual([])
  })

  test('tells what is remembered of the author, and counts nothing', async () => {
    sightings.length = 0
    const { json } = await ask({ activity: raid })
    expect(json.explanation.facts).toMatchObject({
      relation: 'trusted',
      history: { trusted: true, cleanDays: 9 },
    })
    expect(sightings.length).toBeGreaterThan(0)
    expect(sightings.filter(({ counts }) => counts)).toEqual([])
  })

  test('takes the time, the author’s document and the want of a proof as given', async () => {
    const now = '2026-11-22T12:00:00Z'
    const actor = anActor({ published: '2026-11-22T09:00:00Z' })
    const post = aCreate(aNote({ text: RAID, mentions: [ALICE] }))
    const { json } = await ask({ activity: post, actor, now, unproved: true })
    expect(json.verdict).toMatchObject({
      at: '2026-11-22T12:00:00.000Z',
      sender: { proof: 'missing' },
    })
    expect(json.verdict.block).toBeUndefined()
    expect(json.explanation.facts.account).toMatchObject({ age: '3 h' })
  })

  test('reads a recorded delivery as it was kept, at its own time', async () => {
    const file = new URL('../deliveries/misskey-to-gts-create-note-1.json', import.meta.url)
    const delivery = JSON.parse(readFileSync(file, 'utf8'))
    const { json } = await ask({ delivery })
    expect(json.verdict).toMatchObject({
      at: delivery.receivedAt,
      action: 'forward',
      sender: { domain: 'misskey.test' },
    })
    expect(json.explanation.facts.account.username).toBeTypeOf('string')
  })

  test('says which block would refuse it, and what would come of it without', async () => {
    await world.api('POST', '/api/blocks', { domain: 'remote.example' })
    const { json } = await ask({ activity: raid })
    expect(json.verdict).toMatchObject({
      action: 'drop',
      block: { domain: 'remote.example', by: 'operator' },
      notes: expect.arrayContaining(['blocked host']),
    })
    expect(json.explanation.wouldChange[0]).toMatch(
      /^without the block of remote\.example \(operator\): \d+(\.\d+)?, dropped$/,
    )
    expect(json.explanation.facts.author).toBe(BOB)
    await world.api('DELETE', '/api/blocks/remote.example')
  })

  test('refuses in the verdict what the inbox would refuse', async () => {
    let deep: object = {}
    for (let level = 0; level < 40; level++) deep = { deep }
    const { status, json } = await ask({ activity: deep })
    expect(status).toBe(200)
    expect(json).toMatchObject({
      verdict: { action: 'refuse', error: 'activity-malformed', notes: ['more than 32 levels'] },
    })
  })

  test('spells out every character that a terminal would obey', async () => {
    const nasty = 'a\u001b[2J\u009b\u202e\u200b'
    const { text } = await askRaw(
      JSON.stringify({ activity: aCreate(aNote({ text: nasty, mentions: [ALICE] })) }),
    )
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    expect(JSON.parse(text).explanation.facts.words).toContain('\u001b[2J')
  })

  test.each([
    { what: 'nothing', body: {}, says: /^activity: is needed/ },
    { what: 'both', body: { activity: {}, delivery: { bodyBase64: '' } }, says: /^activity: / },
    { what: 'a key there is not', body: { activity: {}, actr: {} }, says: /^actr: / },
    { what: 'a list', body: { activity: [] }, says: /^activity: is no JSON object/ },
    { what: 'a wrong actor', body: { activity: {}, actor: 'bob' }, says: /^actor: / },
    { what: 'a wrong time', body: { activity: {}, now: 'soon' }, says: /^now: / },
    { what: 'a wrong switch', body: { activity: {}, unproved: 'no' }, says: /^unproved: / },
    { what: 'no bytes', body: { delivery: {} }, says: /^delivery\.bodyBase64: / },
    {
      what: 'wrong bytes',
      body: { delivery: { bodyBase64: '*' } },
      says: /^delivery\.bodyBase64: /,
    },
  ])('refuses $what and names the key', async ({ body, says }) => {
    const { status, json } = await ask(body)
    expect(status).toBe(400)
    expect(json.error).toMatchObject({ code: 'bad-request', message: expect.stringMatching(says) })
  })

  test.each([
    { what: 'no JSON', body: '{"activity":', says: 'body: is not JSON' },
    { what: 'an empty body', body: '', says: 'body: is not JSON' },
    { what: 'no UTF-8', body: Buffer.from([0x22, 0xff, 0x22]), says: 'body: is not UTF-8' },
    {
      what: 'what nests without end',
      body: `{"activity":${'['.repeat(500_000)}`,
      says: 'body: has too many levels',
    },
  ])('refuses $what', async ({ body, says }) => {
    const { status, text } = await askRaw(body)
    expect(status).toBe(400)
    expect(JSON.parse(text).error.message).toBe(says)
  })

  test('refuses in the verdict an activity of more than a megabyte', async () => {
    const ofLength = (length: number) => `{"x":"${'x'.repeat(length - 8)}"}`
    const verdictOn = async (body: string) => JSON.parse((await askRaw(body)).text).verdict
    const asBytes = (body: string) =>
      JSON.stringify({ delivery: { bodyBase64: Buffer.from(body).toString('base64') } })
    const large = { action: 'refuse', error: 'body-too-large' }
    expect((await verdictOn(`{"activity":${ofLength(1_048_576)}}`)).error).toBeUndefined()
    expect(await verdictOn(`{"activity":${ofLength(1_048_577)}}`)).toMatchObject(large)
    expect((await verdictOn(asBytes(ofLength(1_048_576)))).error).toBeUndefined()
    expect(await verdictOn(asBytes(ofLength(1_048_577)))).toMatchObject(large)
  })

  test('takes a megabyte and a half around it, and no more', async () => {
    const bodyOf = (length: number) => `{"activity":{}}${' '.repeat(length - 15)}`
    expect((await askRaw(bodyOf(1_572_864))).status).toBe(200)
    expect((await askRaw(bodyOf(1_572_865))).status).toBe(413)
  })

  test('sees what the bytes of an activity say twice', async () => {
    const twice = JSON.stringify(raid).replace('{', '{"type":"Like","actor":"x",')
    const { text } = await askRaw(`{"now":"2026-11-22T12:00:00Z", "activity" : ${twice} }`)
    expect(JSON.parse(text).explanation.facts).toMatchObject({
      activity: { types: ['Create'] },
      flags: expect.arrayContaining(['duplicate-keys']),
    })
    const { json } = await ask({ activity: raid })
    expect(json.explanation.facts.flags).not.toContain('duplicate-keys')
  })

  test.each(['text/plain', 'application/activity+json', 'multipart/form-data'])(
    'takes no %s',
    async (type) => {
      const { status, text } = await askRaw(JSON.stringify({ activity: raid }), { type })
      expect(status).toBe(415)
      expect(JSON.parse(text).error.code).toBe('http-415')
    },
  )

  test('is for the operator alone', async () => {
    const { status } = await askRaw(JSON.stringify({ activity: raid }), { token: 'wrong' })
    expect(status).toBe(401)
  })
})

test('a post that is sent comes to what was explained', async () => {
  const post = aCreate(aNote({ text: 'hello', mentions: [ALICE, ...strangers(5)], also: fresh }))
  const { json } = await ask({
    activity: post,
    actor: anActor({ published: new Date(Date.now() - HOUR).toISOString() }),
  })
  const got = await world.send(world.person(BOB), post)
  expect(json.verdict.action).toBe(world.verdicts.at(-1)?.action)
  expect(got.status).toBe(json.verdict.action === 'hold' ? 503 : 202)
})

function strangers(count: number): readonly string[] {
  return Array.from({ length: count }, (_, each) => `https://far.example/users/p${each}`)
}
