// The public listener on the wire: what is slow, oversized, ambiguous or broken off, and what is no inbox.
import { describe, expect, onTestFinished, test } from 'vitest'
import { HOME } from './support/build.ts'
import { type StandInInstance, startStreamingInstance } from './support/instance.ts'
import { aPost, aWorld, BANNED, MOMO, raidPost, SPAMMER } from './support/raid.ts'
import { openRaw, type RawAnswer, readAnswer, sendRaw } from './support/raw-http.ts'
import type { World } from './support/world.ts'

const TYPE = 'Content-Type: application/activity+json'
const CLOSE = 'Connection: close'
const LIKE = '{"type":"Like"}'
const MIB = 1_048_576

describe('a request that is slow', () => {
  test('is given up: its head after five seconds, its body after ten, however it trickles', async () => {
    const world = await aWorld()
    const { port } = world.relay()
    const [head, body, trickle] = [openRaw(port), openRaw(port), openRaw(port)]
    head.write(`POST /inbox HTTP/1.1\r\nHost: ${HOME}\r\nX-Slow: `)
    body.write(`${headOf('POST /inbox', [TYPE, 'Content-Length: 100'])}{`)
    trickle.write(`${headOf('POST /inbox', [TYPE, 'Content-Length: 100'])}{`)
    const drops = setInterval(() => trickle.write(' '), 500)
    onTestFinished(() => clearInterval(drops))
    const ends = await Promise.all([head, body, trickle].map((one) => one.readToEnd()))
    expect(ends.map((wire) => readAnswer(wire).status)).toEqual([408, 408, 408])
    expect(world.verdicts).toMatchObject([
      { action: 'refuse', error: 'body-too-slow' },
      { action: 'refuse', error: 'body-too-slow' },
    ])
    expect(world.instance.received).toEqual([])
  }, 30_000)
})

describe('a body over the limit', () => {
  test('by its Content-Length is refused before any of it was read', async () => {
    const world = await aWorld()
    const connection = openRaw(world.relay().port)
    onTestFinished(() => void connection.socket.destroy())
    connection.write(headOf('POST /inbox', [TYPE, `Content-Length: ${MIB + 1}`]))
    expect(await connection.readUntil('}}')).toContain('413 Payload Too Large')
    expect(world.verdicts).toMatchObject([{ action: 'refuse', error: 'body-too-large' }])
  })

  test('without a length is refused as soon as it is over it', async () => {
    const world = await aWorld()
    const connection = openRaw(world.relay().port)
    onTestFinished(() => void connection.socket.destroy())
    connection.write(headOf('POST /inbox', [TYPE, 'Transfer-Encoding: chunked']))
    connection.write(aChunk(MIB + 1))
    expect(await connection.readUntil('}}')).toContain('413 Payload Too Large')
    expect(world.instance.received).toEqual([])
  })

  test('is one of 64 KiB where the instance is a Misskey', async () => {
    const world = await aWorld({ flags: ['--instance.software=misskey'] })
    const sizes = [65_536, 65_537]
    const answers = sizes.map((size) => post(world, `{"a":"${'x'.repeat(size - 8)}"}`))
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([202, 413])
  })

  test('leaves one verdict, also when it never comes', async () => {
    const world = await aWorld()
    const connection = openRaw(world.relay().port)
    connection.write(headOf('POST /inbox', [TYPE, `Content-Length: ${MIB + 1}`]))
    await connection.readToEnd()
    expect(world.verdicts).toHaveLength(1)
  })

  test('is not read to its end', async () => {
    const world = await aWorld()
    const { socket, write } = openRaw(world.relay().port)
    onTestFinished(() => void socket.destroy())
    write(headOf('POST /inbox', [TYPE, 'Transfer-Encoding: chunked']))
    let sent = 0
    while (!socket.closed && sent < 64 * MIB) {
      sent += MIB
      await new Promise((resolve) => socket.write(aChunk(MIB), resolve))
    }
    expect(sent).toBeLessThan(64 * MIB)
  })
})

