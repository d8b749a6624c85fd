// The whole way of a delivery, over sockets: what passes, what does not, and what follows.
import { afterEach, describe, expect, test } from 'vitest'
import type { JsonObject } from '../src/json.ts'
import { ALICE, aCreate, aNote, HOME, type NoteTraits } from './support/build.ts'
import { describedAs } from './support/described.ts'
import { aSigner } from './support/sign.ts'
import { startWorld, type World, type WorldSetup } from './support/world.ts'

const SPAMMER = 'https://spam.example/users/btjcwrbzin'
const NEIGHBOUR = 'https://good.example/users/momo'
const BANNED = '--banned.urls=raid.example/join'
const RAID = '<a href="https://raid.example/join">https://raid.example/join</a>'

const worlds: World[] = []
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close()
})

async function aWorld(setup: WorldSetup = {}): Promise<World> {
  const world = await startWorld({ domain: HOME, ...setup })
  worlds.push(world)
  return world
}

let count = 0
/** A post as it is written now: evidence older than two days is never held against anybody. */
function aPost(traits: NoteTraits): JsonObject {
  const { also, ...rest } = traits
  const id = `${rest.by}/statuses/${++count}`
  return aCreate(aNote({ ...rest, also: { id, published: new Date().toISOString(), ...also } }))
}

const raidPost = (by: string) => aPost({ by, text: RAID, mentions: [ALICE] })
const strangers = [1, 2, 3, 4].map((each) => `https://server${each}.example/users/p${each}`)
const throwaway = { name: '', summary: '', published: new Date().toISOString() }

describe('a clean post', () => {
  test('reaches the instance, whose answer goes back unchanged', async () => {
    const answer = {
      status: 401,
      rawHeaders: ['X-Why', 'because', 'Set-Cookie', 'a', 'Set-Cookie', 'b'],
      body: 'no',
    }
    const world = await aWorld({ answer: () => answer })
    const momo = world.person(NEIGHBOUR)
    const got = await world.send(momo, aPost({ by: NEIGHBOUR, mentions: [ALICE] }))
    expect(got).toMatchObject({ status: 401, body: 'no' })
    expect(got.headers).toMatchObject({ 'x-why': 'because', 'set-cookie': ['a', 'b'] })
    expect(world.instance.received).toHaveLength(1)
    expect(world.verdicts).toMatchObject([{ action: 'forward', sender: { proof: 'verified' } }])
  })

  test('is asked for again when the instance is away', async () => {
    const world = await aWorld()
    const momo = world.person(NEIGHBOUR)
    await world.instance.close()
    const got = await world.send(momo, aPost({ by: NEIGHBOUR }))
    expect(got.status).toBe(503)
    expect(Number(got.headers['retry-after'])).toBeGreaterThan(0)
    expect(world.verdicts).toMatchObject([{ action: 'defer', error: 'instance-unavailable' }])
  })
})

