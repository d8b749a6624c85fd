// A boost shows what stands elsewhere: which are read there, and what follows from what they show.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { fedifyReader, readActivity } from '../src/activity.ts'
import { type BoostContext, type Boosted, readBoosted } from '../src/boosts.ts'
import { examineAll } from '../src/examine.ts'
import { nothingKnown, type PastOf, type Sighting } from '../src/history.ts'
import { type JsonObject, type JsonValue, readJson } from '../src/json.ts'
import { judgeOffence } from '../src/offence.ts'
import { closedEyes } from '../src/pictures.ts'
import { type AuthorProof, authorProofs } from '../src/proof.ts'
import { toVerdict } from '../src/record.ts'
import { remoteFetch } from '../src/remote/fetch.ts'
import { openPosts } from '../src/remote/posts.ts'
import type { SignatureCheck } from '../src/signature.ts'
import { type RemoteServer, startRemoteServer } from './remote/remote-server.ts'
import {
  ALICE,
  aCreate,
  aNote,
  DAY,
  factsOf,
  HOME,
  hitsOf,
  MINUTE,
  NOW,
  PUBLIC,
  proved,
} from './support/build.ts'
import { recordedDeliveries } from './support/deliveries.ts'
import { LURE, MOMO, RAID, STRANGERS } from './support/raid.ts'
import { nobodyStands } from './support/standing.ts'

const RELAY = 'https://relay.example/actor'
const POST = `${MOMO}/statuses/1`
const BANNED = ['raid.example/join']
const HOSTS = ['good.example', 'relay.example', 'evil.example', 'other.example']
const RECORDED = ['misskey.test', 'gts.test', 'hollo.test', 'snac.test']

let server: RemoteServer

beforeAll(async () => {
  server = await startRemoteServer()
})
afterAll(() => server.close())
beforeEach(() => {
  server.asked.length = 0
  server.answers.clear()
  serve(aNote({ by: MOMO }))
})

function serve(post: JsonObject): void {
  server.answers.set(String(post.id), { body: post })
}

const urls = () => server.asked.map(({ url }) => url)

function aBoost(object: JsonValue = POST, also?: JsonObject): JsonObject {
  const [id, to] = [`${RELAY}#1`, [`${RELAY}/followers`]]
  return { '@context': CONTEXT, id, type: 'Announce', actor: RELAY, object, to, ...also }
}

const CONTEXT = 'https://www.w3.org/ns/activitystreams'

function openThePosts() {
  const overrides = server.overrides(...HOSTS, ...RECORDED)
  const fetch = remoteFetch({ overrides, ownHosts: [HOME], userAgent: 'test' })
  return openPosts({ fetch, signGet: () => ({}), now: () => NOW })
}

function read(json: JsonObject, also?: Partial<BoostContext>): Promise<Boosted> {
  const raw = readActivity(json)
  return readBoosted(raw, {
    posts: openThePosts(),
    local: { domains: [HOME] },
    proof: proved(raw.actors[0]),
    history: { author: STRANGER },
    now: NOW,
    leftMs: 3_000,
    ...also,
  })
}

const STRANGER: PastOf = { cleanDays: 0 }
const FOLLOWED: PastOf = { cleanDays: 0, followedSince: NOW - DAY }

