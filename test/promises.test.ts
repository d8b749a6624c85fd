// The three promises, whatever is posted: bytes out are bytes in, one verdict a delivery, one more hit never softens.
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { JsonObject } from '../src/json.ts'
import { ALICE, HOME } from './support/build.ts'
import {
  aPost,
  aWorld,
  BANNED,
  LURE,
  MOMO,
  RAID,
  raidPost,
  SPAMMER,
  STRANGERS,
} from './support/raid.ts'
import { type RawAnswer, sendRaw } from './support/raw-http.ts'
import { aSigner, type Signer } from './support/sign.ts'
import type { World } from './support/world.ts'

/** Every spelling of an inbox that the instance may route to one. */
const INBOXES = [
  ...['/inbox', '/inbox?page=1', '/inbox?q=%F0%9F%8C%B8&r=%ff', '/inbox/', '//inbox', '/INBOX'],
  ...['/%69nbox', '/inbox.json', '/users/alice/inbox', '/users/%61lice/inbox', '/u/a%2fb/inbox'],
  ...['/actor/inbox', '/ap/users/-99/inbox', "/users/o'neill!$&()*+,;=:@/inbox"],
]

interface Post {
  readonly body: Buffer
  readonly target: string
  readonly signing: 'cavage' | 'rfc9421' | 'junk' | 'forged' | 'none'
  readonly headers: Readonly<Record<string, string>>
  readonly isChunked: boolean
}

describe('whatever is posted to an inbox', () => {
  test('goes on as the bytes it was or not at all, and leaves exactly one verdict', async () => {
    const rejections = watchRejections()
    const world = await aWorld({ flags: [BANNED, '--blocks.dryRun'] })
    const people = { owner: world.person(MOMO), forger: aSigner({ owner: MOMO, pair: 1 }) }
    let posts = 0
    await fc.assert(
      fc.asyncProperty(somePost, async (post) => {
        const before = world.instance.received.length
        const request = requestOf(post, people)
        const answer = await sendRaw(world.relay().port, request.wire)
        posts += 1
        expect(world.verdicts).toHaveLength(posts)
        expectKnownAnswer(world, answer)
        const forwarded = world.instance.received.slice(before)
        expect(forwarded).toHaveLength(world.verdicts.at(-1)!.action === 'forward' ? 1 : 0)
        for (const got of forwarded) expectSameBytes(got, post, request.headers)
      }),
      { numRuns: 400 },
    )
    expect(new Set(world.verdicts.map(({ id }) => id)).size).toBe(posts)
    expect(await world.metric('sekisho_deliveries_total')).toBe(posts)
    expect(await world.metric('sekisho_failed_open_total', 'what="fault"')).toBe(0)
    expect(rejections).toEqual([])
    expect(world.verdicts.some(({ action }) => action === 'forward')).toBe(true)
    expect(world.verdicts.some(({ action }) => action === 'drop')).toBe(true)
  }, 60_000)

  test('is what the record store and the API tell of it, one line a delivery', async () => {
    const world = await aWorld({ flags: [BANNED] })
    await world.send(world.person(MOMO), aPost({ by: MOMO }))
    await world.send(world.person(SPAMMER), raidPost(SPAMMER))
    await world.post({ target: '/inbox', rawHeaders: ['Host', HOME], body: Buffer.from('no') })
    const { json } = await world.api('GET', '/api/verdicts')
    expect(json.verdicts).toEqual([...world.verdicts].reverse())
    expect(await world.metric('sekisho_deliveries_total')).toBe(3)
  })
})