describe('a banned link', () => {
  test('is dropped without a word, and its domain is blocked before the answer', async () => {
    const world = await aWorld({ flags: [BANNED] })
    const spammer = world.person(SPAMMER)
    const got = await world.send(spammer, raidPost(SPAMMER))
    expect(got).toMatchObject({ status: 202, body: '' })
    expect(world.instance.received).toEqual([])
    expect(world.verdicts.at(-1)).toMatchObject({
      action: 'drop',
      hits: expect.arrayContaining([expect.objectContaining({ rule: 'banned-url' })]),
      block: { domain: 'spam.example', by: 'rule:banned-url' },
    })
    const { json } = await world.api('GET', '/api/blocks')
    expect(json).toMatchObject({
      total: 1,
      blocks: [{ domain: 'spam.example', offences: [{ author: SPAMMER, keyId: spammer.keyId }] }],
    })
  })

  test('is dropped from anybody, but blocks nobody who did not reach us', async () => {
    const world = await aWorld({ flags: [BANNED] })
    const momo = world.person(NEIGHBOUR)
    const got = await world.send(momo, aPost({ by: NEIGHBOUR, text: RAID }))
    expect(got.status).toBe(202)
    expect(world.instance.received).toEqual([])
    expect((await world.api('GET', '/api/blocks')).json.total).toBe(0)
  })

  test('in a post that nobody proved is dropped and held against nobody', async () => {
    const world = await aWorld({ flags: [BANNED] })
    world.person(NEIGHBOUR)
    const forger = aSigner({ owner: NEIGHBOUR, pair: 1 })
    await world.send(forger, raidPost(NEIGHBOUR))
    expect(world.verdicts).toMatchObject([{ action: 'drop', sender: { proof: 'invalid' } }])
    expect(world.instance.received).toEqual([])
    expect((await world.api('GET', '/api/blocks')).json.total).toBe(0)
  })

  test.each([
    { case: 'a trusted domain gets a notice', flags: ['--standing.trusted=spam.example'] },
    { case: 'a protected domain is spared', flags: ['--blocks.protected=spam.example'] },
    { case: 'a dry run only tells', flags: ['--blocks.dryRun'] },
    { case: 'too few authors are waited for', flags: ['--blocks.minActors=2'] },
    { case: 'the hourly cap is reached', flags: ['--blocks.maxPerHour=0'] },
  ])('is dropped without a block where $case', async ({ flags }) => {
    const world = await aWorld({ flags: [BANNED, ...flags] })
    const spammer = world.person(SPAMMER)
    expect((await world.send(spammer, raidPost(SPAMMER))).status).toBe(202)
    expect(world.verdicts.at(-1)).toMatchObject({ action: 'drop' })
    expect(world.verdicts.at(-1)!.notes.join()).toMatch(/trusted|protected|dry-run|too few|cap/)
    expect((await world.api('GET', '/api/blocks')).json.total).toBe(0)
  })

  test('is only recorded in observe mode, and everything is forwarded', async () => {
    const world = await aWorld({ flags: [BANNED, '--mode=observe'] })
    const spammer = world.person(SPAMMER)
    await world.send(spammer, raidPost(SPAMMER))
    expect(world.instance.received).toHaveLength(1)
    expect(world.verdicts).toMatchObject([
      { action: 'drop', notes: ['observe', 'would block spam.example (rule:banned-url)'] },
    ])
    expect(await world.metric('sekisho_deliveries_total', 'action="forward"')).toBe(1)
    expect(await world.metric('sekisho_deliveries_total', 'action="drop"')).toBe(0)
    expect(await world.metric('sekisho_observed_total', 'action="drop"')).toBe(1)
    expect((await world.api('GET', '/api/blocks')).json.total).toBe(0)
  })

  const GRACED = /would give notice to spam\.example: it says that 600 people are active; .+$/

  test.each([
    { mode: 'observe mode', flag: '--mode=observe', passes: 1, says: [/^observe$/, GRACED] },
    { mode: 'a dry run', flag: '--blocks.dryRun', passes: 0, says: [GRACED] },
  ])('of a server that would be given notice is told so in $mode', async (each) => {
    const flags = [BANNED, each.flag]
    const world = await aWorld({ flags, documents: describedAs('spam.example', 600) })
    await world.send(world.person(SPAMMER), raidPost(SPAMMER))
    const notes = each.says.map((says) => expect.stringMatching(says))
    expect(world.verdicts).toMatchObject([{ action: 'drop', notes }])
    expect(world.instance.received).toHaveLength(each.passes)
    expect((await world.api('GET', '/api/notices')).json.total).toBe(0)
    expect((await world.api('GET', '/api/blocks')).json.total).toBe(0)
    expect((await world.api('GET', '/api/evidence')).json.entries).toEqual([])
  })

  test('of a trusted server is told to lead to a notice in observe mode, which gives none', async () => {
    const flags = [BANNED, '--mode=observe', '--standing.trusted=spam.example']
    const world = await aWorld({ flags })
    await world.send(world.person(SPAMMER), raidPost(SPAMMER))
    const would = 'would give notice to spam.example: spam.example is trusted to deal with it'
    expect(world.verdicts).toMatchObject([{ notes: ['observe', would] }])
    expect((await world.api('GET', '/api/notices')).json.total).toBe(0)
  })

  test('is answered with 403 where the operator wants to be frank', async () => {
    const world = await aWorld({ flags: [BANNED, '--respond.drop=403'] })
    expect((await world.send(world.person(SPAMMER), raidPost(SPAMMER))).status).toBe(403)
  })
})