describe('a head that two readers could understand in two ways', () => {
  test.each([
    { what: 'two hosts', lines: [`Host: other.example`] },
    { what: 'two signatures', lines: ['Signature: a="b"', 'signature: c="d"'] },
    { what: 'two digests', lines: ['Digest: SHA-256=x', 'Digest: SHA-256=y'] },
    { what: 'two dates', lines: ['Date: now', 'Date: then'] },
    { what: 'two types', lines: [TYPE, 'Content-Type: text/html'] },
    { what: 'a signature named by Connection', lines: ['Connection: Signature, close'] },
    { what: 'an offer of HTTP/2', lines: ['Upgrade: h2c', 'HTTP2-Settings: AAMAAABk'] },
    { what: 'a length with an underscore', lines: ['Content_Length: 2'] },
    { what: 'a coding that nobody knows', lines: ['Transfer-Encoding: gzip, chunked'], bare: true },
  ])('($what) is refused with 400 and one verdict', async ({ lines, bare }) => {
    const world = await aWorld()
    const framing = bare ? [] : [`Content-Length: ${LIKE.length}`]
    const wire = `${headOf('POST /inbox', [CLOSE, ...lines, ...framing])}${bare ? '' : LIKE}`
    expect((await sendRaw(world.relay().port, wire)).status).toBe(400)
    expect(world.instance.received).toEqual([])
    expect(world.verdicts.length).toBeLessThanOrEqual(1)
    for (const verdict of world.verdicts) expect(verdict.action).toBe('refuse')
  })

  test.each([
    { what: 'length and chunks', framing: ['Content-Length: 15', 'Transfer-Encoding: chunked'] },
    { what: 'two lengths', framing: ['Content-Length: 15', 'Content-Length: 15'] },
    { what: 'a length with a sign', framing: ['Content-Length: +15'] },
    { what: 'a blank before the colon', framing: ['Content-Length : 15'] },
    { what: 'a folded line', framing: ['Transfer-Encoding:\r\n chunked'] },
  ])('($what) never becomes a delivery', async ({ framing }) => {
    const world = await aWorld()
    const answer = await sendRaw(
      world.relay().port,
      `${headOf('POST /inbox', [CLOSE, ...framing])}${LIKE}`,
    )
    expect(answer.status).toBe(400)
    expect(world.instance.received).toEqual([])
  })

  test('closes its connection when it is refused', async () => {
    const world = await aWorld()
    const connection = openRaw(world.relay().port)
    onTestFinished(() => void connection.socket.destroy())
    connection.write(headOf('POST /inbox', ['Digest: a', 'Digest: b', 'Content-Length: 100']))
    expect(await connection.readUntil('}}')).toMatch(/^connection: close\r$/im)
  })
})

describe('a request line', () => {
  test.each([
    { line: `POST http://${HOME}/inbox HTTP/1.1`, status: 400 },
    { line: 'POST http://other.example/inbox HTTP/1.1', status: 400 },
    { line: 'POST * HTTP/1.1', status: 400 },
    { line: 'POST /inbox#x HTTP/1.1', status: 400 },
    { line: 'POST /inbox HTTP/2.0', status: 505 },
    { line: 'POST /inbox', status: 505 },
    { line: 'GET /inbox HTTP/1.1', status: 405 },
    { line: 'GET /users/alice/inbox HTTP/1.1', status: 405 },
    { line: 'PUT /inbox HTTP/1.1', status: 405 },
    { line: 'TRACE /inbox HTTP/1.1', status: 405 },
    { line: 'POST /inboxes HTTP/1.1', status: 404 },
    { line: 'POST /sekisho/inbox HTTP/1.1', status: 404 },
    { line: 'GET / HTTP/1.1', status: 404 },
  ])('"$line" is answered with $status and never forwarded', async ({ line, status }) => {
    const world = await aWorld()
    const lines = [`Host: ${HOME}`, TYPE, CLOSE, `Content-Length: ${LIKE.length}`, '', LIKE]
    const answer = await sendRaw(world.relay().port, [line, ...lines].join('\r\n'))
    expect(answer.status).toBe(status)
    expect(world.instance.received).toEqual([])
  })

  test('of HTTP/1.0 is served', async () => {
    const world = await aWorld()
    const lines = ['POST /inbox HTTP/1.0', `Host: ${HOME}`, TYPE, `Content-Length: ${LIKE.length}`]
    const answer = await sendRaw(world.relay().port, [...lines, '', LIKE].join('\r\n'))
    expect(answer.status).toBe(202)
    expect(world.instance.received).toMatchObject([{ target: '/inbox', body: Buffer.from(LIKE) }])
  })
})

