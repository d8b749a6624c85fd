// The admin listener as an operator, a script and a stranger meet it, over sockets.
import { request } from 'undici'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readBackup } from '../../src/lists/backup.ts'
import { openEmbeddedStore } from '../../src/store/embedded/store.ts'
import { startWorld, type World } from '../support/world.ts'

let world: World
beforeEach(async () => {
  world = await startWorld({ flags: ['--blocks.protected=kept.example'] })
})
afterEach(() => world.close())

interface Raw {
  readonly path?: string
  readonly token?: string
  readonly headers?: Readonly<Record<string, string>>
}

async function ask({ path = '/api/blocks', token, headers = {} }: Raw) {
  const { adminPort, adminToken } = world.relay()
  const answer = await request(`http://127.0.0.1:${adminPort}${path}`, {
    headers: { authorization: `Bearer ${token ?? adminToken}`, ...headers },
  })
  return { status: answer.statusCode, text: await answer.body.text(), headers: answer.headers }
}

const add = (domain: string, more: object = {}) =>
  world.api('POST', '/api/blocks', { domain, reason: 'raid', ...more })

describe('who may ask', () => {
  test.each([
    { host: 'evil.example', status: 403 },
    { host: 'localhost.evil.example:8421', status: 403 },
    { host: 'localhost:8421', status: 200 },
    { host: 'sekisho:8421', status: 200 },
    { host: '[::1]:8421', status: 200 },
    { host: '10.0.0.7', status: 200 },
  ])('a request under the name $host gets $status', async ({ host, status }) => {
    const answer = await ask({ headers: { host } })
    expect(answer.status).toBe(status)
  })

  test('a name that admin.hosts lists is taken', async () => {
    await world.restart('--admin.hosts=admin.home.example')
    expect((await ask({ headers: { host: 'admin.home.example' } })).status).toBe(200)
  })

  test.each([
    { headers: { origin: 'https://evil.example' } },
    { headers: { origin: 'null' } },
    { headers: { 'sec-fetch-site': 'cross-site' } },
  ])('a page of another site is refused: $headers', async ({ headers }) => {
    expect((await ask({ headers })).status).toBe(403)
  })

  test('guesses are slowed down after ten a minute, and many at once refused', async () => {
    for (let guess = 0; guess < 10; guess++) {
      expect((await ask({ token: `guess-${guess}` })).status).toBe(401)
    }
    const many = Array.from({ length: 40 }, (_, guess) => ask({ token: `more-${guess}` }))
    const answers = await Promise.all(many)
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused).toHaveLength(20)
    expect(refused[0]!.headers['retry-after']).toBe('60')
    expect((await ask({})).status).toBe(200)
  })

  test('whoever brings no token at all shuts nobody out', async () => {
    const { adminPort } = world.relay()
    for (let call = 0; call < 20; call++) {
      const answer = await request(`http://127.0.0.1:${adminPort}/api/blocks`)
      await answer.body.dump()
      expect(answer.statusCode).toBe(401)
    }
    const calls = Array.from({ length: 40 }, () => ask({}))
    expect(new Set((await Promise.all(calls)).map(({ status }) => status))).toEqual(new Set([200]))
  })

  test('health, readiness and metrics need no token', async () => {
    for (const path of ['/healthz', '/readyz', '/metrics']) {
      expect((await ask({ path, token: '' })).status).toBe(200)
    }
  })
})