describe('a blocked domain', () => {
  async function blockedWorld(): Promise<World> {
    const world = await aWorld({ flags: [BANNED] })
    await world.send(world.person(SPAMMER), raidPost(SPAMMER))
    return world
  }
  const activity = (type: string, object: unknown, also = {}) => ({
    '@context': 'https://www.w3.org/ns/activitystreams',
    id: `${SPAMMER}#${++count}`,
    ...{ type, actor: SPAMMER, object, ...also },
  })

  test('is refused at once, also after a restart', async () => {
    const world = await blockedWorld()
    const other = world.person('https://spam.example/users/another')
    await world.send(other, aPost({ by: other.owner }))
    await world.restart()
    await world.send(other, aPost({ by: other.owner }))
    expect(world.instance.received).toEqual([])
    expect(world.verdicts.slice(1)).toMatchObject([
      { action: 'drop', notes: ['blocked sender'] },
      { action: 'drop', notes: ['blocked sender'], block: { by: 'rule:banned-url' } },
    ])
  })

  test.each([
    { passes: true, what: activity('Delete', { id: `${SPAMMER}/statuses/1`, type: 'Tombstone' }) },
    { passes: true, what: activity('Undo', { type: 'Follow', actor: SPAMMER, object: ALICE }) },
    { passes: true, what: activity('Reject', { type: 'Follow', actor: ALICE, object: SPAMMER }) },
    { passes: true, what: activity('Move', SPAMMER, { target: NEIGHBOUR }) },
    { passes: false, what: activity('Move', SPAMMER, { target: 'https://spam.example/users/b' }) },
    { passes: false, what: activity('Delete', { id: `${SPAMMER}/1`, content: 'buy!' }) },
    { passes: false, what: activity('Like', `${ALICE}/statuses/1`) },
    { passes: false, what: activity('Follow', ALICE) },
  ])('$what.type passes: $passes', async ({ what, passes }) => {
    const world = await blockedWorld()
    await world.send(world.person(SPAMMER), what)
    expect(world.instance.received).toHaveLength(passes ? 1 : 0)
  })

  test.each([
    { how: 'boosted', what: { type: 'Announce', object: `${SPAMMER}/statuses/1` } },
    { how: 'quoted', what: { object: { type: 'Note', content: 'x', quoteUrl: `${SPAMMER}/1` } } },
    { how: 'carried', what: { object: { type: 'Note', content: 'x', attributedTo: SPAMMER } } },
  ])('does not come in $how by somebody else', async ({ what }) => {
    const world = await blockedWorld()
    const momo = world.person(NEIGHBOUR)
    const plain = aPost({ by: NEIGHBOUR })
    await world.send(momo, { ...plain, ...what, id: `${NEIGHBOUR}#${++count}` })
    expect(world.instance.received).toEqual([])
    expect(world.verdicts.at(-1)).toMatchObject({
      action: 'drop',
      block: { domain: 'spam.example' },
    })
    expect((await world.api('GET', '/api/blocks')).json.total).toBe(1)
  })

  test('may be answered: a reply to its post is no reference', async () => {
    const world = await blockedWorld()
    const momo = world.person(NEIGHBOUR)
    await world.send(momo, aPost({ by: NEIGHBOUR, also: { inReplyTo: `${SPAMMER}/statuses/1` } }))
    expect(world.instance.received).toHaveLength(1)
  })

  test('is free again when the operator lifts the block, and the old evidence never blocks it again', async () => {
    const world = await aWorld({ flags: [BANNED] })
    const spammer = world.person(SPAMMER)
    const evidence = raidPost(SPAMMER)
    await world.send(spammer, evidence)
    const lifted = await world.api('DELETE', '/api/blocks/spam.example?why=mistake')
    expect(lifted).toMatchObject({ status: 200, json: { status: 'removed' } })
    await world.send(spammer, evidence)
    expect((await world.api('GET', '/api/blocks')).json.total).toBe(0)
    await world.send(spammer, aPost({ by: SPAMMER }))
    expect(world.instance.received).toHaveLength(1)
  })
})

