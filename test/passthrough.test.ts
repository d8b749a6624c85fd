// The rest of the site passes as if the relay were not there; an inbox never passes.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { describe, expect, test } from 'vitest'
import { startInstance, startRawInstance, startStreamingInstance } from './support/instance.ts'
import { openRaw, readAnswer, sendRaw } from './support/raw-http.ts'
import { relayTo } from './support/site.ts'

const lines = (...parts: readonly string[]) => `${parts.join('\r\n')}\r\n\r\n`
const fetchOnce = (port: number, ...head: readonly string[]) =>
  sendRaw(port, lines(...head, 'Connection: close'))

describe('a request', () => {
  test('arrives with its bytes, order and spelling', async () => {
    const instance = await startInstance()
    const { port } = await relayTo(instance)
    await fetchOnce(
      port,
      'GET /a//b/../%7Ec?x=%zz&&y HTTP/1.1',
      'accept: */*',
      'HOST: Site.Example:8443',
      'COOKIE: a=1',
      'X-Twice: 1',
      'Cookie: b=2',
      'x-twice: 2',
      'X-Bytes: \u00e9\u00ff',
      'If-None-Match: W/"x"',
      'X-Forwarded-For: 198.51.100.7',
    )
    const expected = lines(
      'GET /a//b/../%7Ec?x=%zz&&y HTTP/1.1',
      'accept: */*',
      'HOST: Site.Example:8443',
      'COOKIE: a=1',
      'X-Twice: 1',
      'Cookie: b=2',
      'x-twice: 2',
      'X-Bytes: \u00e9\u00ff',
      'If-None-Match: W/"x"',
      'X-Forwarded-For: 198.51.100.7',
      'X-Forwarded-Proto: https',
      'Connection: keep-alive',
    )
    expect(instance.received[0]?.wire.toString('latin1')).toBe(expected)
  })

  test('names its client only by the word of a trusted proxy', async () => {
    const instance = await startInstance()
    const { port } = await relayTo(instance, { trustedProxies: [] })
    await fetchOnce(port, 'GET / HTTP/1.1', 'Host: a.example', 'X-Forwarded-For: 198.51.100.7')
    expect(instance.received[0]?.rawHeaders).toEqual([
      ...['Host', 'a.example', 'X-Forwarded-For', '127.0.0.1', 'X-Real-IP', '127.0.0.1'],
      ...['X-Forwarded-Proto', 'https', 'Connection', 'keep-alive'],
    ])
  })

  test.each([
    ['POST', 'Content-Length: 4', 'body'],
    ['PUT', 'content-length: 4', 'body'],
    ['DELETE', 'Content-Length: 4', 'body'],
    ['GET', 'Content-Length: 4', 'body'],
    ['POST', 'Transfer-Encoding: chunked', '4\r\nbody\r\n0\r\n\r\n'],
    ['PATCH', 'Transfer-Encoding: chunked', '4\r\nbody\r\n0\r\n\r\n'],
    ['GET', 'Transfer-Encoding: chunked', '4\r\nbody\r\n0\r\n\r\n'],
  ])('%s keeps its body and its framing by %s', async (method, framing, body) => {
    const instance = await startInstance()
    const { port } = await relayTo(instance)
    const head = [`${method} /api HTTP/1.1`, 'Host: a.example', 'X-Bytes: \u00e9', framing]
    await sendRaw(port, lines(...head, 'Connection: close') + body)
    const { wire, body: got, rawHeaders } = instance.received[0]!
    expect(got.toString()).toBe('body')
    expect(rawHeaders).toContain('\u00e9')
    expect(wire.toString('latin1').split('\r\n')).toContain(framing)
    expect(wire.toString('latin1').endsWith(`\r\n\r\n${body}`)).toBe(true)
  })

  test.each(['POST', 'PUT', 'PATCH'])('%s without a body says so', async (method) => {
    const instance = await startInstance()
    const { port } = await relayTo(instance)
    await fetchOnce(port, `${method} /api HTTP/1.1`, 'Host: a.example')
    const { wire } = instance.received[0]!
    expect(wire.toString()).toContain('\r\nContent-Length: 0\r\n')
    expect(wire.toString()).not.toMatch(/chunked/i)
  })

  test('leaves trailers and what concerns one connection behind', async () => {
    const instance = await startInstance()
    const { port } = await relayTo(instance)
    const head = lines(
      'POST /api HTTP/1.1',
      'Host: a.example',
      'Transfer-Encoding: chunked',
      'Trailer: X-Late',
      'TE: trailers',
      'Keep-Alive: timeout=5',
      'Proxy-Authorization: x',
      'X-HTTP-Method-Override: DELETE',
      'X-Original-URL: /inbox',
      'Content_Length: 9',
      'X-Hop: 1',
      'Connection: close, X-Hop',
    )
    await sendRaw(port, `${head}1\r\na\r\n0\r\nX-Late: 1\r\n\r\n`)
    expect(instance.received[0]?.wire.toString()).toBe(
      `${lines(
        'POST /api HTTP/1.1',
        'Host: a.example',
        'X-Forwarded-Proto: https',
        'Transfer-Encoding: chunked',
        'Connection: keep-alive',
      )}1\r\na\r\n0\r\n\r\n`,
    )
  })

  test('that expects 100-continue is told to go on', async () => {
    const instance = await startInstance()
    const { port } = await relayTo(instance)
    const client = openRaw(port)
    client.write(
      lines(
        'POST /api HTTP/1.1',
        'Host: a.example',
        'Content-Length: 4',
        'Expect: 100-continue',
        'Connection: close',
      ),
    )
    await client.readUntil('100 Continue\r\n\r\n')
    client.write('body')
    expect((await client.readToEnd()).toString()).toContain('202 Accepted')
    expect(instance.received[0]?.body.toString()).toBe('body')
    expect(instance.received[0]?.wire.toString()).not.toMatch(/expect/i)
  })

  test.each([
    ['POST /inbox HTTP/1.1', 'Host: a.example'],
    ['POST /users/alice/%69nbox.json HTTP/1.1', 'Host: a.example'],
    ['POST http://a.example/inbox HTTP/1.1', 'Host: a.example'],
    ['PUT /inbox HTTP/1.1', 'Host: a.example'],
    ['GET http://a.example/ HTTP/1.1', 'Host: a.example'],
    ['GET / HTTP/1.1', 'Host: a.example', 'host: b.example'],
    ['GET / HTTP/2.0', 'Host: a.example'],
    ['POST /inbox HTTP/1.1', 'Host: a.example', 'Upgrade: websocket'],
    ['POST /inbox HTTP/1.1', 'Host: a.example', 'Upgrade: h2c'],
  ])('does not pass as %s', async (...head) => {
    const instance = await startInstance()
    const { port } = await relayTo(instance)
    expect((await fetchOnce(port, ...head)).status).toBe(400)
    expect(instance.connections()).toBe(0)
  })

  test('that offers h2c passes without the offer', async () => {
    const instance = await startInstance()
    const { port } = await relayTo(instance)
    const head = ['GET / HTTP/1.1', 'Host: a.example', 'Upgrade: h2c', 'HTTP2-Settings: x']
    const answer = await sendRaw(port, lines(...head, 'Connection: Upgrade, HTTP2-Settings, close'))
    expect(answer.status).toBe(202)
    expect(instance.received[0]?.wire.toString()).not.toMatch(/upgrade|settings/i)
  })
})

