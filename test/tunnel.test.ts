// WebSockets through the relay, with a real WebSocket library on both sides and raw bytes where it matters.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { openPassthrough } from '../src/passthrough.ts'
import { startRawInstance, startStreamingInstance } from './support/instance.ts'
import { openRaw } from './support/raw-http.ts'
import { relayTo } from './support/site.ts'

const closing: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

async function echoing() {
  const instance = await startStreamingInstance((_, response) => {
    response.end('no socket')
  })
  const sockets = new WebSocketServer({ server: instance.server })
  sockets.on('connection', (socket) => {
    socket.on('message', (message, isBinary) => socket.send(message, { binary: isBinary }))
  })
  return { instance, sockets }
}

const HANDSHAKE = [
  'GET /api/v1/streaming HTTP/1.1',
  'Host: a.example',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: c2VraXNob3Nla2lzaG8hIQ==',
  'Sec-WebSocket-Version: 13',
]
const lines = (...parts: readonly string[]) => `${parts.join('\r\n')}\r\n\r\n`
const SWITCHING = lines(
  'HTTP/1.1 101 Switching Protocols',
  'upgrade: WebSocket',
  'Connection: Upgrade',
)

test('messages of any kind and size go both ways', async () => {
  const { instance, sockets } = await echoing()
  const { port } = await relayTo(instance)
  const client = new WebSocket(`ws://127.0.0.1:${port}/streaming?i=token`)
  const [[, request]] = await Promise.all([once(sockets, 'connection'), once(client, 'open')])
  expect(request.url).toBe('/streaming?i=token')
  const big = Buffer.alloc(3_000_000, 'x')
  for (const message of ['hello', 'あ', '', big]) {
    client.send(message)
    const [echo, isBinary] = await once(client, 'message')
    expect(Buffer.from(message).equals(echo)).toBe(true)
    expect(isBinary).toBe(Buffer.isBuffer(message))
  }
  client.close(4_001, 'done')
  const [code, reason] = await once(client, 'close')
  expect([code, String(reason)]).toEqual([4_001, 'done'])
})

test('head and first bytes of both sides pass as they are', async () => {
  const wire = Promise.withResolvers<string>()
  const { port } = await relayTo(
    await startRawInstance((socket) => {
      let got = ''
      socket.on('data', (chunk) => {
        got += chunk.toString('latin1')
        if (got.includes('\r\n\r\n') && !got.includes('early')) socket.write(`${SWITCHING}first`)
        if (got.endsWith('early')) wire.resolve(got)
      })
    }),
    { trustedProxies: [] },
  )
  const client = openRaw(port)
  client.write(`${lines(...HANDSHAKE)}early`)
  expect(await client.readUntil('first')).toBe(`${SWITCHING}first`)
  expect(await wire.promise).toBe(
    `${lines(
      'GET /api/v1/streaming HTTP/1.1',
      'Host: a.example',
      'Sec-WebSocket-Key: c2VraXNob3Nla2lzaG8hIQ==',
      'Sec-WebSocket-Version: 13',
      'X-Forwarded-For: 127.0.0.1',
      'X-Real-IP: 127.0.0.1',
      'X-Forwarded-Proto: https',
      'Connection: Upgrade',
      'Upgrade: websocket',
    )}early`,
  )
  client.socket.destroy()
})

test('a refusal comes back, and nothing behind it reaches the instance', async () => {
  let requests = 0
  const instance = await startStreamingInstance((_, response) => {
    requests += 1
    response.writeHead(401, { 'Content-Length': 4, 'X-Why': 'token' }).end('sign')
  })
  const { port } = await relayTo(instance)
  const client = openRaw(port)
  client.write(lines(...HANDSHAKE) + lines('POST /inbox HTTP/1.1', 'Host: a', 'Content-Length: 0'))
  const answer = (await client.readToEnd()).toString()
  expect(answer).toMatch(
    /^HTTP\/1\.1 401 Unauthorized\r\n[\s\S]*X-Why: token\r\n[\s\S]*\r\n\r\nsign$/,
  )
  expect(requests).toBe(1)
})

