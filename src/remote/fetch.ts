// The only way out: every request to another server, and every redirect of it, passes the same checks.
import { type DestinationOptions, type Destinations, openDestinations } from './destination.ts'
import { type Exchange, exchange } from './exchange.ts'
import { openPlaces, type PlaceLimits, type Places } from './places.ts'
import { registeredName } from './registered-name.ts'

export interface RemoteRequest {
  readonly url: string
  /** Media ranges asked for; binding: an answer of another type is forbidden. */
  readonly accept: string
  /** JSON to POST instead of a GET, where software reads its API in no other way; no redirect is followed. */
  readonly post?: string
  /** Of the body, as sent and as unpacked. */
  readonly maxBytes: number
  /** For everything together: waiting for a place, name, connection, redirects, body. */
  readonly deadlineMs: number
  /** Asked of the first 256 bytes of the body: why the rest is not wanted. */
  readonly refuse?: (head: Buffer) => string | undefined
  /** Asked of every piece of the body: may so many bytes more be held? Where not, the answer is forbidden. */
  readonly mayHold?: (bytes: number) => boolean
  /** Headers for one hop: a signature covers the host and path of that hop only. */
  readonly headersFor?: (url: URL) => Readonly<Record<string, string>>
}

export type RemoteAnswer =
  | {
      readonly status: 'ok'
      /** That served it, redirects followed, without fragment. */
      readonly url: string
      readonly contentType: string
      readonly body: Buffer
    }
  /** 404 or 410. */
  | { readonly status: 'gone'; readonly httpStatus: number }
  /** Any other status but 2xx. */
  | { readonly status: 'refused'; readonly httpStatus: number }
  | { readonly status: 'unreachable'; readonly why: string }
  /** By us: address, scheme, port, name, redirect, type, size. */
  | { readonly status: 'forbidden'; readonly why: string }

export type RemoteFetch = (request: RemoteRequest) => Promise<RemoteAnswer>

export interface RemoteFetchOptions extends DestinationOptions {
  readonly userAgent: string
  /** How many fetches run at once; who fetches what is large, or slow, has places of its own. */
  readonly places?: PlaceLimits
  /** Told by whose clock it is how late, of every answer. */
  readonly onTime?: (url: string, at: number) => void
}

const MAX_REDIRECTS = 2
// Per registered name: subdomains cost a stranger nothing.
const PLACES = { total: 32, perName: 2, waiting: 500 }

export function remoteFetch(options: RemoteFetchOptions): RemoteFetch {
  const way: Way = {
    destinations: openDestinations(options),
    places: openPlaces(options.places ?? PLACES),
    userAgent: options.userAgent,
    onTime: options.onTime,
  }
  return (request) => follow(request, way)
}

interface Way {
  readonly destinations: Destinations
  readonly places: Places
  readonly userAgent: string
  readonly onTime: RemoteFetchOptions['onTime']
}

interface Hop {
  readonly request: RemoteRequest
  readonly url: URL
  readonly signal: AbortSignal
}

async function follow(request: RemoteRequest, way: Way): Promise<RemoteAnswer> {
  const signal = AbortSignal.timeout(request.deadlineMs)
  const seen = new Set<string>()
  let next = request.url
  while (seen.size <= MAX_REDIRECTS) {
    const url = way.destinations.admit(next)
    if (typeof url === 'string') return forbidden(url)
    if (seen.has(url.href)) return forbidden('redirect loop')
    seen.add(url.href)
    const answer = await visit({ request, url, signal }, way)
    if (answer.status === 'ok') return { ...answer, url: url.href }
    if (answer.status !== 'redirect') return answer
    next = URL.parse(answer.location, url.href)?.href ?? ''
  }
  return forbidden(`more than ${MAX_REDIRECTS} redirects`)
}

async function visit(hop: Hop, way: Way): Promise<Exchange> {
  const leave = await way.places.take(registeredName(hop.url.href), hop.signal)
  if (!leave) return { status: 'unreachable', why: 'no place for another fetch' }
  try {
    const answer = await ask(hop, way)
    const isMoved = answer.status === 'redirect' && hop.request.post !== undefined
    return isMoved ? { status: 'forbidden', why: 'redirect of what was posted' } : answer
  } finally {
    leave()
  }
}

async function ask({ request, url, signal }: Hop, way: Way): Promise<Exchange> {
  const destination = await way.destinations.locate(url, signal)
  if (destination.status !== 'allowed') return destination
  const { origin, addresses } = destination
  const { accept, maxBytes, headersFor, refuse, mayHold, post } = request
  const headers = { 'user-agent': way.userAgent, ...headersFor?.(url) }
  const onTime = (at: number) => way.onTime?.(url.href, at)
  const asked = { accept, ...(post !== undefined && { post }) }
  const wanted = {
    ...asked,
    maxBytes,
    signal,
    ...(refuse && { refuse }),
    ...(mayHold && { mayHold }),
  }
  return exchange({ url, origin, addresses, headers, ...wanted, onTime })
}

function forbidden(why: string): RemoteAnswer {
  return { status: 'forbidden', why }
}