describe('a boost', () => {
  test('is judged by what the post’s own server shows', async () => {
    const note = aNote({ by: MOMO })
    expect(await read(aBoost())).toMatchObject({
      status: 'read',
      id: POST,
      json: { id: `${RELAY}#1`, type: 'Announce', actor: [RELAY], object: note },
    })
  })

  test.each<{ what: string; json: JsonObject; also?: Partial<BoostContext> }>([
    { what: 'by a relay', json: aBoost() },
    {
      what: 'with a prefix',
      json: { id: '#', 'as:object': POST, type: 'as:Announce', actor: RELAY },
    },
    { what: 'that calls itself more', json: aBoost(POST, { type: ['Announce', 'Like'] }) },
    { what: 'of one’s own post', json: aBoost(POST, { actor: MOMO }) },
    { what: 'of a post of one’s own server', json: aBoost(POST, { actor: `${MOMO}2` }) },
    { what: 'of what one says that another wrote', json: aBoost(aNote({ by: MOMO, text: 'hm' })) },
    { what: 'of a post without an author', json: aBoost({ id: POST, type: 'Note' }) },
    { what: 'of an object that is only an id', json: aBoost({ id: POST }) },
    { what: 'of one post named twice', json: aBoost([POST, { id: POST }]) },
    { what: 'by nobody proved', json: aBoost(), also: { proof: unproved('missing') } },
    { what: 'by a key that is away', json: aBoost(), also: { proof: unproved('unavailable') } },
    {
      what: 'by somebody followed since today, which anybody can claim',
      json: aBoost(),
      also: { history: { author: { cleanDays: 0, followedSince: NOW - DAY + 1 } } },
    },
    {
      what: 'with the post of somebody followed in it',
      json: aBoost(aNote({ by: MOMO })),
      also: { history: { author: FOLLOWED }, proof: { ...unproved('missing'), author: MOMO } },
    },
  ])('$what is read', async ({ json, also }) => {
    expect(await read(json, also)).toMatchObject({ status: 'read', id: POST })
    expect(urls()).toEqual([POST])
  })

  test.each<{ what: string; json: JsonObject; also?: Partial<BoostContext> }>([
    { what: 'of one of our posts', json: aBoost(`${ALICE}/statuses/1`) },
    { what: 'of one of ours in other letters', json: aBoost('HTTPS://Home.Example./1') },
    { what: 'by somebody followed', json: aBoost(), also: { history: { author: FOLLOWED } } },
    { what: 'of a whole activity, as Lemmy’s', json: aBoost(aCreate(aNote({ by: MOMO }))) },
    { what: 'of a Like, as Lemmy’s', json: aBoost({ type: 'Like', id: '#2', object: POST }) },
    { what: 'of one’s own words', json: aBoost(aNote({ by: RELAY })) },
    { what: 'of nothing', json: aBoost([]) },
    { what: 'taken back', json: aBoost(aBoost(), { type: 'Undo' }) },
    { what: 'that is none', json: aBoost(POST, { type: 'Like' }) },
  ])('$what is not asked for', async ({ json, also }) => {
    expect(await read(json, also)).toEqual({ status: 'not-asked' })
    expect(urls()).toEqual([])
  })

  test('of several posts is not read, nor where no time is left', async () => {
    const why = { several: 'a boost of several posts', late: 'no time left for the boosted post' }
    expect(await read(aBoost([POST, `${POST}2`]))).toEqual({ status: 'unread', why: why.several })
    expect(await read(aBoost(), { leftMs: 0 })).toEqual({ status: 'unread', why: why.late })
    expect(urls()).toEqual([])
  })

  test('of what is not served as a post is unread, and says why', async () => {
    server.answers.set(POST, { status: 410 })
    const why = 'boosted post not read: answered 410'
    expect(await read(aBoost())).toEqual({ status: 'unread', why })
  })

  test('waits no longer than there is time', async () => {
    server.answers.set(POST, () => 'by itself')
    const why = 'boosted post not read: it took too long'
    expect(await read(aBoost(), { leftMs: 50 })).toEqual({ status: 'unread', why })
  })

  test('spends what its announcer may, not what others may', async () => {
    const posts = openThePosts()
    const own = { posts, proof: proved('https://evil.example/users/mallory') }
    const forged = { posts, proof: unproved('invalid') }
    const carried = { posts, proof: { ...unproved('missing'), carrier: 'https://evil.example/x' } }
    const boosts = Array.from({ length: 61 }, (_, at) => aBoost(`https://${HOSTS[at % 4]}/${at}`))
    for (const boost of boosts.slice(0, 60)) await read(boost, own)
    const tooMany = { status: 'unread', why: 'boosted post not read: too many posts asked for' }
    expect(await read(boosts[60]!, own)).toEqual(tooMany)
    expect(await read(boosts[60]!, carried)).toEqual(tooMany)
    expect(await read(aBoost(), forged)).toMatchObject({ status: 'read' })
  })

  const recorded = recordedDeliveries().filter(({ activity }) => activity.type === 'Announce')
  test.each(recorded)('as in $name is understood', async ({ delivery }) => {
    const reading = readJson(delivery.body)
    const [json] = reading.status === 'read' ? reading.activities : []
    expect(await read(json!)).toMatchObject({
      status: 'unread',
      why: expect.stringMatching(/404$/),
    })
    expect(urls()).toEqual([json!.object])
  })
})

