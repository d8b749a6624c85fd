// Who is at the other end: the TCP peer, or whom a proxy that we trust names in X-Forwarded-For.
import { BlockList, isIP } from 'node:net'
import { LRUCache } from 'lru-cache'

export interface IncomingHead {
  readonly rawHeaders: readonly string[]
  readonly peer: string
}

export interface Peer {
  readonly isTrusted: boolean
  readonly address: string
}

const MAX_PEERS = 1_000 // usually there is one, and it is the proxy

export function compilePeer(trustedProxies: readonly string[]): (peer: string) => Peer {
  const proxies = compileAddresses(trustedProxies)
  const known = new LRUCache<string, Peer>({ max: MAX_PEERS })
  return (peer) => {
    const before = known.get(peer)
    if (before) return before
    const address = unmapped(peer)
    const isTrusted = isIP(address) !== 0 && proxies.check(address, familyOf(address))
    known.set(peer, { isTrusted, address })
    return { isTrusted, address }
  }
}

/** The client as one who can be told from others: an IPv4 address, or the /64 that an IPv6 client has to itself. */
export function compileClient(trustedProxies: readonly string[]): (head: IncomingHead) => string {
  const peerAt = compilePeer(trustedProxies)
  return ({ rawHeaders, peer }) => {
    let client = peerAt(peer)
    const named = forwardedFor(rawHeaders)
    // From the right: each entry was written by the one before it, and only our own proxies are believed.
    while (client.isTrusted && named.length > 0) {
      const address = plainAddress(named.pop()!)
      if (isIP(address) === 0) break
      client = peerAt(address)
    }
    return networkOf(client.address)
  }
}

const MAX_ENTRIES = 32 // proxies in a row

function forwardedFor(rawHeaders: readonly string[]): string[] {
  const values = rawHeaders.filter(
    (_, at) => at % 2 === 1 && /^x-forwarded-for$/i.test(rawHeaders[at - 1]!),
  )
  return values.join(',').split(',').slice(-MAX_ENTRIES)
}

/** Some proxies add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function plainAddress(entry: string): string {
  const text = entry.trim()
  return /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1] ?? text.replace(/^([\d.]+):\d+$/, '$1')
}

function networkOf(address: string): string {
  if (isIP(address) !== 6) return address
  const [head = '', tail] = address.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail ? tail.split(':') : []
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0')
  const groups = [...left, ...zeros, ...right].slice(0, 4)
  return groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')
}

/** `::ffff:192.0.2.1`, as a dual-stack socket reports it, is 192.0.2.1; a zone is ours, not the client's. */
function unmapped(peer: string): string {
  const address = peer.split('%', 1)[0]!
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address
}

function compileAddresses(entries: readonly string[]): BlockList {
  const list = new BlockList()
  for (const entry of entries) {
    const [address = '', bits] = entry.split('/')
    if (isIP(address) === 0) throw new Error(`"${entry}" is no address and no network`)
    if (bits === undefined) list.addAddress(address, familyOf(address))
    else list.addSubnet(address, Number(bits), familyOf(address))
  }
  return list
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4'
}
