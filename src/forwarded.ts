// What of a head goes on: all that belongs to the message, nothing that belongs to one connection,
// and the client's address only from proxies that we trust.
import { compilePeer, type IncomingHead, type Peer } from './client-address.ts'

/** RFC 9110 §7.6.1, and what was never meant for the instance. Proxy-… is dropped as a family. */
const HOP_BY_HOP = new Set([
  'connection',
  'expect',
  'http2-settings',
  'keep-alive',
  'proxy',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])
/** With these an instance would route the request elsewhere than its first line says. */
const OVERRIDES = new Set([
  'x-http-method-override',
  'x-http-method',
  'x-method-override',
  'x-original-url',
  'x-rewrite-url',
])
const CLIENT_ADDRESS = new Set([
  'forwarded',
  'x-real-ip',
  'client-ip', // Rails compares it with X-Forwarded-For
  'x-client-ip',
  'x-cluster-client-ip',
  'true-client-ip',
  'cf-connecting-ip',
  'fastly-client-ip',
])
/** A client may not have these taken off by naming them in Connection, nor spell them with underscores. */
const PROTECTED = new Set([
  'host',
  'content-length',
  'content-type',
  'content-encoding',
  'authorization',
  'cookie',
  'date',
  'digest',
  'content-digest',
  'signature',
  'signature-input',
])

/** The headers for the instance: spelling, order and repeats kept, Content-Length included. */
export function compileOnward(trustedProxies: readonly string[]): (head: IncomingHead) => string[] {
  const peerAt = compilePeer(trustedProxies)
  return ({ rawHeaders, peer }) => {
    const { isTrusted, address } = peerAt(peer)
    const named = namedByConnection(rawHeaders)
    const headers = pick(rawHeaders, (name) => isOnward(name, { isTrusted, named }))
    return [...headers, ...clientHeaders(headers, { isTrusted, address })]
  }
}

/** The headers of the instance's answer, for the client. */
export function answerHeaders(rawHeaders: readonly string[]): string[] {
  const named = namedByConnection(rawHeaders)
  return pick(rawHeaders, (name) => {
    const key = name.toLowerCase()
    if (HOP_BY_HOP.has(key) || key === 'proxy-connection') return false
    return !named.has(key) || PROTECTED.has(key)
  })
}

interface Onward {
  readonly isTrusted: boolean
  readonly named: ReadonlySet<string>
}

function isOnward(name: string, { isTrusted, named }: Onward): boolean {
  const lower = name.toLowerCase()
  const key = lower.replaceAll('_', '-') // CGI and Rack see no difference
  if (HOP_BY_HOP.has(key) || key.startsWith('proxy-') || OVERRIDES.has(key)) return false
  if (isClientAddress(key)) return isTrusted && lower === key
  if (PROTECTED.has(key)) return lower === key
  return !named.has(lower)
}

function isClientAddress(key: string): boolean {
  return key.startsWith('x-forwarded-') || CLIENT_ADDRESS.has(key)
}

/** Mastodon redirects what did not come by https, and takes one bad sender's failures for everybody's without addresses. */
function clientHeaders(headers: readonly string[], { isTrusted, address }: Peer): string[] {
  if (!isTrusted) {
    const own = address === '' ? [] : ['X-Forwarded-For', address, 'X-Real-IP', address]
    return [...own, 'X-Forwarded-Proto', 'https']
  }
  const hasProto = headers.some((name, at) => at % 2 === 0 && /^x-forwarded-proto$/i.test(name))
  return hasProto ? [] : ['X-Forwarded-Proto', 'https']
}

function pick(rawHeaders: readonly string[], keeps: (name: string) => boolean): string[] {
  const kept: string[] = []
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    if (keeps(rawHeaders[at]!)) kept.push(rawHeaders[at]!, rawHeaders[at + 1]!)
  }
  return kept
}

function namedByConnection(rawHeaders: readonly string[]): Set<string> {
  const named = new Set<string>()
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    if (!/^connection$/i.test(rawHeaders[at]!)) continue
    for (const option of rawHeaders[at + 1]!.split(',')) named.add(option.trim().toLowerCase())
  }
  return named
}