describe('whoever boosts a post', () => {
  test.each<{ what: string; json: JsonObject; post?: JsonObject; proof: object }>([
    { what: 'carries it', json: aBoost(), proof: { author: MOMO, carrier: RELAY } },
    {
      what: 'proves nothing of it by having written it',
      json: aBoost(POST, { actor: MOMO }),
      proof: { author: MOMO },
    },
    {
      what: 'is not its author where none is named',
      json: aBoost(POST, { actor: MOMO }),
      post: { attributedTo: [] },
      proof: { author: undefined, carrier: MOMO },
    },
    {
      what: 'borrows nobody’s name on another server',
      json: aBoost(),
      post: { attributedTo: 'https://other.example/users/kiki' },
      proof: { author: undefined, carrier: RELAY },
    },
    {
      what: 'carries what a person and a channel show together',
      json: aBoost(),
      post: { attributedTo: [{ type: 'Person', id: MOMO }, `${MOMO}/channel`] },
      proof: { author: MOMO, carrier: RELAY },
    },
  ])('$what', async ({ json, post, proof }) => {
    serve({ ...aNote({ by: MOMO }), ...post })
    const boosted = await read(json)
    const why = 'a boosted post as its server shows it, proved by nobody'
    const isServed = 'author' in proof && proof.author !== undefined
    const expected = { status: 'missing', author: undefined, why, isServed, ...proof }
    expect(boosted.status === 'read' && boosted.proof).toEqual(expected)
  })

  test.each(['missing', 'invalid', 'unavailable'] as const)(
    'without proof leaves it as it was: %s',
    async (status) => {
      expect(await read(aBoost(), { proof: unproved(status) })).toMatchObject({ proof: { status } })
    },
  )

  test('adds nothing to it but whom the boost calls', async () => {
    const words = { content: RAID, summary: LURE, tag: [{ type: 'Mention', href: ALICE }] }
    const boosted = await read(aBoost(POST, { ...words, to: [PUBLIC, ALICE], signature: {} }))
    const facts = boosted.status === 'read' ? factsOf(boosted.json, boosted) : undefined
    expect(hitsOf(facts!, BANNED)).toEqual([])
    expect(facts!.reach.local).toEqual([ALICE])
    expect(JSON.stringify(boosted)).not.toContain('raid.example')
  })
})