describe('an answer', () => {
  test('comes back byte for byte, with nothing of our own', async () => {
    const said = lines(
      'HTTP/1.1 299 Fine, \u00e9',
      'etag: W/"1"',
      'Set-Cookie: a=1',
      'Content-Length: 3',
      'SET-COOKIE: b=2',
      'Date: Sun, 22 Nov 2026 10:30:00 GMT',
      'X-Bytes: \u00ff',
    )
    const { port } = await relayTo(
      await startRawInstance((socket) =>
        socket.once('data', () => socket.write(`${said}a\u00ffb`, 'latin1')),
      ),
    )
    const client = openRaw(port)
    client.write(lines('GET / HTTP/1.1', 'Host: a.example'))
    expect(await client.readUntil('b')).toBe(`${said}a\u00ffb`)
    client.socket.destroy()
  })

  test('loses only what concerns one connection', async () => {
    const rawHeaders = [
      ...['Connection', 'keep-alive, X-Hop', 'Keep-Alive', 'timeout=9', 'X-Hop', '1'],
      ...['Proxy-Connection', 'x', 'Upgrade', 'h2c', 'Server', 'Mastodon', 'Content-Length', '0'],
    ]
    const { port } = await relayTo(await startInstance(() => ({ status: 200, rawHeaders })))
    const answer = await fetchOnce(port, 'GET / HTTP/1.1', 'Host: a.example')
    expect(answer.rawHeaders).toEqual([
      ...['Server', 'Mastodon', 'Content-Length', '0'],
      ...['Connection', 'close'], // the client asked for it
    ])
  })

  test('of unknown length is chunked, or ends with the connection for HTTP/1.0', async () => {
    const instance = await startStreamingInstance((_, response) => {
      response.addTrailers({ 'X-Late': '1' })
      response.write('ab')
      response.end('cd')
    })
    const { port } = await relayTo(instance)
    const modern = await fetchOnce(port, 'GET / HTTP/1.1', 'Host: a.example')
    expect(modern.rawHeaders.join()).toContain('Transfer-Encoding,chunked')
    expect(modern.body.toString()).toBe('abcd')
    expect(modern.wire.toString()).not.toContain('X-Late')
    const old = await sendRaw(port, lines('GET / HTTP/1.0', 'Host: a.example'))
    expect(old.rawHeaders.join()).not.toContain('chunked')
    expect(old.body.toString()).toBe('abcd')
  })

  test.each([
    ['HEAD', 200, ['Content-Length', '1234', 'ETag', '"1"']],
    ['HEAD', 200, ['ETag', '"1"']],
    ['GET', 204, ['ETag', '"1"']],
    ['GET', 304, ['ETag', '"1"', 'Content-Length', '1234']],
    ['GET', 304, ['ETag', '"1"']],
  ])(
    'to %s with status %i has no body, and the connection goes on',
    async (method, status, rawHeaders) => {
      const instance = await startInstance(({ target }) =>
        target === '/' ? { status, rawHeaders } : { body: 'next' },
      )
      const { port } = await relayTo(instance)
      const client = openRaw(port)
      client.write(lines(`${method} / HTTP/1.1`, 'Host: a.example'))
      const first = await client.readUntil('\r\n\r\n')
      expect(readAnswer(Buffer.from(first))).toMatchObject({ status, rawHeaders })
      client.write(lines('GET /next HTTP/1.1', 'Host: a.example', 'Connection: close'))
      const all = (await client.readToEnd()).toString()
      expect(all.slice(first.length)).toMatch(/^HTTP\/1\.1 202 Accepted\r\n[\s\S]*\r\n\r\nnext$/)
    },
  )

  test('may follow informational ones', async () => {
    const hints = `${lines('HTTP/1.1 100 Continue')}${lines('HTTP/1.1 103 Early Hints', 'Link: </a>')}`
    const said = `${hints}${lines('HTTP/1.1 200 OK', 'Content-Length: 2')}ok`
    const { port } = await relayTo(
      await startRawInstance((socket) => socket.once('data', () => socket.write(said))),
    )
    const answer = await fetchOnce(port, 'GET / HTTP/1.1', 'Host: a.example')
    expect(answer).toMatchObject({ status: 200, body: Buffer.from('ok') })
  })
})

