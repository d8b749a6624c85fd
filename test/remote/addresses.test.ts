import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isPublicAddress } from '../../src/remote/addresses.ts'

// First and last address of each range that security work has ever found missing somewhere.
const DENIED = [
  { range: '0.0.0.0/8', ends: ['0.0.0.0', '0.255.255.255'] },
  { range: '10.0.0.0/8', ends: ['10.0.0.0', '10.255.255.255'] },
  { range: '100.64.0.0/10', ends: ['100.64.0.0', '100.127.255.255'] },
  { range: '127.0.0.0/8', ends: ['127.0.0.1', '127.255.255.255'] },
  { range: '168.63.129.16/32', ends: ['168.63.129.16'] },
  { range: '169.254.0.0/16', ends: ['169.254.0.0', '169.254.169.254', '169.254.255.255'] },
  { range: '172.16.0.0/12', ends: ['172.16.0.0', '172.31.255.255'] },
  { range: '192.0.0.0/24', ends: ['192.0.0.0', '192.0.0.255'] },
  { range: '192.0.2.0/24', ends: ['192.0.2.0', '192.0.2.255'] },
  { range: '192.31.196.0/24', ends: ['192.31.196.0', '192.31.196.255'] },
  { range: '192.52.193.0/24', ends: ['192.52.193.0', '192.52.193.255'] },
  { range: '192.88.99.0/24', ends: ['192.88.99.0', '192.88.99.255'] },
  { range: '192.168.0.0/16', ends: ['192.168.0.0', '192.168.255.255'] },
  { range: '192.175.48.0/24', ends: ['192.175.48.0', '192.175.48.255'] },
  { range: '198.18.0.0/15', ends: ['198.18.0.0', '198.19.255.255'] },
  { range: '198.51.100.0/24', ends: ['198.51.100.0', '198.51.100.255'] },
  { range: '203.0.113.0/24', ends: ['203.0.113.0', '203.0.113.255'] },
  { range: '224.0.0.0/4', ends: ['224.0.0.0', '239.255.255.255'] },
  { range: '240.0.0.0/4', ends: ['240.0.0.0', '255.255.255.254'] },
  { range: 'broadcast', ends: ['255.255.255.255'] },
  { range: '::/128 and ::1/128', ends: ['::', '::1'] },
  { range: '::/96', ends: ['::127.0.0.1', '::8.8.8.8', '::ffff:ffff'] },
  { range: '::ffff:0:0/96', ends: ['::ffff:127.0.0.1', '::ffff:8.8.8.8', '::ffff:7f00:1'] },
  { range: '::ffff:0:0:0/96', ends: ['::ffff:0:127.0.0.1'] },
  { range: '64:ff9b::/96', ends: ['64:ff9b::7f00:1', '64:ff9b::ffff:ffff'] },
  { range: '64:ff9b:1::/48', ends: ['64:ff9b:1::', '64:ff9b:1:ffff:ffff:ffff:ffff:ffff'] },
  { range: '100::/64', ends: ['100::', '100::ffff:ffff:ffff:ffff'] },
  { range: '2001::/32', ends: ['2001::', '2001:0:ffff:ffff:ffff:ffff:ffff:ffff'] },
  { range: '2001:2::/48', ends: ['2001:2::', '2001:2:0:ffff:ffff:ffff:ffff:ffff'] },
  { range: '2001:10::/28', ends: ['2001:10::', '2001:1f:ffff:ffff:ffff:ffff:ffff:ffff'] },
  { range: '2001:20::/28', ends: ['2001:20::', '2001:2f:ffff:ffff:ffff:ffff:ffff:ffff'] },
  { range: '2001:db8::/32', ends: ['2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff'] },
  { range: '2002::/16', ends: ['2002:7f00:1::', '2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff'] },
  { range: '2620:4f:8000::/48', ends: ['2620:4f:8000::1'] },
  { range: '3fff::/20', ends: ['3fff::', '3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff'] },
  { range: '4000::/3 and on', ends: ['4000::', '5f00::1', '8000::1', 'e000::1'] },
  { range: 'fc00::/7', ends: ['fc00::', 'fd00:ec2::254', 'fdff:ffff:ffff:ffff:ffff:ffff::'] },
  { range: 'fe80::/10', ends: ['fe80::', 'febf:ffff::', 'fe80::1%eth0'] },
  { range: 'fec0::/10', ends: ['fec0::', 'feff:ffff::'] },
  { range: 'ff00::/8', ends: ['ff00::', 'ff02::1', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'] },
]

describe('isPublicAddress', () => {
  test.each(DENIED)('refuses $range from end to end', ({ ends }) => {
    expect(ends.filter(isPublicAddress)).toEqual([])
  })

  test('allows the neighbours of the denied ranges, and ordinary servers', () => {
    const neighbours = [
      ...['1.0.0.0', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0'],
      ...['126.255.255.255', '128.0.0.1', '168.63.129.15', '168.63.129.17', '169.253.255.255'],
      ...['172.15.255.255', '172.32.0.0', '192.0.1.0', '192.0.3.0', '192.167.255.255'],
      ...['198.17.255.255', '198.20.0.0', '203.0.114.0', '223.255.255.255', '93.184.216.34'],
      ...['2001:200::1', '2001:db7::1', '2001:db9::1', '2003::1', '2600::1', '3ffe::1'],
      ...['2a01:4f8::1', '2606:4700::1111', '3fff:1000::1'],
    ]
    expect(neighbours.filter((address) => !isPublicAddress(address))).toEqual([])
  })

  test('refuses every IPv4 address wrapped into a transition prefix', () => {
    const octets = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255))
    fc.assert(
      fc.property(octets, (address) => {
        const [a, b, c, d] = address.map((octet) => octet.toString(16).padStart(2, '0'))
        const wrapped = [
          ...['::', '::ffff:', '64:ff9b::', '64:ff9b:1::'].map((at) => `${at}${a}${b}:${c}${d}`),
          `2002:${a}${b}:${c}${d}::`,
          `2001:0:${a}${b}:${c}${d}::`,
        ]
        expect(wrapped.filter(isPublicAddress)).toEqual([])
      }),
    )
  })

  test.each([
    '',
    'localhost',
    '127.1',
    '0x7f000001',
    '2130706433',
    '1.2.3.4.',
    '[2600::1]',
    ' 9.9.9.9',
  ])('refuses what is no address: %j', (text) => {
    expect(isPublicAddress(text)).toBe(false)
  })
})
