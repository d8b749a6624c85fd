// Is an address public? Whatever may lead back to this machine, into its network or to nobody is not.
import { BlockList, isIP } from 'node:net'

// What is denied although it looks public; every gap in such a list was somebody's CVE.
const DENIED_V4 = [
  ['0.0.0.0', 8], // "this network": Linux connects it to itself
  ['10.0.0.0', 8],
  ['100.64.0.0', 10], // carrier-grade NAT, and clouds' own services
  ['127.0.0.0', 8],
  ['168.63.129.16', 32], // Azure's host agent, reachable from inside only
  ['169.254.0.0', 16], // link-local, and cloud metadata
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const

// RFC 4291 §2.4: nothing outside 2000::/3 is global unicast. That alone refuses ::, ::1, ::/96,
// ::ffff:0:0/96, 64:ff9b::/96, 64:ff9b:1::/48, 100::/64, 5f00::/16, fc00::/7, fe80::/10, fec0::/10
// and ff00::/8, and whatever is invented there next.
const GLOBAL_UNICAST_V6 = ['2000::', 3] as const
const DENIED_V6 = [
  ['2001::', 23], // protocol assignments: Teredo, ORCHID, benchmarking
  ['2001:db8::', 32],
  ['2002::', 16], // 6to4 carries an IPv4 address inside
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
] as const

const denied = new BlockList()
for (const [base, prefix] of DENIED_V4) denied.addSubnet(base, prefix, 'ipv4')
for (const [base, prefix] of DENIED_V6) denied.addSubnet(base, prefix, 'ipv6')

const global = new BlockList()
global.addSubnet(...GLOBAL_UNICAST_V6, 'ipv6')

/** False for what is no address at all, too. */
export function isPublicAddress(address: string): boolean {
  if (address.includes('%')) return false // a zone belongs to link-local addresses only
  const family = isIP(address)
  if (family === 4) return !denied.check(address, 'ipv4')
  return family === 6 && global.check(address, 'ipv6') && !denied.check(address, 'ipv6')
}
