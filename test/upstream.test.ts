// What reaches the instance is what arrived, and what it answers is what the sender gets.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { receive } from '../src/delivery.ts'
import { openUpstream, type UpstreamOptions } from '../src/upstream.ts'
import { type StandInInstance, startInstance, startRawInstance } from './support/instance.ts'
import { readAnswer } from './support/raw-http.ts'

const HEAD = [
  ['Host', 'relay.example'],
  ['Content-Type', 'application/activity+json'],
  ['Signature', 'keyId="https://remote.example/users/a#main-key",signature="x"'],
] as const

interface Change {
  readonly target?: string
  readonly head?: readonly (readonly [string, string])[]
  readonly body?: Buffer
  readonly peer?: string
}

function aDelivery({
  target = '/inbox',
  head = HEAD,
  body = Buffer.from('{}'),
  peer,
}: Change = {}) {
  return receive({
    id: 'd1',
    receivedAt: 0,
    method: 'POST',
    target,
    rawHeaders: head.flat(),
    body,
    peer: peer ?? '203.0.113.9',
  })
}

async function withInstance(
  starting: Promise<StandInInstance> = startInstance(),
  options: Partial<UpstreamOptions> = {},
) {
  const instance = await starting
  const upstream = openUpstream({
    url: instance.url,
    timeoutMs: 15_000,
    trustedProxies: ['127.0.0.1', '10.0.0.0/8', 'fd00::/8'],
    ...options,
  })
  onTestFinished(async () => {
    await instance.close()
    await upstream.close()
  })
  return { instance, upstream }
}

/** undici gives a connection back one turn of the event loop after its answer. */
async function becomingIdle() {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

const pairs = (rawHeaders: readonly string[]) =>
  rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [[name, rawHeaders[at + 1]]] : []))

const valuesOf = (rawHeaders: readonly string[], wanted: string) =>
  pairs(rawHeaders).flatMap(([name, value]) => (name?.toLowerCase() === wanted ? [value] : []))