describe('one more hit', () => {
  test('never softens what happens to a post', async () => {
    const world = await aWorld({ flags: [BANNED, '--blocks.dryRun'] })
    const senders = openSenders(world)
    await fc.assert(
      fc.asyncProperty(somePlainPost, fc.constantFrom(...SPIKES), async (plain, spike) => {
        const { who, ...traits } = plain
        const { signer, by } = senders[who]
        const post = aPost({ by, ...traits })
        const spiked = { ...post, object: spike(post.object as JsonObject) }
        await world.send(signer, post)
        await world.send(signer, spiked)
        const [before, after] = world.verdicts.slice(-2).map(({ action }) => action)
        expect(SEVERITY[after!]).toBeGreaterThanOrEqual(SEVERITY[before!])
        expect(after).toBe('drop')
      }),
      {
        numRuns: 150,
        examples: [
          [HELD, SPIKES[0]!],
          [DEFERRED, SPIKES[1]!],
        ],
      },
    )
    const seen = new Set(world.verdicts.map(({ action }) => action))
    expect(seen).toEqual(new Set(['forward', 'hold', 'defer', 'drop']))
  }, 60_000)

  test.each(['first', 'last'])(
    'beside a harmless activity in one Collection is found when the spam comes %s',
    async (place) => {
      const world = await aWorld({ flags: [BANNED] })
      const spammer = world.person(SPAMMER)
      const items = [raidPost(SPAMMER), aPost({ by: SPAMMER })]
      await world.send(spammer, aCollection(place === 'first' ? items : items.reverse()))
      expect(world.instance.received).toEqual([])
      expect(world.verdicts).toMatchObject([
        { action: 'drop', block: { domain: 'spam.example', by: 'rule:banned-url' } },
      ])
    },
  )

  test('that counts for nobody does not hide the offence before it in one Collection', async () => {
    const world = await aWorld({ flags: [BANNED] })
    const items = [raidPost(SPAMMER), aPost({ by: SPAMMER, text: RAID })]
    await world.send(world.person(SPAMMER), aCollection(items))
    expect(world.verdicts).toMatchObject([{ action: 'drop', block: { domain: 'spam.example' } }])
  })

  test('that counts for nobody does not hide the offence after it either', async () => {
    const world = await aWorld({ flags: [BANNED] })
    const items = [aPost({ by: SPAMMER, text: RAID }), raidPost(SPAMMER)]
    await world.send(world.person(SPAMMER), aCollection(items))
    expect(world.verdicts).toMatchObject([{ action: 'drop', block: { domain: 'spam.example' } }])
  })
})

const SEVERITY = { forward: 0, defer: 1, hold: 1, drop: 2, refuse: 3 } as const

function aCollection(items: readonly JsonObject[]): JsonObject {
  const id = `${SPAMMER}/outbox?page=1`
  const context = 'https://www.w3.org/ns/activitystreams'
  return { '@context': context, id, type: 'OrderedCollection', actor: SPAMMER, orderedItems: items }
}

/** Rejections that nobody handled while the test ran. */
function watchRejections(): readonly unknown[] {
  const seen: unknown[] = []
  const note = (reason: unknown) => void seen.push(reason)
  process.on('unhandledRejection', note)
  onTestFinished(() => void process.off('unhandledRejection', note))
  return seen
}

function expectKnownAnswer(world: World, { status }: RawAnswer): void {
  const verdict = world.verdicts.at(-1)!
  const allowed = {
    forward: [202],
    drop: [202],
    hold: [503],
    defer: [503],
    refuse: [400, 413, 415],
  }
  expect(allowed[verdict.action]).toContain(status)
  expect(verdict.error).not.toBe('relay-fault')
}

type Got = World['instance']['received'][number]

function expectSameBytes(got: Got, { body, target }: Post, headers: readonly string[]): void {
  expect(sha256(got.body)).toBe(sha256(body))
  expect(got.target).toBe(target)
  const sent = pairsOf(headers).filter(
    ([name]) => !/^(?:connection|transfer-encoding)$/i.test(name),
  )
  const names = new Set(sent.map(([name]) => name.toLowerCase()))
  const came = pairsOf(got.rawHeaders).filter(([name]) => names.has(name.toLowerCase()))
  expect(sortHost(came)).toEqual(sortHost(sent))
}

