// The part of the relay that passes a whole site through, on a port of its own before a stand-in instance.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach } from 'vitest'
import { openPassthrough, type PassthroughOptions } from '../../src/passthrough.ts'
import { isWebSocket } from '../../src/tunnel.ts'
import type { StandInInstance } from './instance.ts'

const closing: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

/** All is closed after the test, the instance too. */
export async function relayTo(
  instance: StandInInstance,
  options: Partial<PassthroughOptions> = {},
) {
  const passthrough = openPassthrough({
    url: instance.url,
    trustedProxies: ['127.0.0.1'],
    timeoutMs: 15_000,
    ...options,
  })
  const server = createServer({ shouldUpgradeCallback: isWebSocket }, passthrough.request)
  server.on('upgrade', passthrough.upgrade)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(
    () => instance.close(),
    () => new Promise((resolve) => server.close(resolve)),
    () => server.closeAllConnections(),
    () => passthrough.close(),
  )
  return { port: (server.address() as AddressInfo).port, passthrough }
}
