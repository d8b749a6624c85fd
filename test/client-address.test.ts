// Who is at the other end, behind proxies and before them.
import { expect, test } from 'vitest'
import { compileClient } from '../src/client-address.ts'

const clientOf = compileClient(['127.0.0.1', '10.0.0.0/8', 'fd00::/8'])
const told = (...entries: string[]) => entries.flatMap((entry) => ['X-Forwarded-For', entry])

test.each([
  { about: 'the peer itself, whatever it claims', peer: '203.0.113.9', client: '203.0.113.9' },
  { about: 'the one named by our proxy', peer: '127.0.0.1', client: '198.51.100.2' },
  {
    about: 'the one named by our proxy on IPv4 in IPv6',
    peer: '::ffff:10.1.2.3',
    client: '198.51.100.2',
  },
])('the client is $about', ({ peer, client }) => {
  expect(clientOf({ peer, rawHeaders: told('192.0.2.1, 198.51.100.2') })).toBe(client)
})

test.each([
  { entries: ['192.0.2.1', '198.51.100.2, 10.0.0.7'], client: '198.51.100.2' },
  { entries: ['198.51.100.2:4711'], client: '198.51.100.2' },
  { entries: ['[2001:db8:0:7::1]:4711'], client: '2001:db8:0:7' },
  { entries: ['10.0.0.7'], client: '10.0.0.7' },
  { entries: ['198.51.100.2, unknown'], client: '127.0.0.1' },
  { entries: [], client: '127.0.0.1' },
])('of $entries a proxy of ours is believed for $client', ({ entries, client }) => {
  expect(clientOf({ peer: '127.0.0.1', rawHeaders: told(...entries) })).toBe(client)
})

test.each([
  ['2001:db8::1', '2001:db8:0:0'],
  ['2001:db8:0:0:ffff::2', '2001:db8:0:0'],
  ['2001:DB8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2::192.0.2.1', '2001:db8:1:2'],
  ['fe80::5%eth0', 'fe80:0:0:0'],
  ['::1', '0:0:0:0'],
  ['', ''],
])('of %s the network that one client has to itself is %s', (peer, network) => {
  expect(clientOf({ peer, rawHeaders: [] })).toBe(network)
})