describe('spam that a relay boosts', () => {
  const spam = aNote({ by: MOMO, text: `come and join ${RAID}`, mentions: [ALICE] })
  const flood = aNote({ by: MOMO, text: LURE, mentions: [ALICE, ...STRANGERS] })

  test('is dropped, in its author’s name and at the relay’s door', async () => {
    serve(spam)
    const { finding } = await examined(aBoost())
    expect(finding).toMatchObject({ action: 'drop', hits: [{ rule: 'banned-url' }] })
    const verdict = toVerdict({ id: '1', receivedAt: NOW }, finding, 1)
    expect(verdict).toMatchObject({
      activity: { id: `${RELAY}#1`, type: 'Announce', object: POST },
      sender: { actor: MOMO, domain: 'good.example', carrier: 'relay.example', proof: 'missing' },
      reach: { local: 1, mentions: 1 },
    })
  })

  test.each([
    { what: 'is a Page of Lemmy', post: { type: 'Page', name: 'join', content: null } },
    { what: 'is a Note of Misskey', post: { content: '<p>hi</p>', _misskey_content: LURE } },
    { what: 'has its own contexts', post: { '@context': [CONTEXT, { toot: 'https://toot/ns#' }] } },
  ])('and that $what is found', async ({ post }) => {
    const attachment = [{ type: 'Link', href: LURE }]
    serve({ ...aNote({ by: MOMO, mentions: [ALICE] }), attachment, ...post })
    const { finding } = await examined(aBoost())
    expect(finding).toMatchObject({ action: 'drop', hits: [{ rule: 'banned-url' }] })
  })

  test('counts by whom it calls itself', async () => {
    serve(flood)
    const { finding } = await examined(aBoost())
    expect(finding.hits.map(({ rule }) => rule)).toContain('mention-flood')
    expect(finding.reach).toEqual({ local: 1, mentions: 5 })
  })

  test.each([
    { by: 'a relay', actor: RELAY },
    { by: 'its own author', actor: MOMO },
    { by: 'another of its server', actor: `${MOMO}2` },
  ])('is held against nobody when $by boosts it', async ({ actor }) => {
    serve(spam)
    const boost = aBoost(POST, { actor })
    const { boosted, facts } = await examined(boost)
    const hits = hitsOf(facts, BANNED)
    expect(hits).toMatchObject([{ rule: 'banned-url', offence: true }])
    const policy = { own: [HOME], protected: [], trusted: [] }
    const guards = { dryRun: false, minActors: 1, maxPerHour: 30 }
    const decision = judgeOffence({
      ...{ action: 'drop', hits, facts, proof: boosted.proof, now: NOW },
      ...{ keyId: `${actor}#main-key`, policy: { ...policy, ...guards } },
    })
    expect(decision).toEqual({ kind: 'nothing', why: 'the author is not proved' })
  })

  test('is found a second time without asking again, and the kept post stays as it is', async () => {
    serve(spam)
    const posts = openThePosts()
    const first = await read(aBoost(), { posts })
    if (first.status === 'read') freeze(first.json)
    const [one, two] = [await examined(aBoost(), posts), await examined(aBoost(), posts)]
    expect([one.finding.action, two.finding.action]).toEqual(['drop', 'drop'])
    expect(urls()).toEqual([POST])
  })
})

async function examined(boost: JsonObject, posts = openThePosts()) {
  const boosted = await read(boost, { posts })
  if (boosted.status !== 'read') throw new Error(`not read: ${JSON.stringify(boosted)}`)
  const [actor] = readActivity(boost).actors
  const check = {
    ...{ status: 'verified', keyId: `${actor}#main-key`, owner: actor!, signedAt: NOW },
  } satisfies SignatureCheck
  const reading = { status: 'read', activities: [boosted.json], flags: [] } as const
  const delivery = { target: '/inbox', receivedAt: NOW - MINUTE / 60 }
  const finding = await examineAll({ delivery, reading, check }, examinerWith(posts))
  const facts = factsOf(boosted.json, { proof: boosted.proof })
  return { boosted, finding: finding!, facts }
}

function examinerWith(posts: BoostContext['posts']) {
  const away = async () => ({ status: 'unavailable', why: 'nobody has this key' }) as const
  const now = () => NOW
  return {
    ...{
      now,
      posts,
      pictures: closedEyes,
      standing: nobodyStands,
      thresholds: { hold: 6, drop: 10 },
      fedify: fedifyReader(),
    },
    local: { domains: [HOME], isOpen: () => false },
    proofs: authorProofs({ keys: { find: away, refresh: away }, now }),
    actors: { known: () => undefined, profile: async () => undefined },
    rules: {
      evaluate: (facts: Parameters<typeof hitsOf>[0]) => hitsOf(facts, BANNED),
      windows: { burstMs: 60 * MINUTE, campaignMs: DAY, establishedMs: DAY },
    },
    blocks: { find: () => undefined },
    memory: { recall: async (sighting: Sighting) => nothingKnown(sighting) },
    metrics: { stage: () => {}, failedOpen: () => {}, image: () => {} },
  }
}

function unproved(status: Exclude<AuthorProof['status'], 'verified'>) {
  return { status, author: RELAY, why: 'nobody proved it' } as const
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  for (const member of Object.values(value)) freeze(member)
  Object.freeze(value)
}
