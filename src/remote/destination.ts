// Where a URL may be fetched: https, port 443, a name that is not ours, and public addresses only.
import { lookup, Resolver } from 'node:dns/promises'
import { isIP } from 'node:net'
import { canonicalDomain } from '../domains.ts'
import { isPublicAddress } from './addresses.ts'

/** Every address of a name, A and AAAA. Rejects when there is none or nobody answers. */
export type Resolve = (host: string) => Promise<readonly string[]>

export interface DestinationOptions {
  /** Host → origin that stands in for it. Development and tests only. */
  readonly overrides: Readonly<Record<string, string>>
  readonly ownHosts: readonly string[]
  readonly resolve?: Resolve
}

export type Destination =
  /** Connect to `addresses` only: what was checked is what is connected. */
  | { readonly status: 'allowed'; readonly origin: URL; readonly addresses: readonly string[] }
  | { readonly status: 'unreachable'; readonly why: string }
  | { readonly status: 'forbidden'; readonly why: string }

export interface Destinations {
  /** The URL that may be asked for, or why not. Pure: knows names and forms, no addresses. */
  admit(text: string): URL | string
  locate(url: URL, signal: AbortSignal): Promise<Destination>
}

const MAX_ADDRESSES = 4 // a name with a hundred addresses would aim us at a hundred machines

export function openDestinations(options: DestinationOptions): Destinations {
  const { resolve = resolveByDns } = options
  const overrides = new Map(
    Object.entries(options.overrides).map(([host, origin]) => [
      host.toLowerCase(),
      new URL(origin),
    ]),
  )
  const ownHosts = new Set(options.ownHosts.map((host) => canonicalDomain(host) ?? host))
  return {
    admit: (text) => admit(text, ownHosts),
    async locate(url, signal) {
      const override = overrides.get(url.hostname)
      if (override) return standIn(override, await answered(resolveHere, override.hostname, signal))
      return locate(url, await answered(resolve, url.hostname, signal))
    },
  }
}

function admit(text: string, ownHosts: ReadonlySet<string>): URL | string {
  const url = URL.parse(text)
  if (!url) return 'no URL'
  if (url.protocol !== 'https:') return `scheme ${url.protocol.slice(0, -1)}`
  if (url.port !== '') return `port ${url.port}`
  if (url.username !== '' || url.password !== '') return 'user name in the URL'
  if (ownHosts.has(canonicalDomain(url.hostname) ?? url.hostname)) return 'our own host'
  if (literalOf(url.hostname) === undefined && canonicalDomain(url.hostname) !== url.hostname) {
    return 'no proper host name'
  }
  url.hash = ''
  return url
}

type Addresses = readonly string[] | { readonly fault: string }

async function answered(resolve: Resolve, host: string, signal: AbortSignal): Promise<Addresses> {
  const literal = literalOf(host)
  if (literal !== undefined) return [literal]
  const { promise: aborted, resolve: giveUp } = Promise.withResolvers<Addresses>()
  const onAbort = () => giveUp({ fault: 'deadline passed while resolving' })
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([resolve(host), aborted])
  } catch (fault) {
    return { fault: `name not resolved: ${codeOf(fault)}` }
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

function locate(url: URL, addresses: Addresses): Destination {
  if ('fault' in addresses) return { status: 'unreachable', why: addresses.fault }
  if (addresses.length === 0) return { status: 'unreachable', why: 'name has no address' }
  // One bad answer spoils all: which of them is connected is not for the sender to choose.
  const bad = addresses.find((address) => !isPublicAddress(address))
  if (bad !== undefined) return { status: 'forbidden', why: `address ${bad} is not public` }
  return { status: 'allowed', origin: url, addresses: addresses.slice(0, MAX_ADDRESSES) }
}

// A stand-in is the operator's own word: its address may be any.
function standIn(origin: URL, addresses: Addresses): Destination {
  if ('fault' in addresses) return { status: 'unreachable', why: addresses.fault }
  return { status: 'allowed', origin, addresses }
}

async function resolveHere(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address)
}

/** The address that a URL's host is, without brackets; the parser has already undone 0x7f.1 and the like. */
function literalOf(hostname: string): string | undefined {
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
  return isIP(bare) === 0 ? undefined : bare
}

// c-ares, not getaddrinfo: no search domains, no hosts file, and slow name servers of strangers
// do not occupy the thread pool.
async function resolveByDns(host: string): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: 1_000, tries: 2 })
  const [v4, v6] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)])
  if (v4.status === 'rejected' && v6.status === 'rejected') throw v4.reason
  const found = (family: typeof v4) => (family.status === 'fulfilled' ? family.value : [])
  return [...found(v4), ...found(v6)]
}

function codeOf(fault: unknown): string {
  return String((fault as { code?: unknown }).code ?? fault)
}
