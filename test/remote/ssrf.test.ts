// Nothing that a stranger writes makes us connect to ourselves, our network or nobody:
// every attempt of the process to open a connection is counted, whatever its address.
import { type AddressInfo, createServer, type Server, Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { type RemoteFetch, remoteFetch } from '../../src/remote/fetch.ts'
import { type RemoteServer, startRemoteServer } from './remote-server.ts'

const ADDRESSES = [
  ...['0.0.0.0', '10.0.0.1', '100.64.0.1', '100.100.100.200', '127.0.0.1', '127.8.8.8'],
  ...['168.63.129.16', '169.254.169.254', '172.16.0.1', '192.0.0.192', '192.0.2.1', '192.88.99.1'],
  ...['192.168.1.1', '198.18.0.1', '198.51.100.1', '203.0.113.1', '224.0.0.1', '240.0.0.1'],
  ...['255.255.255.255', '::', '::1', '::127.0.0.1', '::ffff:127.0.0.1', '::ffff:7f00:1'],
  ...['64:ff9b::7f00:1', '64:ff9b:1::1', '100::1', '2001::1', '2001:10::1', '2001:20::1'],
  ...['2001:db8::1', '2002:7f00:1::', '3fff::1', 'fc00::1', 'fd00:ec2::254', 'fe80::1'],
  ...['fec0::1', 'ff02::1'],
]
const PUBLIC = '93.184.216.34'

/** Spellings that one parser or another takes for a loopback or private address. */
const SPELLINGS = [
  ...['127.1', '127.0.1', '0x7f.1', '0x7f000001', '2130706433', '017700000001', '0177.0.0.1'],
  ...['127.0.0.1.', '0', '0.0.0.0.', '①②⑦.⓪.⓪.①', '127。0。0。1', '%31%32%37.0.0.1'],
  ...['[::ffff:127.0.0.1]', '[0:0:0:0:0:0:0:1]', '[::7f00:1]', '[::]'],
]

let server: RemoteServer
let canary: Server
let canaryPort: number
let reached = 0
const attempts: unknown[] = []

beforeAll(async () => {
  server = await startRemoteServer()
  canary = createServer((socket) => {
    reached += 1
    socket.destroy()
  })
  await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve))
  canaryPort = (canary.address() as AddressInfo).port
})
afterAll(async () => {
  await server.close()
  canary.close()
})
beforeEach(() => {
  attempts.length = 0
  reached = 0
  server.asked.length = 0
  const { connect } = Socket.prototype
  vi.spyOn(Socket.prototype, 'connect').mockImplementation(function (this: Socket, ...args) {
    attempts.push(args)
    return Reflect.apply(connect, this, args)
  })
})
afterEach(() => vi.restoreAllMocks())

describe('nothing is connected to', () => {
  test.each(ADDRESSES)('for the literal %s', async (address) => {
    const host = address.includes(':') ? `[${address}]` : address
    expect(await ask(`https://${host}/`)).toMatchObject({ status: 'forbidden' })
    expect({ attempts, reached }).toEqual({ attempts: [], reached: 0 })
  })

  test.each(ADDRESSES)('for a name that resolves to %s', async (address) => {
    expect(await ask('https://evil.example/', { addresses: [address] })).toEqual({
      status: 'forbidden',
      why: `address ${address} is not public`,
    })
    expect({ attempts, reached }).toEqual({ attempts: [], reached: 0 })
  })

  test.each(ADDRESSES)('for a name whose second answer is %s', async (address) => {
    const addresses = [PUBLIC, '2606:4700::1111', PUBLIC, PUBLIC, PUBLIC, address]
    expect(await ask('https://evil.example/', { addresses })).toMatchObject({ status: 'forbidden' })
    expect({ attempts, reached }).toEqual({ attempts: [], reached: 0 })
  })

  test.each(SPELLINGS)('for the spelling %s', async (host) => {
    expect(await ask(`https://${host}/`)).toMatchObject({ status: 'forbidden' })
    expect({ attempts, reached }).toEqual({ attempts: [], reached: 0 })
  })

  test('for a name without any address', async () => {
    expect(await ask('https://evil.example/', { addresses: [] })).toMatchObject({
      status: 'unreachable',
    })
    expect(attempts).toEqual([])
  })

  test.each(['https://127.0.0.1:PORT/', 'http://127.0.0.1:PORT/', 'https://evil.test:PORT/'])(
    'at the canary by %s',
    async (url) => {
      const target = url.replace('PORT', String(canaryPort))
      expect(await ask(target)).toMatchObject({ status: 'forbidden' })
      expect({ attempts, reached }).toEqual({ attempts: [], reached: 0 })
    },
  )
})