const CHUNK = Buffer.alloc(1_048_576, 'sekisho ')
const CHUNKS = 100
const DIGEST = Array.from({ length: CHUNKS })
  .reduce<ReturnType<typeof createHash>>((hash) => hash.update(CHUNK), createHash('sha256'))
  .digest('hex')

async function digestOf(stream: AsyncIterable<Buffer>) {
  const hash = createHash('sha256')
  for await (const chunk of stream) hash.update(chunk)
  return hash.digest('hex')
}

describe('a stream', () => {
  test('of 100 MiB goes up while it is still being sent', async () => {
    const begun = Promise.withResolvers<void>()
    const instance = await startStreamingInstance(async (request, response) => {
      request.once('data', () => begun.resolve())
      response.end(await digestOf(request))
    })
    const { port } = await relayTo(instance)
    const upload = httpRequest({ port, host: '127.0.0.1', method: 'POST', path: '/api/v2/media' })
    upload.write(CHUNK)
    await begun.promise
    for (let sent = 1; sent < CHUNKS; sent += 1) {
      if (!upload.write(CHUNK)) await once(upload, 'drain')
    }
    upload.end()
    const [answer] = (await once(upload, 'response')) as [IncomingMessage]
    expect((await answer.setEncoding('latin1').toArray()).join('')).toBe(DIGEST)
  })

  test('of 100 MiB comes down while it is still being made', async () => {
    const begun = Promise.withResolvers<void>()
    const instance = await startStreamingInstance(async (_, response) => {
      response.writeHead(200, { 'Content-Length': CHUNK.length * CHUNKS })
      response.write(CHUNK)
      await begun.promise
      for (let sent = 1; sent < CHUNKS; sent += 1) {
        if (!response.write(CHUNK)) await once(response, 'drain')
      }
      response.end()
    })
    const { port } = await relayTo(instance)
    const download = httpRequest({ port, host: '127.0.0.1', path: '/media/1.mp4' }).end()
    const [answer] = (await once(download, 'response')) as [IncomingMessage]
    answer.once('data', () => begun.resolve())
    expect(await digestOf(answer)).toBe(DIGEST)
  })

  test('of events arrives event by event, its head first, longer than the timeout', async () => {
    const source = Promise.withResolvers<import('node:http').ServerResponse>()
    const instance = await startStreamingInstance((_, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders()
      source.resolve(response)
    })
    const { port } = await relayTo(instance, { timeoutMs: 100 })
    const client = openRaw(port)
    client.write(lines('GET /api/v1/streaming HTTP/1.1', 'Host: a.example', 'Connection: close'))
    expect(await client.readUntil('\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    const response = await source.promise
    response.write('data: one\n\n')
    expect(await client.readUntil('one')).not.toContain('two')
    setTimeout(() => response.end('data: two\n\n'), 250)
    expect(readAnswer(await client.readToEnd()).body.toString()).toBe('data: one\n\ndata: two\n\n')
  })

  test('left by its client is ended at the instance', async () => {
    const left = Promise.withResolvers<void>()
    const instance = await startStreamingInstance((_, response) => {
      response.on('close', () => left.resolve())
      response.write('data: one\n\n')
    })
    const { port } = await relayTo(instance)
    const client = openRaw(port)
    client.write(lines('GET /events HTTP/1.1', 'Host: a.example'))
    await client.readUntil('one')
    client.socket.destroy()
    await expect(left.promise).resolves.toBeUndefined()
  })

  test.each(['Content-Length: 100', 'Transfer-Encoding: chunked'])(
    'that its client breaks off while sending (%s) never looks complete',
    async (framing) => {
      const ended = Promise.withResolvers<string>()
      const begun = Promise.withResolvers<void>()
      const instance = await startStreamingInstance((request) => {
        request.on('data', () => begun.resolve())
        request.on('end', () => ended.resolve('complete'))
        request.on('error', () => ended.resolve('broken off'))
      })
      const { port } = await relayTo(instance)
      const client = openRaw(port)
      client.write(`${lines('POST /api HTTP/1.1', 'Host: a.example', framing)}4\r\nbody\r\n`)
      await begun.promise
      client.socket.destroy()
      expect(await ended.promise).toBe('broken off')
    },
  )

  test('that the instance breaks off never looks complete', async () => {
    const { port } = await relayTo(
      await startStreamingInstance((request, response) => {
        response.write('half', () => request.socket.resetAndDestroy())
      }),
    )
    const wire = (await fetchOnce(port, 'GET / HTTP/1.1', 'Host: a.example')).wire.toString()
    expect(wire).toContain('half')
    expect(wire).not.toContain('\r\n0\r\n')
  })

  test('is answered before its end, when the instance does so', async () => {
    const { port } = await relayTo(
      await startStreamingInstance((_, response) => {
        response.writeHead(413, { 'Content-Length': 3 }).end('big')
      }),
    )
    const client = openRaw(port)
    client.write(`${lines('POST /api HTTP/1.1', 'Host: a.example', 'Content-Length: 100')}begun`)
    expect(await client.readUntil('big')).toMatch(/^HTTP\/1\.1 413 /)
    client.write('x'.repeat(95))
    client.write(lines('GET / HTTP/1.1', 'Host: a.example', 'Connection: close'))
    expect((await client.readToEnd()).toString().match(/HTTP\/1\.1 413/g)).toHaveLength(2)
  })

  test('is read to its end when the instance answers and closes early', async () => {
    const { port } = await relayTo(
      await startRawInstance((socket) => {
        socket.once('data', () => {
          socket.end(lines('HTTP/1.1 413 Too Large', 'Content-Length: 0', 'Connection: close'))
        })
      }),
    )
    const client = openRaw(port)
    const length = 3_000_000
    client.write(lines('POST /api HTTP/1.1', 'Host: a.example', `Content-Length: ${length}`))
    await client.readUntil('413')
    client.write('x'.repeat(length))
    client.write(lines('GET / HTTP/1.1', 'Host: a.example', 'Connection: close'))
    expect((await client.readToEnd()).toString().match(/HTTP\/1\.1 413/g)).toHaveLength(2)
  })

  test('may take longer than the timeout as long as it goes on', async () => {
    const instance = await startInstance()
    const { port } = await relayTo(instance, { timeoutMs: 500 })
    const client = openRaw(port)
    const head = ['POST /api HTTP/1.1', 'Host: a.example', 'Content-Length: 8', 'Connection: close']
    client.write(lines(...head))
    let sent = 0
    const pace = setInterval(() => {
      client.write('x')
      sent += 1
      if (sent === 8) clearInterval(pace)
    }, 100)
    expect(readAnswer(await client.readToEnd()).status).toBe(202)
    expect(instance.received[0]?.body.toString()).toBe('xxxxxxxx')
  })
})

describe('an instance that is away', () => {
  test('is answered for with 503 and Retry-After', async () => {
    const instance = await startInstance()
    const { port } = await relayTo(instance)
    await instance.close()
    const answer = await fetchOnce(port, 'GET / HTTP/1.1', 'Host: a.example')
    expect(answer.status).toBe(503)
    expect(answer.rawHeaders.join()).toContain('Retry-After,30')
    const posted = lines(
      'POST / HTTP/1.1',
      'Host: a.example',
      'Content-Length: 4',
      'Connection: close',
    )
    expect((await sendRaw(port, `${posted}body`)).status).toBe(503)
  })

  test.each([
    ['says nothing', ''],
    ['stops in its head', 'HTTP/1.1 200 OK\r\nX'],
    ['only promises', 'HTTP/1.1 102 Processing\r\n\r\n'],
    ['speaks no HTTP', 'hello\r\n\r\n'],
    [
      'changes the protocol unasked',
      'HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n',
    ],
  ])('is answered for when it %s', async (_, said) => {
    const starting = startRawInstance((socket) => socket.once('data', () => socket.write(said)))
    const { port } = await relayTo(await starting, { timeoutMs: 200 })
    const answer = await fetchOnce(port, 'GET / HTTP/1.1', 'Host: a.example')
    expect(answer.status).toBe(503)
  })

  test.each([
    ['GET', 200, []],
    ['HEAD', 200, []],
    ['POST', 503, []],
    ['GET', 503, ['Content-Length: 0']],
  ])('only in closing an idle connection gives %s a %i', async (method, status, more) => {
    const { port } = await relayTo(
      await startRawInstance((socket, connection) => {
        let requests = 0
        socket.on('data', () => {
          requests += 1
          if (connection > 1 || requests === 1)
            socket.write(lines('HTTP/1.1 200 OK', 'Content-Length: 0'))
          else socket.resetAndDestroy()
        })
      }),
    )
    expect((await fetchOnce(port, 'GET / HTTP/1.1', 'Host: a.example')).status).toBe(200)
    const again = await fetchOnce(port, `${method} / HTTP/1.1`, 'Host: a.example', ...more)
    expect(again.status).toBe(status)
  })
})