/** Where Host stands, and in which case, no signature covers. */
function sortHost(pairs: readonly (readonly [string, string])[]) {
  const isHost = ([name]: readonly [string, string]) => /^host$/i.test(name)
  const [host] = pairs.filter(isHost)
  return [host?.[1], ...pairs.filter((pair) => !isHost(pair))]
}

function pairsOf(rawHeaders: readonly string[]): (readonly [string, string])[] {
  return rawHeaders.flatMap((name, at) =>
    at % 2 === 0 ? [[name, rawHeaders[at + 1]!] as const] : [],
  )
}

function requestOf(post: Post, people: { owner: Signer; forger: Signer }) {
  const { body, target, signing, isChunked } = post
  const signer = signing === 'forged' ? people.forger : people.owner
  const scheme = signing === 'rfc9421' ? 'rfc9421' : 'cavage'
  const extra = signing === 'junk' ? { signature: 'keyId="https://good.example/x",b="' } : {}
  const signed = signer.sign({ scheme, target, body, host: HOME, headers: post.headers })
  const isUnsigned = signing === 'none' || signing === 'junk'
  const plain = pairsOf(signed).filter(([name]) => !isUnsigned || !name.startsWith('signature'))
  const headers = [...plain.flat(), ...Object.entries(extra).flat(), 'Connection', 'close']
  const framing = isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`
  const lines = pairsOf(headers).map(([name, value]) => `${name}: ${value}`)
  const head = [`POST ${target} HTTP/1.1`, ...lines, framing, '', ''].join('\r\n')
  const wire = Buffer.concat([Buffer.from(head, 'latin1'), isChunked ? chunked(body) : body])
  return { headers, wire }
}

function chunked(body: Buffer): Buffer {
  const middle = Math.ceil(body.length / 2)
  const parts = [body.subarray(0, middle), body.subarray(middle)].filter((part) => part.length > 0)
  const coded = parts.flatMap((part) => [`${part.length.toString(16)}\r\n`, part, '\r\n'])
  return Buffer.concat([...coded, '0\r\n\r\n'].map((part) => Buffer.from(part as string)))
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

const IDS = [MOMO, SPAMMER, ALICE, `${MOMO}/statuses/1`, `${SPAMMER}#main-key`, `${MOMO}#main-key`]
const WORDS = [
  'id type actor object @context @id @type @graph @reverse content contentMap summary name source',
  'tag attachment href url to cc bcc audience attributedTo published inReplyTo items orderedItems',
  'signature proof quoteUrl _misskey_quote target oneOf __proto__ constructor toString as:object',
].flatMap((words) => words.split(' '))
const TYPES = [
  'Create Update Announce Delete Undo Like Follow Flag Move Note Question Article Person Mention',
  'Hashtag Image Collection OrderedCollection OrderedCollectionPage Tombstone as:Create ChatMessage',
].flatMap((types) => types.split(' '))
const VALUES = [
  ...['https://www.w3.org/ns/activitystreams', 'https://w3id.org/security/v1', 'as:Public', LURE],
  ...['2026-02-30T99:99:99Z', new Date().toISOString(), 'data:text/plain,x', 'http://[::1', RAID],
]

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.integer({ max: 0xffff, min: 0 })).map((units) => String.fromCharCode(...units)),
)
const scalar = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...IDS, ...TYPES, ...VALUES) },
  anyText,
  fc.double(),
  fc.constantFrom(null, true, false, 0, -0, 1e21),
)
const { node } = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    scalar,
    fc.array(tie('node'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...WORDS), anyText), tie('node'), { maxKeys: 6 }),
  ),
}))

