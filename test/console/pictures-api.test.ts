// The known pictures by API: added by their hashes, listed, removed, carried by a backup, audited.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readBackup } from '../../src/lists/backup.ts'
import type { Gate } from '../support/gate.ts'
import { startWorld, type World } from '../support/world.ts'

let world: World
beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.close())

const ID = `abcdef0123${'4'.repeat(54)}`
const LIKE = `abcdef0123${'5'.repeat(54)}`
const HASHES = ['0'.repeat(64), 'f'.repeat(64)]
const BLURHASHES = ['LEHV6nWB2yk8pyo0adR*.7kCMdnj']
const CANS = { id: ID, name: 'cans.png', hashes: HASHES, blurhashes: BLURHASHES }

const add = (more: object = {}) => world.api('POST', '/api/images', { ...CANS, ...more })
const list = async (gate: Pick<World, 'api'> = world) => (await gate.api('GET', '/api/images')).json
const audited = async () => (await world.api('GET', '/api/audit')).json.entries

describe('a picture', () => {
  test('is added by its hashes, and listed the last first', async () => {
    expect(await list()).toEqual({ images: [], total: 0, drawn: [] })
    const { status, json } = await add({ note: 'wave of February' })
    expect(status).toBe(201)
    expect(json).toEqual({
      status: 'added',
      image: { ...CANS, note: 'wave of February', addedAt: expect.any(Number) },
    })
    await add({ id: LIKE, name: 'qr.png', blurhashes: [] })
    const { images, total } = await list()
    expect(total).toBe(2)
    expect(images).toMatchObject([{ name: 'qr.png' }, json.image])
  })

  test('is added once, and the answer tells what was known', async () => {
    await add()
    const { status, json } = await add({ name: 'other.png' })
    expect(status).toBe(200)
    expect(json).toMatchObject({ status: 'existed', image: { name: 'cans.png' } })
    expect((await list()).total).toBe(1)
  })

  test('is removed by the beginning of its id, in any case', async () => {
    await add()
    const { status, json } = await world.api('DELETE', '/api/images/ABCDEF01')
    expect({ status, json }).toEqual({ status: 200, json: { status: 'removed', id: ID } })
    expect((await list()).total).toBe(0)
    expect((await world.api('DELETE', `/api/images/${ID}`)).status).toBe(404)
  })

  test('is not removed by a beginning that another has, too', async () => {
    await add()
    await add({ id: LIKE })
    const { status, json } = await world.api('DELETE', '/api/images/abcdef0123')
    expect(status).toBe(409)
    expect(json.error.message).toContain('2 known pictures begin with abcdef0123')
    expect((await world.api('DELETE', '/api/images/abcdef01234')).json.id).toBe(ID)
  })

  test('outlives a restart', async () => {
    await add()
    const before = await list()
    await world.restart()
    expect(await list()).toEqual(before)
  })
})

test.each([
  { wrong: { id: ID.slice(1) }, says: 'id: is no SHA-256 in hex' },
  { wrong: { id: ID.toUpperCase() }, says: 'id: is no SHA-256 in hex' },
  { wrong: { name: '' }, says: 'name: is empty' },
  { wrong: { name: undefined }, says: 'name: is missing' },
  { wrong: { hashes: [] }, says: 'hashes: is empty' },
  { wrong: { hashes: ['g'.repeat(64)] }, says: 'hashes.0: is no hash of 64 hex digits' },
  {
    wrong: { hashes: Array.from({ length: 1_025 }, () => '0'.repeat(64)) },
    says: 'hashes: has more entries than 1024',
  },
  { wrong: { blurhashes: ['two words'] }, says: 'blurhashes.0: is no blurhash' },
  { wrong: { note: 'n'.repeat(2_001) }, says: 'note: is longer than 2000 characters' },
  { wrong: { addedAt: 5 }, says: 'addedAt: is no key here' },
])('what is no picture is refused by name: $says', async ({ wrong, says }) => {
  const { status, json } = await add(wrong)
  expect(status).toBe(400)
  expect(json.error.message).toBe(says)
  expect((await list()).total).toBe(0)
})

test.each(['abcdef0', 'zzzzzzzz', `${ID}0`])('%s is no beginning of an id', async (id) => {
  await add()
  expect((await world.api('DELETE', `/api/images/${id}`)).status).toBe(400)
  expect((await list()).total).toBe(1)
})

test('every change is audited without the hashes, and nothing where nothing changed', async () => {
  await add({ note: 'raid' })
  await add()
  await world.api('DELETE', `/api/images/${ID}`)
  await world.api('DELETE', `/api/images/${ID}`)
  const told = { id: ID, name: 'cans.png', note: 'raid', addedAt: expect.any(Number) }
  const entries: object[] = await audited()
  expect(entries).toMatchObject([
    { what: 'picture removed', after: null },
    { what: 'picture added', why: 'raid', before: null },
  ])
  expect(entries[0]).toHaveProperty('before', told)
  expect(entries[1]).toHaveProperty('after', told)
})

describe('a backup', () => {
  const restore = async (from: Gate, to: Gate) => {
    const { adminPort, adminToken } = from.relay()
    const answer = await fetch(`http://127.0.0.1:${adminPort}/api/blocks/backup`, {
      headers: { authorization: `Bearer ${adminToken}` },
    })
    const reading = readBackup(await answer.text())
    if (reading.status === 'unreadable') throw new Error(reading.why)
    return to.api('POST', '/api/blocks/restore', { lines: reading.lines })
  }

  test('carries the known pictures to another store, in their order', async () => {
    await add({ note: 'kept' })
    await add({ id: LIKE, name: 'qr.png' })
    const other = await world.another()
    const { json } = await restore(world, other)
    expect(json).toEqual({ added: 0, existed: 0, marks: 0, pictures: 2, notices: 0, refused: [] })
    expect(await list(other)).toEqual(await list())
    expect((await restore(world, other)).json.pictures).toBe(0)
    expect((await other.api('GET', '/api/audit')).json.entries).toMatchObject([
      { what: 'backup restored', after: { pictures: 2 } },
    ])
  })

  test('with a picture that could not be used is refused whole', async () => {
    const picture = (more: object) => ({
      kind: 'picture',
      picture: { ...CANS, addedAt: 1, ...more },
    })
    const lines = [picture({}), picture({ id: LIKE, hashes: ['f'] })]
    const { status, json } = await world.api('POST', '/api/blocks/restore', { lines })
    expect(status).toBe(400)
    expect(json.error.message).toContain('lines.1')
    expect((await list()).total).toBe(0)
  })
})
