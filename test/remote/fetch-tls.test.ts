// What production does and overrides to http leave out: TLS, and the name that a certificate must bear.
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { getCACertificates, setDefaultCACertificates, type TLSSocket } from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RemoteFetch, remoteFetch } from '../../src/remote/fetch.ts'
import { certificateFor } from './certificate.ts'

const trusted = certificateFor('good.test')
const stranger = certificateFor('good.test')
const servers: Server[] = []
const asked: { host: string | undefined; servername: string | false }[] = []
const systemCertificates = getCACertificates()
let fetch: RemoteFetch

beforeAll(async () => {
  setDefaultCACertificates([...systemCertificates, trusted.cert])
  const own = await listen(trusted)
  const overrides = { 'good.test': own, 'evil.test': own, 'stranger.test': await listen(stranger) }
  fetch = remoteFetch({ overrides, ownHosts: [], userAgent: 'test' })
})
afterAll(() => {
  setDefaultCACertificates(systemCertificates)
  for (const server of servers) server.close()
})

test('a server with a certificate for its name is asked under that name', async () => {
  expect(await ask('https://good.test/')).toMatchObject({ status: 'ok' })
  expect(asked).toEqual([{ host: 'good.test', servername: 'good.test' }])
})

test('a server with a certificate for another name is not', async () => {
  expect(await ask('https://evil.test/')).toEqual({
    status: 'unreachable',
    why: 'ERR_TLS_CERT_ALTNAME_INVALID',
  })
})

test('a server with a certificate that nobody vouches for is not, whatever the environment says', async () => {
  const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
  try {
    expect(await ask('https://stranger.test/')).toEqual({
      status: 'unreachable',
      why: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    })
  } finally {
    if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
    else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before
  }
})

function ask(url: string) {
  return fetch({ url, accept: '*/*', maxBytes: 100, deadlineMs: 5_000 })
}

async function listen(certificate: { key: string; cert: string }): Promise<string> {
  const server = createServer(certificate, (request, response) => {
    const { servername } = request.socket as TLSSocket & { servername: string | false }
    asked.push({ host: request.headers.host, servername })
    response.end('hello')
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`
}