describe('a connection', () => {
  test('that sends requests ahead gets their answers in order, one verdict each', async () => {
    const targets = ['/inbox?1', '/users/alice/inbox?2', '/inbox?3']
    const world = await aWorld({ answer: ({ target }) => ({ body: target }) })
    const requests = targets.map((target, at) =>
      [
        headOf(`POST ${target}`, [TYPE, 'Content-Length: 15', ...(at === 2 ? [CLOSE] : [])]),
        LIKE,
      ].join(''),
    )
    const connection = openRaw(world.relay().port)
    connection.write(requests.join(''))
    const wire = (await connection.readToEnd()).toString()
    expect(wire.match(/HTTP\/1\.1 202/g)).toHaveLength(3)
    expect(wire.match(/\/\S*inbox\?\d/g)?.map((text) => text.replace(/HTTP.*/, ''))).toEqual(
      targets,
    )
    expect(new Set(world.verdicts.map(({ id }) => id)).size).toBe(3)
  })

  test('is kept open longer than nginx keeps its idle ones', async () => {
    const world = await aWorld()
    const connection = openRaw(world.relay().port)
    onTestFinished(() => void connection.socket.destroy())
    const request = `${headOf('POST /inbox', [TYPE, 'Content-Length: 15'])}${LIKE}`
    connection.write(request)
    const head = await connection.readUntil('\r\n\r\n')
    expect(Number(/^keep-alive: timeout=(\d+)/im.exec(head)?.[1])).toBeGreaterThan(60)
    connection.write(request)
    await expect.poll(() => world.instance.received.length).toBe(2)
  })

  test('that waits to be asked for the body is asked for it', async () => {
    const world = await aWorld()
    const connection = openRaw(world.relay().port)
    connection.write(
      headOf('POST /inbox', [TYPE, CLOSE, 'Content-Length: 15', 'Expect: 100-continue']),
    )
    await connection.readUntil('100 Continue\r\n\r\n')
    connection.write(LIKE)
    expect((await connection.readToEnd()).toString()).toContain('202 Accepted')
    expect(world.instance.received).toMatchObject([{ body: Buffer.from(LIKE) }])
  })

  test('that breaks off in its head or body harms nobody, and leaves no verdict twice', async () => {
    const world = await aWorld()
    const whole = `${headOf('POST /inbox', [TYPE, 'Content-Length: 15'])}${LIKE}`
    const starts = [10, 60, whole.length - 15, whole.length - 8, whole.length - 1]
    await Promise.all(starts.map((end) => breakOff(world, whole.slice(0, end))))
    expect((await world.send(world.person(MOMO), aPost({ by: MOMO }))).status).toBe(202)
    expect(world.instance.received).toHaveLength(1)
    expect(world.verdicts.length).toBeLessThanOrEqual(1 + 3)
    expect(new Set(world.verdicts.map(({ id }) => id)).size).toBe(world.verdicts.length)
  })

  test('that breaks off in its body is no fault of the relay', async () => {
    const world = await aWorld()
    await breakOff(world, `${headOf('POST /inbox', [TYPE, 'Content-Length: 15'])}{"type":`)
    await world.send(world.person(MOMO), aPost({ by: MOMO }))
    expect(world.verdicts.filter(({ error }) => error === 'relay-fault')).toEqual([])
  })

  test('that breaks off while the instance thinks leaves one verdict, and the delivery arrives', async () => {
    const asked = Promise.withResolvers<void>()
    const answer = Promise.withResolvers<void>()
    const instance = await ended(
      startStreamingInstance(async (_, response) => {
        asked.resolve()
        await answer.promise
        response.writeHead(202).end()
      }),
    )
    const world = await aWorld({ flags: [`--instance.upstream=${instance.url}`] })
    const connection = openRaw(world.relay().port)
    connection.write(`${headOf('POST /inbox', [TYPE, 'Content-Length: 15'])}${LIKE}`)
    await asked.promise
    connection.socket.destroy()
    answer.resolve()
    await expect.poll(() => world.verdicts.length).toBe(1)
    expect((await world.send(world.person(MOMO), aPost({ by: MOMO }))).status).toBe(202)
    expect(world.verdicts).toMatchObject([{ action: 'forward' }, { action: 'forward' }])
  })
})