/** An activity that most readers would take, with anything for any of its members. */
const activity = fc
  .record(
    {
      '@context': fc.oneof(fc.constant('https://www.w3.org/ns/activitystreams'), node),
      id: fc.oneof(fc.constantFrom(...IDS), node),
      type: fc.oneof(fc.constantFrom(...TYPES), node),
      actor: fc.oneof(fc.constant(MOMO), node),
      object: fc.oneof(
        fc.constant(raidPost(MOMO).object),
        fc.dictionary(fc.constantFrom(...WORDS), node),
        node,
      ),
      to: node,
      tag: node,
      signature: node,
    },
    { requiredKeys: ['type', 'actor'] },
  )
  .map((json) => JSON.stringify(json))

const text = fc.oneof(
  { weight: 5, arbitrary: activity },
  { weight: 2, arbitrary: node.map((json) => JSON.stringify(json)) },
  fc
    .integer({ min: 1, max: 80 })
    .map((depth) => `${'{"object":['.repeat(depth)}1${']}'.repeat(depth)}`),
  fc.tuple(activity, activity).map(([one, other]) => `${one.slice(0, -1)},${other.slice(1)}`),
  fc.constantFrom('', '{}', '[]', '/**/{}', '{"a":1}x', '"', '\u{feff}{}'),
)

const somePost: fc.Arbitrary<Post> = fc.record({
  body: fc.oneof(
    { weight: 9, arbitrary: text.map((json) => Buffer.from(json)) },
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  ),
  target: fc.constantFrom(...INBOXES),
  signing: fc.constantFrom('cavage', 'rfc9421', 'junk', 'forged', 'none'),
  isChunked: fc.boolean(),
  headers: fc.dictionary(
    fc.constantFrom('X-Odd', 'x-trace_id', 'Accept', 'User-Agent', 'Collection-Synchronization'),
    fc
      .array(fc.integer({ min: 0x21, max: 0xff }).filter((code) => code !== 0x7f))
      .map((codes) => String.fromCharCode(...codes)),
  ),
})

const LINK = '<a href="https://x.example/">https://x.example/</a>'
const FLOOD = [ALICE, ...STRANGERS]
const HELD = { who: 'young', text: 'good evening', mentions: FLOOD, also: {} } as const
const DEFERRED = { who: 'unknown', text: LINK, mentions: FLOOD, also: {} } as const

type Who = keyof ReturnType<typeof openSenders>

const somePlainPost = fc.record({
  who: fc.constantFrom<Who>('known', 'young', 'forged', 'carried', 'unknown'),
  text: fc.constantFrom('good evening', '', LINK, '\u{1f338}'),
  mentions: fc.constantFrom([], [ALICE], STRANGERS, [ALICE, ...STRANGERS]),
  also: fc.record(
    {
      summary: scalar,
      tag: node,
      attachment: node,
      source: node,
      inReplyTo: scalar,
      sensitive: scalar,
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<JsonObject>,
})

function openSenders(world: World) {
  const young = { name: '', summary: '', published: new Date().toISOString() }
  return {
    known: { signer: world.person(MOMO), by: MOMO },
    young: { signer: world.person(SPAMMER, young), by: SPAMMER },
    forged: { signer: aSigner({ owner: MOMO, pair: 1 }), by: MOMO },
    carried: { signer: world.person('https://group.example/u/g'), by: MOMO },
    unknown: {
      signer: aSigner({ owner: 'https://remote.example/users/x' }),
      by: 'https://remote.example/users/x',
    },
  }
}

/** Ways to put the banned link where somebody sees it. */
const SPIKES: readonly ((object: JsonObject) => JsonObject)[] = [
  (object) => ({ ...object, content: `${object.content} ${RAID}` }),
  (object) => ({ ...object, content: `${LURE} ${object.content}` }),
  (object) => ({ ...object, summary: `look: ${LURE}` }),
  (object) => ({ ...object, contentMap: { en: RAID } }),
  (object) => ({ ...object, attachment: [{ type: 'Link', href: LURE }] }),
  (object) => ({ ...object, 'https://other.example/ns#shown': LURE }),
]
