// Pictures on the way of a delivery, with the real children that read them, over sockets.
import { readFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { verdictText } from '../../src/commands/verdict-text.ts'
import type { JsonObject } from '../../src/json.ts'
import { ALICE, aCreate, aNote, HOME } from '../support/build.ts'
import { aSigner, type Signer } from '../support/sign.ts'
import { startWorld, type World, type WorldSetup } from '../support/world.ts'

const BANNED = '--banned.urls=raid-invite.example/join'
const GOOD = 'https://good.example/users/momo'
const BYSTANDER = 'https://bystander.example/users/b'
const SPAMMER = 'https://spam.example/users/painter'
const at = (name: string) => `https://other.example/media/${name}.png`

/** Those of the demo: two lead to a banned place, one does not. */
const FILES = ['qr-invitation', 'drawn-invitation', 'qr-poster']
const bytes = new Map<string, Buffer>()
beforeAll(async () => {
  for (const name of FILES) {
    bytes.set(name, await readFile(new URL(`../../src/demo/${name}.png`, import.meta.url)))
  }
})

/** Children are dear to start: most tests share one relay. */
let shared: World
const own: World[] = []
beforeAll(async () => {
  shared = await aWorld()
})
afterAll(() => shared.close())
afterEach(async () => {
  for (const world of own.splice(0)) await world.close()
})

async function aWorld({ flags = [], ...setup }: WorldSetup = {}): Promise<World> {
  const world = await startWorld({ domain: HOME, flags: [BANNED, ...flags], ...setup })
  for (const name of FILES) world.publish(at(name), sending(bytes.get(name)!))
  return world
}

async function anOwnWorld(...flags: string[]): Promise<World> {
  const world = await aWorld({ flags })
  own.push(world)
  return world
}

function sending(body: Buffer, type = 'image/png') {
  return (response: ServerResponse) => response.writeHead(200, { 'content-type': type }).end(body)
}

let count = 0
function aPost(by: string, names: readonly string[], also?: JsonObject): JsonObject {
  const attachment = names.map((name) => ({
    type: 'Document',
    mediaType: 'image/png',
    url: at(name),
  }))
  const base = { id: `${by}/statuses/p${++count}`, published: new Date().toISOString(), attachment }
  return aCreate(aNote({ by, mentions: [ALICE], also: { ...base, ...also } }))
}

/** As a server does it: once more, with a fresh signature, while it is asked to. */
async function sendUntilAnswered(world: World, signer: Signer, post: JsonObject) {
  for (let attempt = 1; attempt <= 3; attempt++) {
    const answer = await world.send(signer, post)
    if (answer.status !== 503) return answer
  }
  throw new Error('put off three times')
}

/** Somebody with a profile like other people's. */
const person = (world: World, id: string) => world.person(id, { summary: '<p>Painter</p>' })

const last = (world: World) => world.verdicts.at(-1)

describe('a picture', () => {
  test.each([
    { name: 'qr-invitation', why: /QR code leads to raid-invite\.example.*, on attachment 2/ },
    { name: 'drawn-invitation', why: /raid-invite\.example.*, on attachment 2/ },
  ])(
    'with a banned URL ($name) is dropped, and its author’s domain blocked',
    async ({ name, why }) => {
      const by = `https://${name === 'qr-invitation' ? 'spam' : 'evil'}.example/users/painter`
      const painter = person(shared, by)
      const received = shared.instance.received.length
      const answer = await sendUntilAnswered(shared, painter, aPost(by, ['qr-poster', name]))
      expect({ ...answer, headers: {} }).toEqual({ status: 202, headers: {}, body: '' })
      expect(last(shared)).toMatchObject({
        ...{ action: 'drop', hits: [{ rule: 'banned-image', why: expect.stringMatching(why) }] },
        block: { domain: new URL(by).hostname, by: 'rule:banned-image' },
      })
      expect(shared.instance.received).toHaveLength(received)
    },
    60_000,
  )

  test('with a code that leads elsewhere passes unchanged', async () => {
    const momo = person(shared, GOOD)
    const received = shared.instance.received.length
    await sendUntilAnswered(shared, momo, aPost(GOOD, ['qr-poster']))
    expect(last(shared)).toMatchObject({ action: 'forward', hits: [] })
    expect(shared.instance.received).toHaveLength(received + 1)
    expect(await shared.metric('sekisho_images_total', 'outcome="clean"')).toBeGreaterThan(0)
  })

  test('forged in a good name is dropped, and nobody is blocked for it', async () => {
    const forger = aSigner({ owner: BYSTANDER })
    await sendUntilAnswered(shared, forger, aPost(BYSTANDER, ['qr-invitation']))
    expect(last(shared)).toMatchObject({ action: 'drop', hits: [{ rule: 'banned-image' }] })
    expect(last(shared)!.block).toBeUndefined()
  })

  test('that a post only links to is dropped, and is no offence of its author’s server', async () => {
    const content = `<p>look <img src="${at('qr-invitation')}"></p>`
    const linked = aPost(BYSTANDER, [], { content, attachment: [] })
    await sendUntilAnswered(shared, person(shared, BYSTANDER), linked)
    expect(last(shared)).toMatchObject({
      action: 'drop',
      hits: [
        { rule: 'banned-image', why: expect.stringMatching(/linked from elsewhere: no offence/) },
      ],
    })
    expect(last(shared)!.block).toBeUndefined()
  })

  test('behind the bare id of an attachment is found', async () => {
    const id = 'https://booster.example/objects/1'
    shared.publish(id, { id, type: 'Document', url: at('qr-invitation') })
    const by = 'https://booster.example/users/painter'
    await sendUntilAnswered(shared, person(shared, by), aPost(by, [], { attachment: [id] }))
    expect(last(shared)).toMatchObject({
      ...{ action: 'drop', hits: [{ rule: 'banned-image' }] },
      block: { domain: 'booster.example' },
    })
  })

  test('that shows nothing a browser would show is forwarded, and counted', async () => {
    shared.publish(at('page'), sending(Buffer.from('<html>'.repeat(100)), 'image/png'))
    const before = await shared.metric('sekisho_failed_open_total', 'what="picture"')
    await shared.send(person(shared, GOOD), aPost(GOOD, ['page']))
    const note = 'picture unread: attachment 1: this is a page or XML, not a picture'
    expect(last(shared)).toMatchObject({ action: 'forward', notes: [note] })
    expect(verdictText(last(shared)!)).toContain(note.slice(0, 80))
    const { json } = await shared.api('GET', '/api/verdicts?limit=1')
    expect(json).toMatchObject({ verdicts: [{ notes: [note] }] })
    expect(await shared.metric('sekisho_failed_open_total', 'what="picture"')).toBe(before + 1)
  })

  test('beyond the fourth is not read, and the verdict says so', async () => {
    const attachment = ['a', 'b', 'c', 'd', 'e'].map((name) => ({
      ...{ type: 'Document', url: `${at('qr-poster')}?${name}` },
    }))
    await sendUntilAnswered(shared, person(shared, GOOD), aPost(GOOD, [], { attachment }))
    const note = 'picture unread: attachment 5: more than 4 in one delivery'
    expect(last(shared)!.notes).toContain(note)
  })

  test('that reaches none of ours is not asked for', async () => {
    const post = aPost(GOOD, ['qr-invitation'], { cc: [], tag: [] })
    const asked = shared.asked.length
    await shared.send(person(shared, GOOD), { ...post, cc: [] })
    expect(last(shared)).toMatchObject({ action: 'forward', hits: [] })
    expect(shared.asked.slice(asked).filter((url) => url.includes('/media/'))).toEqual([])
  })
})

describe('a picture that is known', () => {
  test('by its blurhash condemns at once, from then on, in the whole relay', async () => {
    const world = await anOwnWorld()
    const momo = person(world, GOOD)
    const hash = 'U9SPU:00~q~q9F%M?bt7%MofIUWB%Mt7RjWB'
    const attachment = [{ type: 'Document', url: at('unseen'), blurhash: hash }]
    const post = () => aPost(GOOD, [], { attachment })
    await world.send(momo, post())
    expect(last(world)).toMatchObject({ action: 'forward' })
    const known = { id: 'ab'.repeat(32), name: 'can.png', hashes: ['0'.repeat(64)] }
    const added = await world.api('POST', '/api/images', { ...known, blurhashes: [hash] })
    expect(added.status).toBe(201)
    await world.send(momo, post())
    expect(last(world)).toMatchObject({
      ...{
        action: 'drop',
        hits: [{ rule: 'banned-image', why: expect.stringContaining('can.png') }],
      },
      block: { domain: 'good.example' },
    })
  })
})

describe('a picture that does not come', () => {
  test('puts the delivery off once; the next try passes, and that is counted', async () => {
    shared.publish(at('slow'), () => {}) // never answers
    const momo = person(shared, GOOD)
    const post = aPost(GOOD, ['slow'])
    const before = await shared.metric('sekisho_failed_open_total', 'what="picture"')
    expect((await shared.send(momo, post)).status).toBe(503)
    expect(last(shared)).toMatchObject({ action: 'defer', hits: [], score: 0 })
    expect((await shared.send(momo, post)).status).toBe(202)
    expect(last(shared)).toMatchObject({
      ...{ action: 'forward', hits: [] },
      notes: ['picture unread: attachment 1: it took too long', 'pictures not read'],
    })
    expect(await shared.metric('sekisho_failed_open_total', 'what="picture"')).toBe(before + 1)
  }, 30_000)

  test('is not waited for a second time where the operator wants it so', async () => {
    const world = await anOwnWorld('--images.onTimeout=forward')
    world.publish(at('slow'), () => {})
    const momo = person(world, GOOD)
    expect((await world.send(momo, aPost(GOOD, ['slow']))).status).toBe(202)
    expect(await world.metric('sekisho_failed_open_total', 'what="picture"')).toBe(1)
  }, 30_000)
})

test('where pictures are not read, nobody is asked for them', async () => {
  const world = await anOwnWorld('--images.enabled=false')
  await world.send(person(world, SPAMMER), aPost(SPAMMER, ['qr-invitation']))
  expect(last(world)).toMatchObject({ action: 'forward', hits: [] })
  expect(world.asked.filter((url) => url.includes('/media/'))).toEqual([])
})