describe('the relay’s own actor', () => {
  test('is described with its key, and found by its name', async () => {
    const world = await aWorld()
    const actor = await get(world, '/sekisho/actor')
    expect(headerOf(actor, 'content-type')).toMatch(/^application\/activity\+json/)
    const id = `https://${HOME}/sekisho/actor`
    expect(json(actor)).toMatchObject({ id, type: 'Application', publicKey: { owner: id } })
    const found = await get(world, `/.well-known/webfinger?resource=acct:sekisho@${HOME}`)
    expect(headerOf(found, 'content-type')).toMatch(/^application\/jrd\+json/)
    expect(json(found)).toMatchObject({
      subject: `acct:sekisho@${HOME}`,
      links: [{ rel: 'self', href: id }],
    })
    expect((await get(world, `/.well-known/webfinger?resource=acct:momo@${HOME}`)).status).toBe(404)
  })

  test('keeps its key over a restart', async () => {
    const world = await aWorld()
    const before = json(await get(world, '/sekisho/actor'))
    await world.restart()
    expect(json(await get(world, '/sekisho/actor'))).toEqual(before)
  })

  test('answers HEAD as it answers GET', async () => {
    const world = await aWorld()
    const wire = headOf('HEAD /sekisho/actor', [CLOSE])
    expect((await sendRaw(world.relay().port, wire)).status).toBe(200)
  })
})

describe('with the whole site behind the relay', () => {
  const answer = ({ target }: { readonly target: string }) => ({
    status: 200,
    body: `site ${target}`,
  })
  const aSite = (...flags: string[]) =>
    aWorld({ answer, flags: [BANNED, '--listen.passthrough', ...flags] })

  test.each([
    { request: 'GET /', passes: true },
    { request: 'GET /inbox', passes: true },
    { request: 'POST /api/v1/statuses', passes: true },
    { request: `GET /.well-known/webfinger?resource=acct:momo@${HOME}`, passes: true },
    { request: `GET /.well-known/webfinger?resource=acct:sekisho@${HOME}`, passes: false },
    { request: 'GET /sekisho/actor', passes: false },
    { request: 'GET /sekisho/anything', passes: false },
    { request: 'PUT /inbox', passes: false },
  ])('$request is the instance’s: $passes', async ({ request, passes }) => {
    const world = await aSite()
    const wire = `${headOf(request, [CLOSE, 'Content-Length: 2'])}{}`
    const got = await sendRaw(world.relay().port, wire)
    expect(got.body.toString().startsWith('site ')).toBe(passes)
    expect(world.instance.received).toHaveLength(passes ? 1 : 0)
    expect(world.verdicts).toEqual([])
  })

  test('the administrator’s address goes out, the inquiry form goes in', async () => {
    const world = await aWorld({
      answer: () => ({
        status: 200,
        rawHeaders: ['Content-Type', 'text/html', 'Connection', 'close'],
        body: `<a href="mailto:root@${HOME}">Ask</a>`,
      }),
      flags: [
        ...['--listen.passthrough', `--contact.emails=root@${HOME}`],
        `--contact.inquiryUrl=https://${HOME}/ask`,
      ],
    })
    const got = await sendRaw(world.relay().port, headOf('GET /about', [CLOSE]))
    expect(got.body.toString()).toBe(`<a href="https://${HOME}/ask">Ask</a>`)
  })

  test.each([
    ...['/inbox', '/inbox/', '//inbox', '/INBOX', '/inbox.json', '/%69nbox', '/users/alice/inbox'],
    ...['/users/alice/../inbox', '/users/a%2fb/inbox', '/inbox;x=1', '/./inbox', '/inbox%2e'],
  ])('a delivery to %s is judged', async (target) => {
    const world = await aSite()
    const spammer = world.person(SPAMMER)
    const delivery = spammer.deliver({ host: HOME, target, body: raidPost(SPAMMER) })
    expect((await world.post(delivery)).status).toBe(202)
    expect(world.instance.received).toEqual([])
    expect(world.verdicts).toMatchObject([{ action: 'drop', block: { domain: 'spam.example' } }])
  })
})