describe('a wave', () => {
  test('of young blank accounts with five mentions and a bare link is dropped and blocked', async () => {
    const world = await aWorld()
    const spammer = world.person(SPAMMER, throwaway)
    const link = '<a href="https://fresh.example/x">https://fresh.example/x</a>'
    await world.send(spammer, aPost({ by: SPAMMER, text: link, mentions: [ALICE, ...strangers] }))
    expect(world.verdicts).toMatchObject([
      { action: 'drop', score: 12.5, block: { domain: 'spam.example', by: 'rule:mention-flood' } },
    ])
  })

  test('half recognised is put off, and let go when the hold is over', async () => {
    const world = await aWorld({ flags: ['--hold.after=30m'] })
    const spammer = world.person(SPAMMER, { name: 'Somebody', published: throwaway.published })
    const post = aPost({ by: SPAMMER, text: 'good evening', mentions: [ALICE, ...strangers] })
    const first = await world.send(spammer, post)
    expect(first.status).toBe(503)
    expect(Number(first.headers['retry-after'])).toBeGreaterThanOrEqual(60)
    await world.restart('--hold.after=0s')
    expect((await world.send(spammer, post)).status).toBe(202)
    expect(world.instance.received).toHaveLength(1)
  })

  test('whose keys cannot be fetched is deferred three times, then judged as it stands', async () => {
    const world = await aWorld()
    const spammer = aSigner({ owner: 'https://unknown.example/users/x' })
    const text = 'look'
    const post = aPost({ by: spammer.owner, text, mentions: [ALICE, ...strangers] })
    const bare = aPost({ by: spammer.owner, text: RAID, mentions: [ALICE, ...strangers] })
    expect((await world.send(spammer, post)).status).toBe(202)
    const statuses = []
    for (let attempt = 0; attempt < 4; attempt++)
      statuses.push((await world.send(spammer, bare)).status)
    expect(statuses).toEqual([503, 503, 503, 202])
  })
})

describe('what is no delivery', () => {
  const plain = { target: '/inbox', body: Buffer.from('{}') }
  const json = ['Host', HOME, 'Content-Type', 'application/activity+json']
  test.each([
    { what: 'no JSON', body: 'hello', status: 400 },
    { what: 'an array', body: '[]', status: 400 },
    { what: 'broken UTF-8', body: Buffer.from([0x7b, 0xff, 0x7d]), status: 400 },
    { what: 'a comment before the activity', body: '/**/{"type":"Create"}', status: 400 },
    { what: 'nested too deep', body: `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`, status: 400 },
    { what: 'a body over 1 MiB', body: `{"a":"${'x'.repeat(1_048_600)}"}`, status: 413 },
    { what: 'compressed', rawHeaders: [...json, 'Content-Encoding', 'gzip'], status: 415 },
    {
      what: 'a form',
      rawHeaders: ['Host', HOME, 'Content-Type', 'multipart/form-data'],
      status: 415,
    },
    {
      what: 'two signatures',
      rawHeaders: [...json, 'Signature', 'a', 'Signature', 'b'],
      status: 400,
    },
    { what: 'another path', target: '/api/v1/statuses', status: 404 },
  ])(
    '$what is refused with $status and never forwarded',
    async ({ status, what: _, body, ...also }) => {
      const world = await aWorld()
      const bytes = body === undefined ? plain.body : Buffer.from(body)
      const got = await world.post({ ...plain, rawHeaders: json, ...also, body: bytes })
      expect(got.status).toBe(status)
      expect(world.instance.received).toEqual([])
      expect(world.verdicts.map(({ action }) => action)).toEqual(status === 404 ? [] : ['refuse'])
    },
  )

  test('an unsigned activity goes on: the instance refuses it in its own way', async () => {
    const world = await aWorld({ answer: () => ({ status: 401 }) })
    const body = Buffer.from(JSON.stringify(aPost({ by: NEIGHBOUR })))
    expect((await world.post({ ...plain, rawHeaders: json, body })).status).toBe(401)
    expect(world.verdicts).toMatchObject([{ action: 'forward', sender: { proof: 'missing' } }])
  })

  test('the Delete of somebody who is gone passes', async () => {
    const world = await aWorld()
    const gone = aSigner({ owner: 'https://remote.example/users/gone' })
    world.publish(gone.owner, undefined)
    const id = `${gone.owner}#delete`
    await world.send(gone, { id, type: 'Delete', actor: gone.owner, object: gone.owner })
    expect(world.instance.received).toHaveLength(1)
    expect(world.verdicts).toMatchObject([{ action: 'forward', sender: { proof: 'unavailable' } }])
  })
})