describe('the audit', () => {
  test('tells who changed what, when and why, and what was there before', async () => {
    await add('spam.example', { note: 'seen by hand' })
    const { adminPort, adminToken } = world.relay()
    await request(`http://127.0.0.1:${adminPort}/api/blocks/spam.example?why=a%20mistake`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${adminToken}`, 'sekisho-operator': 'aki\u009b' },
    })
    const { json } = await world.api('GET', '/api/audit')
    expect(json.entries).toMatchObject([
      {
        ...{ what: 'block lifted', who: 'aki\ufffd', from: '127.0.0.1', why: 'a mistake' },
        before: { domain: 'spam.example', reason: 'raid', note: 'seen by hand' },
        after: { domain: 'spam.example', by: 'operator' },
      },
      {
        ...{ what: 'block added', who: 'operator', why: 'raid', before: null },
        after: { domain: 'spam.example', by: 'operator' },
      },
    ])
    expect(Date.parse(json.entries[0].at)).toBeGreaterThan(Date.now() - 60_000)
  })

  test('holds nothing of what changed nothing', async () => {
    await add('spam.example')
    await add('spam.example')
    await world.api('DELETE', '/api/blocks/other.example')
    await world.api('POST', '/api/blocks/undo', { by: 'rule:none', dryRun: true })
    const { json } = await world.api('GET', '/api/audit')
    expect(json.entries).toHaveLength(1)
  })
})

describe('import', () => {
  const bringIn = (entries: object[], more: object = {}) =>
    world.api('POST', '/api/blocks/import', { by: 'list:friends', entries, ...more })

  test('adds what is new and says why the rest is left out', async () => {
    await add('known.example')
    const names = ['spam.example', 'known.example', 'home.example', 'sub.kept.example', 'com']
    const { status, json } = await bringIn(names.map((domain) => ({ domain })))
    expect(status).toBe(200)
    expect(json).toMatchObject({ added: 1, existed: 1 })
    expect(json.refused.map((each: { domain: string }) => each.domain)).toEqual([
      'home.example',
      'sub.kept.example',
      'com',
    ])
    const { json: list } = await world.api('GET', '/api/blocks')
    expect(list.blocks[0]).toMatchObject({ domain: 'spam.example', by: 'list:friends' })
  })

  test('never brings back what the operator has lifted, unless told to', async () => {
    await add('good.example')
    await world.api('DELETE', '/api/blocks/good.example')
    const { json } = await bringIn([{ domain: 'good.example' }])
    expect(json).toMatchObject({ added: 0, refused: [{ domain: 'good.example' }] })
    expect((await bringIn([{ domain: 'good.example' }], { evenLifted: true })).json.added).toBe(1)
  })

  test('changes nothing on a dry run', async () => {
    const { json } = await bringIn([{ domain: 'spam.example' }], { dryRun: true })
    expect(json.added).toBe(1)
    expect((await world.api('GET', '/api/blocks')).json.total).toBe(0)
  })

  test.each([
    { body: { by: 'rule:mine', entries: [] }, says: 'by: is list:<name>' },
    { body: { by: 'list:x', entries: [{ domain: 'no domain' }] }, says: 'entries.0.domain' },
    { body: { by: 'list:x', entries: [], extra: 1 }, says: 'extra' },
  ])('refuses $body', async ({ body, says }) => {
    const { status, json } = await world.api('POST', '/api/blocks/import', body)
    expect(status).toBe(400)
    expect(json.error).toMatchObject({
      code: 'bad-request',
      message: expect.stringContaining(says),
    })
  })
})

describe('a page of', () => {
  test.each(['blocks', 'notices'])('%s goes on behind a `next` alone', async (list) => {
    for (const after of ['abc', '', '-1', '1e3', 'Infinity']) {
      const { status, text } = await ask({ path: `/api/${list}?after=${after}` })
      expect({ status, text }).toEqual({
        status: 400,
        text: expect.stringContaining('after: is not the `next` of an earlier answer'),
      })
    }
    expect((await ask({ path: `/api/${list}?after=17` })).status).toBe(200)
  })
})

describe('undo', () => {
  test('lifts all of one maker since a time, and nothing else', async () => {
    const entries = [{ domain: 'one.example' }, { domain: 'two.example' }]
    await world.api('POST', '/api/blocks/import', { by: 'list:bad', entries })
    await add('mine.example')
    const past = new Date(Date.now() - 60_000).toISOString()
    const later = new Date(Date.now() + 60_000).toISOString()
    const undo = (wish: object) => world.api('POST', '/api/blocks/undo', wish)
    expect((await undo({ by: 'list:bad', since: later })).json.undone).toBe(0)
    expect((await undo({ by: 'list:bad', dryRun: true })).json.undone).toBe(2)
    expect((await undo({ by: 'list:bad', since: past, why: 'not ours' })).json).toEqual({
      undone: 2,
      domains: ['two.example', 'one.example'],
    })
    const { json } = await world.api('GET', '/api/blocks')
    expect(json.blocks.map((block: { domain: string }) => block.domain)).toEqual(['mine.example'])
    const again = await world.api('POST', '/api/blocks/import', { by: 'list:bad', entries })
    expect(again.json).toMatchObject({ added: 0, refused: [{}, {}] })
  })

  test('does not undo everything at once', async () => {
    const since = '2026-01-01T00:00:00Z'
    for (const wish of [{}, { since }]) {
      expect((await world.api('POST', '/api/blocks/undo', wish)).status).toBe(400)
    }
  })
})

describe('backup and restore', () => {
  const backup = async () => (await ask({ path: '/api/blocks/backup' })).text
  const linesIn = (text: string) => {
    const reading = readBackup(text)
    if (reading.status === 'unreadable') throw new Error(reading.why)
    return reading.lines
  }

  test('give an emptied store its blocks and marks back', async () => {
    await add('first.example', { note: 'kept', scope: 'host' })
    await add('lifted.example')
    await world.api('DELETE', '/api/blocks/lifted.example', undefined)
    await add('last.example')
    const text = await backup()
    expect(JSON.parse(text.split('\n')[0]!)).toMatchObject({ format: 'sekisho-backup', version: 1 })
    const before = (await world.api('GET', '/api/blocks')).json

    const other = await world.another()
    const body = { lines: linesIn(text) }
    const { json } = await other.api('POST', '/api/blocks/restore', body)
    expect(json).toEqual({ added: 2, existed: 0, marks: 1, pictures: 0, notices: 0, refused: [] })
    expect((await other.api('GET', '/api/blocks')).json).toEqual(before)
    const entries = [{ domain: 'lifted.example' }]
    const imported = await other.api('POST', '/api/blocks/import', { by: 'list:x', entries })
    expect(imported.json.added).toBe(0)
  })

  test('carry open notices, once each', async () => {
    const notice = {
      ...{ id: 'n1', domain: 'good.example', author: 'https://good.example/users/a', openedAt: 1 },
      ...{ deadline: 3, dueAt: 2, why: 'it dealt with its spam before' },
      offences: [
        {
          ...{ object: 'https://good.example/1', author: 'https://good.example/users/a' },
          ...{ keyId: 'https://good.example/users/a#main-key', at: 1, hits: [], isPublic: true },
        },
      ],
    }
    const lines = [{ kind: 'notice', revision: 0, notice }]
    const { json } = await world.api('POST', '/api/blocks/restore', { lines })
    expect(json).toEqual({ added: 0, existed: 0, marks: 0, pictures: 0, notices: 1, refused: [] })
    const kept = linesIn(await backup())
    expect(kept).toEqual(lines)
    const other = await world.another()
    const restored = await other.api('POST', '/api/blocks/restore', { lines: kept })
    expect(restored.json.notices).toBe(1)
    expect((await other.api('POST', '/api/blocks/restore', { lines })).json.notices).toBe(0)
    expect((await other.api('GET', '/api/audit')).json.entries).toMatchObject([
      { what: 'backup restored', after: { notices: 1 } },
    ])
    const closed = { at: 4, how: 'dismissed', why: '' }
    const wrong = [{ kind: 'notice', revision: 0, notice: { ...notice, id: 'n2', closed } }]
    const refused = await other.api('POST', '/api/blocks/restore', { lines: wrong })
    expect(refused.status).toBe(400)
  })

  test('leave alone what was lifted since', async () => {
    await add('good.example')
    const body = { lines: linesIn(await backup()) }
    await world.api('DELETE', '/api/blocks/good.example')
    const { json } = await world.api('POST', '/api/blocks/restore', body)
    expect(json).toMatchObject({ added: 0, refused: [{ domain: 'good.example' }] })
    expect((await world.api('GET', '/api/blocks')).json.total).toBe(0)
  })
})

describe('what no backup and no list brings in', () => {
  const block = (domain: string, more: object = {}) => ({
    kind: 'block',
    block: {
      ...{ id: `id-${domain}`, domain, scope: 'subtree', since: 1, by: 'rule:x', reason: '' },
      ...{ offences: [], ...more },
    },
    evidenceAt: 2,
  })
  const restore = (...lines: object[]) => world.api('POST', '/api/blocks/restore', { lines })

  test('our own domain, whole registries, and whom the operator keeps', async () => {
    const names = ['home.example', 'com', 'kept.example', 'spam.example']
    const { json } = await restore(...names.map((name) => block(name)))
    expect(json).toMatchObject({ added: 1, refused: [{}, {}, {}] })
    expect(json.refused.map((each: { domain: string }) => each.domain)).toEqual(names.slice(0, 3))
    expect((await restore(block('kept.example', { by: 'operator' }))).json.added).toBe(1)
  })

  test.each([
    ['a time that is none', block('spam.example', { since: 1e300 })],
    ['half a millisecond', block('spam.example', { since: 0.5 })],
    ['a name that is none', block('Spam.Example')],
    ['an id that no store takes', block('spam.example', { id: 'a b' })],
    ['a maker that does not exist', block('spam.example', { by: 'somebody' })],
    ['a mark without a domain', { kind: 'mark', mark: { domain: '', at: 1, by: 'operator' } }],
  ])('%s: then nothing of it is taken', async (_, line) => {
    const { status, json } = await restore(block('first.example'), line)
    expect(status).toBe(400)
    expect(json.error.message).toContain('lines.1')
    expect((await world.api('GET', '/api/blocks')).json.total).toBe(0)
    expect((await world.api('GET', '/api/audit')).json.entries).toEqual([])
  })

  test('what was done is audited with its domains, and nothing where nothing was', async () => {
    await restore(block('spam.example'))
    await restore(block('spam.example'))
    const { json } = await world.api('GET', '/api/audit')
    expect(json.entries).toMatchObject([
      { what: 'backup restored', after: { blocks: 1, domains: ['spam.example'] } },
    ])
  })
})

describe('verdicts', () => {
  test('a filter looks through all that are kept, page by page, and shows each once', async () => {
    const drop = (n: number) => n % 60 === 0
    const { store } = await withRecords(400, drop)
    expect(store).toBe(400)
    const shown: string[] = []
    let before = ''
    for (let page = 0; page < 10; page++) {
      const { json } = await world.api('GET', `/api/verdicts?limit=3&action=drop${before}`)
      shown.push(...json.verdicts.map((verdict: { id: string }) => verdict.id))
      if (json.next === undefined) break
      before = `&before=${json.next}`
    }
    expect(shown).toEqual(['v360', 'v300', 'v240', 'v180', 'v120', 'v60', 'v0'])
  })
})

/** As deliveries would have left them. */
async function withRecords(count: number, drop: (n: number) => boolean) {
  const folder = world.folder
  await world.close()
  const store = await openEmbeddedStore({ folder, now: Date.now })
  for (let n = 0; n < count; n++) {
    const at = Date.now() - (count - n) * 1_000
    const verdict = { id: `v${n}`, action: drop(n) ? 'drop' : 'forward', sender: {} }
    await store.records.append({ id: `v${n}`, at, json: JSON.stringify(verdict) })
  }
  await store.close()
  world = await startWorld({ flags: [`--store=embedded:${folder}`, `--data=${folder}`] })
  return { store: count }
}

describe('how the relay is', () => {
  test('status tells its version, mode and blocks', async () => {
    await add('spam.example')
    const { json } = await world.api('GET', '/api/status')
    expect(json).toMatchObject({
      ...{ ready: true, why: [], mode: 'enforce', domain: 'home.example' },
      ...{ store: 'up', blocks: 1, version: expect.stringMatching(/^\d+\.\d+\.\d+$/) },
    })
  })

  test('reload says what is wrong with the rules', async () => {
    expect((await world.api('POST', '/api/reload')).json).toEqual({ wrong: [] })
  })
})

describe('the description of the API', () => {
  test('is made of the schemas and names every path', async () => {
    const { status, text } = await ask({ path: '/api/openapi.json', token: '' })
    expect(status).toBe(200)
    const { openapi, paths } = JSON.parse(text)
    expect(openapi).toBe('3.1.0')
    expect(Object.keys(paths).sort()).toEqual([
      '/api/audit',
      '/api/blocks',
      '/api/blocks/backup',
      '/api/blocks/import',
      '/api/blocks/restore',
      '/api/blocks/undo',
      '/api/blocks/{domain}',
      '/api/domains/{domain}',
      '/api/evidence',
      '/api/explain',
      '/api/images',
      '/api/images/{id}',
      '/api/notices',
      '/api/reload',
      '/api/status',
      '/api/verdicts',
    ])
    const body = paths['/api/blocks'].post.requestBody.content['application/json'].schema
    expect(body).toMatchObject({
      type: 'object',
      required: ['domain'],
      additionalProperties: false,
    })
    const answer = paths['/api/verdicts'].get.responses['200'].content['application/json'].schema
    expect(answer.properties.verdicts.items.properties.action.enum).toContain('defer')
  })
})

test('what strangers wrote reaches the reader spelt out', async () => {
  await add('spam.example', { reason: 'a\u202eb\u001b[31m' })
  const { text } = await ask({ path: '/api/blocks/spam.example' })
  expect(text).toContain('a\\u202eb\\u001b[31m')
  expect(JSON.parse(text).reason).toBe('a\u202eb\u001b[31m')
})
