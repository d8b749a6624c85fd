// The public listener's server: how many connections it takes, and what it says when there are more.
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { buildServer } from '../src/server.ts'
import { openRaw } from './support/raw-http.ts'

test('one connection too many is closed at once, and the operator is told once a minute', async () => {
  const clock = { now: 0 }
  const told: string[] = []
  const server = buildServer((_request, response) => void response.end('here'), {
    passthrough: undefined,
    actor: { current: () => undefined, close: () => undefined },
    now: () => clock.now,
    reportFault: (what) => void told.push(what),
  })
  expect(server.maxConnections).toBe(2_000)
  server.maxConnections = 1
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const first = openRaw(port)
  onTestFinished(() => {
    first.socket.destroy()
    server.close()
  })
  const get = 'GET / HTTP/1.1\r\nHost: home.example\r\n\r\n'
  first.write(get)
  await first.readUntil('here')
  const turnAway = async () => expect((await openRaw(port).readToEnd()).length).toBe(0)
  await turnAway()
  await turnAway()
  expect(told).toEqual(['connections were turned away'])
  clock.now = 60_000
  await turnAway()
  expect(told).toHaveLength(2)
  first.write(get)
  await first.readUntil('here')
})