test.each([
  ['away', undefined],
  ['silent', ''],
  ['incomprehensible', 'hello\r\n\r\n'],
])('an instance that is %s is answered for with 503', async (_, said) => {
  const instance = await startRawInstance((socket) =>
    socket.once('data', () => socket.write(said ?? '')),
  )
  const { port } = await relayTo(instance, { timeoutMs: 200 })
  if (said === undefined) await instance.close()
  const client = openRaw(port)
  client.write(lines(...HANDSHAKE))
  expect((await client.readToEnd()).toString()).toMatch(
    /^HTTP\/1\.1 503 [\s\S]*Retry-After: 30\r\n/,
  )
})

test.each([
  ['POST', HANDSHAKE.map((line) => line.replace(/^GET/, 'POST'))],
  ['a body', [...HANDSHAKE, 'Content-Length: 4']],
  ['a body in chunks', [...HANDSHAKE, 'Transfer-Encoding: chunked']],
  ['another protocol', HANDSHAKE.map((line) => line.replace('websocket', 'h2c'))],
  ['an inbox', HANDSHAKE.map((line) => line.replace(/^GET \S+/, 'POST /inbox'))],
])('no tunnel opens for %s, even where the server asks for one', async (_, head) => {
  const instance = await startRawInstance((socket) => socket.end(SWITCHING))
  const passthrough = openPassthrough({ url: instance.url, trustedProxies: [] })
  const server = createServer().on('upgrade', passthrough.upgrade).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(
    () => instance.close(),
    () => server.close(),
    () => passthrough.close(),
  )
  const client = openRaw((server.address() as AddressInfo).port)
  client.write(lines(...head))
  expect((await client.readToEnd()).toString()).toMatch(/^HTTP\/1\.1 400 /)
  expect(instance.connections()).toBe(0)
})

test.each(['destroy', 'resetAndDestroy'] as const)(
  'a client gone by %s is gone for the instance too',
  async (leave) => {
    const { instance, sockets } = await echoing()
    const { port } = await relayTo(instance)
    const client = openRaw(port)
    client.write(lines(...HANDSHAKE))
    const [[atInstance]] = await Promise.all([
      once(sockets, 'connection'),
      client.readUntil('\r\n\r\n'),
    ])
    client.socket[leave]()
    const [code] = await once(atInstance, 'close')
    expect(code).toBe(1_006)
  },
)

test('a client may finish its half first', async () => {
  const { port } = await relayTo(
    await startRawInstance((socket) => {
      socket.once('data', () => socket.write(SWITCHING))
      socket.once('end', () => socket.end('last words'))
    }),
  )
  const client = openRaw(port)
  client.write(lines(...HANDSHAKE))
  await client.readUntil('\r\n\r\n')
  client.socket.end()
  expect((await client.readToEnd()).toString()).toBe(`${SWITCHING}last words`)
})

test('a client that leaves before the answer leaves nothing behind', async () => {
  const arrived = Promise.withResolvers<void>()
  const left = Promise.withResolvers<void>()
  const { port } = await relayTo(
    await startRawInstance((socket) => {
      socket.on('data', () => arrived.resolve())
      socket.on('close', () => left.resolve())
    }),
  )
  const client = openRaw(port)
  client.write(lines(...HANDSHAKE))
  await arrived.promise
  client.socket.destroy()
  await expect(left.promise).resolves.toBeUndefined()
})

test('an instance that is gone is gone for the client too', async () => {
  const { instance, sockets } = await echoing()
  const { port } = await relayTo(instance)
  const client = new WebSocket(`ws://127.0.0.1:${port}/`)
  const [[atInstance]] = await Promise.all([once(sockets, 'connection'), once(client, 'open')])
  atInstance.terminate()
  const [code] = await once(client, 'close')
  expect(code).toBe(1_006)
})

test('what the instance sent before it closed still arrives', async () => {
  const much = 'x'.repeat(2_000_000)
  const { port } = await relayTo(
    await startRawInstance((socket) =>
      socket.once('data', () => socket.end(`${SWITCHING}${much}`)),
    ),
  )
  const client = openRaw(port)
  client.write(lines(...HANDSHAKE))
  expect((await client.readToEnd()).length).toBe(SWITCHING.length + much.length)
})

test('a closed passthrough closes its tunnels', async () => {
  const { instance, sockets } = await echoing()
  const { port, passthrough } = await relayTo(instance)
  const client = new WebSocket(`ws://127.0.0.1:${port}/`)
  await Promise.all([once(sockets, 'connection'), once(client, 'open')])
  passthrough.close()
  const [code] = await once(client, 'close')
  expect(code).toBe(1_006)
})