describe('the address of the client', () => {
  const told = [
    'X-Forwarded-For: 203.0.113.9',
    'X-Real-IP: 203.0.113.9',
    'Forwarded: for=203.0.113.9',
  ]
  test.each([
    { peer: 'a trusted proxy', flags: [], seen: '203.0.113.9', forwarded: 1 },
    {
      peer: 'anybody else',
      flags: ['--listen.trustedProxies=192.0.2.7'],
      seen: '127.0.0.1',
      forwarded: 0,
    },
  ])('is what $peer is believed to tell', async ({ flags, seen, forwarded }) => {
    const world = await aWorld({ flags })
    await post(world, LIKE, told)
    const [got] = world.instance.received
    expect(valuesOf(got!.rawHeaders, 'x-forwarded-for')).toEqual([seen])
    expect(valuesOf(got!.rawHeaders, 'x-real-ip')).toEqual([seen])
    expect(valuesOf(got!.rawHeaders, 'forwarded')).toHaveLength(forwarded)
    expect(valuesOf(got!.rawHeaders, 'x-forwarded-proto')).toEqual(['https'])
  })
})

function headOf(start: string, lines: readonly string[]): string {
  return [`${start} HTTP/1.1`, `Host: ${HOME}`, ...lines, '', ''].join('\r\n')
}

function aChunk(size: number): Buffer {
  const line = Buffer.from(`${size.toString(16)}\r\n`)
  return Buffer.concat([line, Buffer.alloc(size, 'x'), Buffer.from('\r\n')])
}

function post(world: World, body: string, lines: readonly string[] = []): Promise<RawAnswer> {
  const head = headOf('POST /inbox', [TYPE, CLOSE, ...lines, `Content-Length: ${body.length}`])
  return sendRaw(world.relay().port, head + body)
}

function get(world: World, target: string): Promise<RawAnswer> {
  return sendRaw(world.relay().port, headOf(`GET ${target}`, [CLOSE]))
}

function json({ body }: RawAnswer): unknown {
  return JSON.parse(body.toString())
}

function headerOf({ rawHeaders }: RawAnswer, name: string): string | undefined {
  return valuesOf(rawHeaders, name)[0]
}

function valuesOf(rawHeaders: readonly string[], name: string): string[] {
  return rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name)
}

/** Sends the bytes, and once the relay has them, closes. */
async function breakOff(world: World, bytes: string): Promise<void> {
  const { socket } = openRaw(world.relay().port)
  const closed = new Promise((resolve) => socket.once('close', resolve))
  await new Promise((resolve) => socket.write(bytes, resolve))
  await world.api('GET', '/healthz')
  socket.destroy()
  await closed
}

async function ended<T extends StandInInstance>(opening: Promise<T>): Promise<T> {
  const instance = await opening
  onTestFinished(() => instance.close())
  return instance
}