describe('a redirect leads nowhere', () => {
  test.each(ADDRESSES)('to the literal %s', async (address) => {
    const host = address.includes(':') ? `[${address}]` : address
    const answer = await askRedirected(`https://${host}/`)
    expect(answer).toMatchObject({ status: 'forbidden' })
    expect({ attempts: attempts.length, reached }).toEqual({ attempts: 1, reached: 0 })
  })

  test.each(ADDRESSES)('to a name that resolves to %s', async (address) => {
    const answer = await askRedirected('https://inside.example/', [address])
    expect(answer).toMatchObject({ status: 'forbidden' })
    expect({ attempts: attempts.length, reached }).toEqual({ attempts: 1, reached: 0 })
  })

  test.each(['http://127.0.0.1:PORT/', 'https://127.0.0.1:PORT/', 'gopher://127.0.0.1:PORT/'])(
    'to the canary by %s',
    async (url) => {
      const answer = await askRedirected(url.replace('PORT', String(canaryPort)))
      expect(answer).toMatchObject({ status: 'forbidden' })
      expect({ attempts: attempts.length, reached }).toEqual({ attempts: 1, reached: 0 })
    },
  )
})

describe('the count', () => {
  test('sees a connection that is allowed, and its address is the one that was checked', async () => {
    vi.mocked(Socket.prototype.connect).mockImplementation(function (this: Socket, ...args) {
      attempts.push(args)
      setImmediate(() => this.destroy(new Error('far enough')))
      return this
    })
    const answers = [[PUBLIC], ['127.0.0.1']]
    const resolve = async () => answers.shift() ?? []
    const fetch = remoteFetch({ overrides: {}, ownHosts: [], resolve, userAgent: 'test' })
    await fetch({ url: 'https://rebind.example/', accept: '*/*', maxBytes: 1, deadlineMs: 5_000 })
    expect(attempts).toHaveLength(1)
    const [[options]] = attempts as [[{ lookup: Lookup; port: number; host: string }]]
    const looked = await Promise.all([lookUp(options), lookUp(options)])
    expect(looked).toEqual([[PUBLIC], [PUBLIC]])
    expect(options).toMatchObject({ port: 443, host: 'rebind.example' })
  })
})

type Lookup = (
  host: string,
  options: { all: true },
  done: (fault: Error | null, found: { address: string }[]) => void,
) => void

function lookUp({ lookup, host }: { lookup: Lookup; host: string }): Promise<string[]> {
  return new Promise((resolve) =>
    lookup(host, { all: true }, (_, found) => resolve(found.map(({ address }) => address))),
  )
}

function fetchWith(addresses: readonly string[]): RemoteFetch {
  const overrides = server.overrides('evil.test')
  const resolve = async () => addresses
  return remoteFetch({ overrides, ownHosts: [], resolve, userAgent: 'test' })
}

function ask(url: string, { addresses = [PUBLIC] }: { addresses?: readonly string[] } = {}) {
  return fetchWith(addresses)({ url, accept: '*/*', maxBytes: 100, deadlineMs: 5_000 })
}

function askRedirected(location: string, addresses: readonly string[] = [PUBLIC]) {
  server.answers.set('https://evil.test/', { status: 302, headers: { location } })
  return ask('https://evil.test/', { addresses })
}