describe('a delivery', () => {
  test('arrives with its bytes, order and spelling; only the framing is our own', async () => {
    const { instance, upstream } = await withInstance()
    const head = [
      ['HOST', 'Relay.Example:8443'],
      ['date', 'Sun, 22 Nov 2026 10:30:00 GMT'],
      ['DiGeSt', 'SHA-256=x'],
      ['X-Twice', 'one'],
      ['Content-Type', 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'],
      ['x-twice', 'two, three'],
      ['Content-Length', '8'],
      ['X-Bytes', '\u00e9\u00ff\u0080'],
      ['X-Empty', ''],
      ['Accept-Encoding', 'gzip'],
    ] as const
    const body = Buffer.from([0x7b, 0x22, 0xff, 0x00, 0x0d, 0x0a, 0xc3, 0x7d])
    const target = '/users//a%2Fb/inbox.json?q=%7e&&x=/../|"'
    await upstream.forward(aDelivery({ head, target, body, peer: '127.0.0.1' }))
    const expected = [
      'POST /users//a%2Fb/inbox.json?q=%7e&&x=/../|" HTTP/1.1',
      'host: Relay.Example:8443',
      'connection: keep-alive',
      'date: Sun, 22 Nov 2026 10:30:00 GMT',
      'DiGeSt: SHA-256=x',
      'X-Twice: one',
      'Content-Type: application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
      'x-twice: two, three',
      'X-Bytes: \u00e9\u00ff\u0080',
      'X-Empty: ',
      'Accept-Encoding: gzip',
      'X-Forwarded-Proto: https',
      'content-length: 8',
      '\r\n',
    ].join('\r\n')
    const wire = Buffer.concat([Buffer.from(expected, 'latin1'), body])
    expect(instance.received[0]?.wire.toString('latin1')).toBe(wire.toString('latin1'))
  })

  test('arrives as it came, whatever bytes, target and values it has', async () => {
    const { instance, upstream } = await withInstance()
    const visible = fc.string({
      unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
    })
    const value = fc.string({
      unit: fc
        .integer({ min: 0x21, max: 0xff })
        .filter((code) => code !== 0x7f)
        .map((code) => String.fromCharCode(code)),
    })
    const input = fc.record({
      body: fc.uint8Array({ maxLength: 5_000 }).map((bytes) => Buffer.from(bytes)),
      rest: visible.map((text) => text.replaceAll('#', '')),
      values: fc.array(value, { maxLength: 5 }),
    })
    await fc.assert(
      fc.asyncProperty(input, async ({ body, rest, values }) => {
        const target = `/${rest}`
        const head = [...HEAD, ...values.map((text) => ['Signature-Part', text] as const)]
        const answer = await upstream.forward(aDelivery({ body, target, head }))
        const got = instance.received.at(-1)
        expect(answer.status).toBe('answered')
        expect(got?.target).toBe(target)
        expect(got?.body.equals(body)).toBe(true)
        expect(valuesOf(got?.rawHeaders ?? [], 'signature-part')).toEqual(values)
        expect(valuesOf(got?.rawHeaders ?? [], 'content-length')).toEqual([String(body.length)])
      }),
      { numRuns: 60 },
    )
  })

  test('that was recorded keeps every header its signature may cover', async () => {
    const { instance, upstream } = await withInstance()
    const folder = new URL('deliveries/', import.meta.url)
    const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
    for (const name of names) {
      const { path, rawHeaders, bodyBase64, bodySha256 } = JSON.parse(
        readFileSync(new URL(name, folder), 'utf8'),
      )
      const body = Buffer.from(bodyBase64, 'base64')
      await upstream.forward(aDelivery({ target: path, head: rawHeaders, body }))
      const got = instance.received.at(-1)!
      expect(createHash('sha256').update(got.body).digest('hex')).toBe(bodySha256)
      expect(got.target).toBe(path)
      const ownOrHop = /^(?:connection|content-length|transfer-encoding|x-forwarded-.*|x-real-ip)$/i
      const kept = (head: readonly (readonly (string | undefined)[])[]) =>
        head
          .filter(([field]) => !ownOrHop.test(field ?? ''))
          .map(([field, value]) => [field?.toLowerCase(), value])
          .toSorted()
      expect(kept(pairs(got.rawHeaders))).toEqual(kept(rawHeaders))
      expect(valuesOf(got.rawHeaders, 'content-length')).toEqual([String(body.length)])
    }
    expect(instance.received).toHaveLength(names.length)
  })

  test('that came in chunks, or has no body, leaves with a length', async () => {
    const { instance, upstream } = await withInstance()
    const head = [...HEAD, ['Transfer-Encoding', 'chunked'], ['Trailer', 'X']] as const
    await upstream.forward(aDelivery({ head }))
    await upstream.forward(aDelivery({ head, body: Buffer.alloc(0) }))
    const [first, second] = instance.received
    expect(valuesOf(first!.rawHeaders, 'content-length')).toEqual(['2'])
    expect(valuesOf(second!.rawHeaders, 'content-length')).toEqual(['0'])
    for (const { rawHeaders } of instance.received) {
      expect(valuesOf(rawHeaders, 'transfer-encoding')).toEqual([])
      expect(valuesOf(rawHeaders, 'trailer')).toEqual([])
    }
  })

  test.each([
    'Connection',
    'Keep-Alive',
    'Proxy',
    'Proxy-Connection',
    'Proxy-Authorization',
    'TE',
    'Trailer',
    'Upgrade',
    'Expect',
    'HTTP2-Settings',
    'X-HTTP-Method-Override',
    'X-HTTP-Method',
    'X-Method-Override',
    'x_http_method_override',
    'X-Original-URL',
    'X-Rewrite-URL',
    'Content_Length',
    'X_Forwarded_For',
  ])('leaves %s behind', async (name) => {
    const { instance, upstream } = await withInstance()
    const head = [...HEAD, [name, '100-continue']] as const
    await upstream.forward(aDelivery({ head, peer: '127.0.0.1' }))
    const { rawHeaders } = instance.received[0]!
    const values = valuesOf(rawHeaders, name.toLowerCase())
    expect(values).toEqual(name === 'Connection' ? ['keep-alive'] : [])
    expect(pairs(rawHeaders)).toHaveLength(HEAD.length + 3) // connection, X-Forwarded-Proto, content-length
  })

  test('leaves behind what Connection names, but nothing that a signature or the instance needs', async () => {
    const { instance, upstream } = await withInstance()
    const names = 'X-Mine, Signature, Host, Content-Type, X-Forwarded-For'
    const head = [
      ...HEAD,
      ['X-Mine', '1'],
      ['X-Forwarded-For', '198.51.100.1'],
      ['Connection', names],
    ] as const
    await upstream.forward(aDelivery({ head, peer: '127.0.0.1' }))
    const kept = instance.received[0]!.rawHeaders.filter((_, at) => at % 2 === 0)
    expect(kept.map((name) => name.toLowerCase())).toEqual([
      'host',
      'connection',
      'content-type',
      'signature',
      'x-forwarded-for',
      'x-forwarded-proto',
      'content-length',
    ])
  })
})

describe("the client's address", () => {
  const SPOOFED = [
    ...HEAD,
    ['X-Forwarded-For', '198.51.100.1'],
    ['x-forwarded-for', '198.51.100.2'],
    ['X-Real-IP', '198.51.100.3'],
    ['X-Forwarded-Proto', 'http'],
    ['X-Forwarded-Host', 'evil.example'],
    ['Forwarded', 'for=198.51.100.4'],
    ['Client-IP', '198.51.100.5'],
    ['CF-Connecting-IP', '198.51.100.6'],
  ] as const
  const addressed = (rawHeaders: readonly string[]) =>
    pairs(rawHeaders).filter(([name]) => /forwarded|ip$/i.test(name ?? ''))

  test.each([
    '127.0.0.1',
    '::ffff:127.0.0.1',
    '10.255.1.2',
    '::ffff:10.0.0.1',
    'fd00::7',
    'fd00::7%eth0',
  ])('passes unchanged from the trusted proxy %s', async (peer) => {
    const { instance, upstream } = await withInstance()
    await upstream.forward(aDelivery({ head: SPOOFED, peer }))
    expect(addressed(instance.received[0]!.rawHeaders)).toEqual(SPOOFED.slice(HEAD.length))
  })

  test.each([
    ['203.0.113.9', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['2001:db8::5', '2001:db8::5'],
    ['fe80::5%eth0', 'fe80::5'],
    ['11.0.0.1', '11.0.0.1'],
    ['::1', '::1'],
  ])('is the peer itself for %s, whatever it claims', async (peer, address) => {
    const { instance, upstream } = await withInstance()
    await upstream.forward(aDelivery({ head: SPOOFED, peer }))
    expect(addressed(instance.received[0]!.rawHeaders)).toEqual([
      ['X-Forwarded-For', address],
      ['X-Real-IP', address],
      ['X-Forwarded-Proto', 'https'],
    ])
  })

  test('is not made up when the peer is gone', async () => {
    const { instance, upstream } = await withInstance()
    await upstream.forward(aDelivery({ head: SPOOFED, peer: '' }))
    expect(addressed(instance.received[0]!.rawHeaders)).toEqual([['X-Forwarded-Proto', 'https']])
  })

  test('needs readable entries of trusted proxies', () => {
    const open = (entry: string) =>
      openUpstream({ url: 'http://127.0.0.1:1', timeoutMs: 1, trustedProxies: [entry] })
    expect(() => open('nginx')).toThrow('"nginx" is no address and no network')
    expect(() => open('10.0.0.0/33')).toThrow()
  })
})

describe("the instance's answer", () => {
  test('comes back with its status, spelling, repeats and bytes', async () => {
    const rawHeaders = [
      'accept-signature',
      'sig1=("@method")',
      'Set-Cookie',
      'a=1',
      'SET-COOKIE',
      'b=2',
      'X-Bytes',
      '\u00e9\u0080',
      'Connection',
      'keep-alive, X-Hop',
      'X-Hop',
      '1',
      'Keep-Alive',
      'timeout=9',
      'Content-Encoding',
      'gzip',
      'Content-Length',
      '3',
    ]
    const body = Buffer.from([0x1f, 0x8b, 0xff])
    const { upstream } = await withInstance(
      startInstance(() => ({ status: 401, rawHeaders, body })),
    )
    const answer = await upstream.forward(aDelivery())
    expect(answer).toMatchObject({ status: 'answered', httpStatus: 401, body })
    expect(pairs('rawHeaders' in answer ? answer.rawHeaders : [])).toEqual([
      ['accept-signature', 'sig1=("@method")'],
      ['Set-Cookie', 'a=1'],
      ['SET-COOKIE', 'b=2'],
      ['X-Bytes', '\u00e9\u0080'],
      ['Content-Encoding', 'gzip'],
      ['Content-Length', '3'],
    ])
  })

  test.each([200, 204, 301, 302, 304, 400, 401, 403, 404, 410, 429, 500, 501, 503])(
    'keeps status %i and is asked for once',
    async (status) => {
      const rawHeaders = ['Location', 'http://127.0.0.1:1/elsewhere', 'Retry-After', '7']
      const { instance, upstream } = await withInstance(
        startInstance(() => ({ status, rawHeaders })),
      )
      const answer = await upstream.forward(aDelivery())
      expect(answer).toMatchObject({ status: 'answered', httpStatus: status })
      expect(instance.received).toHaveLength(1)
    },
  )

  test('may follow informational ones, and may come in chunks', async () => {
    const { upstream } = await withInstance(
      startRawInstance((socket) => {
        socket.once('data', () => {
          socket.write(
            'HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n',
          )
          socket.write('HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\nX: 1\r\n\r\n')
          socket.end('2\r\nok\r\n0\r\nX-Trailer: 1\r\n\r\n')
        })
      }),
    )
    expect(await upstream.forward(aDelivery())).toMatchObject({
      httpStatus: 202,
      rawHeaders: ['X', '1'],
      body: Buffer.from('ok'),
    })
  })

  test('of a mebibyte passes, a byte more counts as none', async () => {
    let size = 1_048_576
    const { upstream } = await withInstance(
      startInstance(() => ({ body: Buffer.alloc(size, 'x') })),
    )
    expect(await upstream.forward(aDelivery())).toMatchObject({ status: 'answered' })
    size += 1
    expect(await upstream.forward(aDelivery())).toMatchObject({ status: 'unavailable' })
  })

  test('tells how long it took', async () => {
    const { upstream } = await withInstance()
    const answer = await upstream.forward(aDelivery())
    expect('tookMs' in answer && answer.tookMs > 0).toBe(true)
  })
})

describe('an instance that is away', () => {
  const answering = (socket: { write(text: string): void }) =>
    socket.write('HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n')

  test('is unavailable when nobody listens', async () => {
    const { instance, upstream } = await withInstance()
    await instance.close()
    expect(await upstream.forward(aDelivery())).toMatchObject({
      status: 'unavailable',
      why: expect.stringContaining('ECONNREFUSED'),
    })
  })

  test.each([
    ['says nothing', ''],
    ['stops in its head', 'HTTP/1.1 202 Accepted\r\nX'],
    ['stops in its body', 'HTTP/1.1 202 Accepted\r\nContent-Length: 5\r\n\r\nab'],
    ['only promises', 'HTTP/1.1 102 Processing\r\n\r\n'],
  ])('is unavailable after the timeout when it %s', async (_, said) => {
    const starting = startRawInstance((socket) => socket.once('data', () => socket.write(said)))
    const { upstream } = await withInstance(starting, { timeoutMs: 200 })
    expect(await upstream.forward(aDelivery())).toEqual({
      status: 'unavailable',
      why: 'no answer in time',
    })
  })

  test('is left alone after the timeout', async () => {
    const left = Promise.withResolvers<string>()
    const starting = startRawInstance((socket) => {
      socket.resume().once('close', () => left.resolve('left'))
    })
    const { upstream } = await withInstance(starting, { timeoutMs: 200 })
    await upstream.forward(aDelivery())
    expect(await left.promise).toBe('left')
  })

  test('is sent nothing when the time is up before the connection stands', async () => {
    const { instance, upstream } = await withInstance(startInstance(), { timeoutMs: 500 })
    const late = upstream.forward(aDelivery({ target: '/late/inbox' }))
    const freeAgain = performance.now() + 600
    while (performance.now() < freeAgain); // the process itself was too busy
    expect(await late).toMatchObject({ status: 'unavailable' })
    await becomingIdle()
    await upstream.forward(aDelivery({ target: '/next/inbox' }))
    expect(instance.received.map(({ target }) => target)).toEqual(['/next/inbox'])
  })

  test.each([
    ['no HTTP', 'hello\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 202 Accepted\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    ['too little', 'HTTP/1.1 202 Accepted\r\nContent-Length: 5\r\n\r\nab'],
    ['an upgrade', 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'],
    ['a head without end', `HTTP/1.1 202 Accepted\r\nX: ${'x'.repeat(70_000)}`],
  ])('is unavailable when it answers %s', async (_, said) => {
    let times = 0
    const starting = startRawInstance((socket) => {
      socket.once('data', () => {
        times += 1
        socket.end(said)
      })
    })
    const { upstream } = await withInstance(starting)
    expect(await upstream.forward(aDelivery())).toMatchObject({ status: 'unavailable' })
    expect(times).toBe(1)
  })

  test('is not asked again when a fresh connection breaks', async () => {
    const { instance, upstream } = await withInstance(
      startRawInstance((socket) => socket.once('data', () => socket.resetAndDestroy())),
    )
    expect(await upstream.forward(aDelivery())).toMatchObject({ status: 'unavailable' })
    expect(instance.connections()).toBe(1)
  })

  test.each(['reset', 'end'])(
    'is asked once more when it closes an idle connection by %s',
    async (how) => {
      const requestsOf: number[] = []
      const { upstream } = await withInstance(
        startRawInstance((socket, connection) => {
          socket.on('data', () => {
            requestsOf[connection - 1] = (requestsOf[connection - 1] ?? 0) + 1
            if (connection > 1 || requestsOf[0] === 1) answering(socket)
            else if (how === 'reset') socket.resetAndDestroy()
            else socket.end()
          })
        }),
      )
      expect(await upstream.forward(aDelivery())).toMatchObject({ httpStatus: 202 })
      await becomingIdle()
      expect(await upstream.forward(aDelivery())).toMatchObject({ httpStatus: 202 })
      expect(requestsOf).toEqual([2, 1])
    },
  )

  test('is asked once more only, and never after a byte of its answer', async () => {
    const bytes: string[] = []
    const starting = (broken: string) =>
      startRawInstance((socket) => {
        let requests = 0
        socket.on('data', () => {
          requests += 1
          bytes.push(`${broken}${requests}`)
          if (requests === 1 && bytes.length === 1) answering(socket)
          else socket.end(broken)
        })
      })
    const silent = await withInstance(starting(''))
    await silent.upstream.forward(aDelivery())
    await becomingIdle()
    expect(await silent.upstream.forward(aDelivery())).toMatchObject({ status: 'unavailable' })
    expect(bytes).toEqual(['1', '2', '1'])
    bytes.length = 0
    const talking = await withInstance(starting('H'))
    await talking.upstream.forward(aDelivery())
    await becomingIdle()
    expect(await talking.upstream.forward(aDelivery())).toMatchObject({ status: 'unavailable' })
    expect(bytes).toEqual(['H1', 'H2'])
  })

  test('hurts no other delivery on its way', async () => {
    const { instance, upstream } = await withInstance(
      startInstance(({ target }) => (target === '/slow/inbox' ? undefined : {})),
      { timeoutMs: 300 },
    )
    const slow = upstream.forward(aDelivery({ target: '/slow/inbox' }))
    const quick = await Promise.all(Array.from({ length: 20 }, () => upstream.forward(aDelivery())))
    expect(quick.map(({ status }) => status)).toEqual(Array(20).fill('answered'))
    expect(await slow).toMatchObject({ status: 'unavailable' })
    expect(instance.received).toHaveLength(21)
  })
})

test('an idle connection is used again', async () => {
  const { instance, upstream } = await withInstance()
  for (const _ of [1, 2, 3]) {
    await upstream.forward(aDelivery())
    await becomingIdle()
  }
  expect(instance.connections()).toBe(1)
})

test('what cannot be written is a fault, not an instance away', async () => {
  const { instance, upstream } = await withInstance()
  await expect(upstream.forward(aDelivery({ target: '*' }))).rejects.toThrow('cannot be written')
  expect(instance.received).toEqual([])
})

test('the raw client reads chunked answers', () => {
  const wire =
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n'
  expect(readAnswer(Buffer.from(wire)).body.toString()).toBe('abcd')
})
