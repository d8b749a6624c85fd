// Which software a server runs and what else NodeInfo says of it, by its own word; asked once a day.
import { LRUCache } from 'lru-cache'
import { canonicalDomain } from '../domains.ts'
import { objectsOf, stringsOf } from '../plain-keys.ts'
import type { Description } from '../standing/description.ts'
import { readNodeinfo } from '../standing/read-nodeinfo.ts'
import { MAX_DOCUMENT_BYTES, parseObject } from './documents.ts'
import type { RemoteFetch } from './fetch.ts'
import { singleFlight } from './single-flight.ts'

export interface Nodeinfo {
  /** The name in lower case, e.g. `misskey`; undefined when the server does not say. */
  software(domain: string): Promise<string | undefined>
  /** `again`: also where nothing came the last time. */
  read(domain: string, how?: { readonly again: boolean }): Promise<NodeinfoAnswer>
}

export type NodeinfoAnswer =
  | {
      readonly status: 'read'
      /** The origin that speaks for the domain. */
      readonly home: string
      readonly description: Description
    }
  | { readonly status: 'unread'; readonly why: string }

export interface NodeinfoOptions {
  readonly fetch: RemoteFetch
  readonly now: () => number
}

const DEADLINE_MS = 1_500 // for both documents: holding a delivery must not wait longer
const TTL_MS = 24 * 3_600_000
const NOTHING_TTL_MS = 3_600_000
const MAX_DOMAINS = 10_000

export function openNodeinfo({ fetch, now }: NodeinfoOptions): Nodeinfo {
  const once = singleFlight<NodeinfoAnswer>()
  const memory = new LRUCache<string, { readonly answer: NodeinfoAnswer; readonly until: number }>({
    max: MAX_DOMAINS,
  })

  async function ask(domain: string): Promise<NodeinfoAnswer> {
    const answer = await fetchNodeinfo(domain, jsonGetter(fetch, now))
    const ttlMs = softwareIn(answer) === undefined ? NOTHING_TTL_MS : TTL_MS
    memory.set(domain, { answer, until: now() + ttlMs })
    return answer
  }

  async function read(text: string, { again } = { again: false }): Promise<NodeinfoAnswer> {
    const domain = canonicalDomain(text)
    if (domain === undefined) return { status: 'unread', why: 'no domain' }
    const known = memory.get(domain)
    const isStale = again && known?.answer.status === 'unread'
    if (known && known.until > now() && !isStale) return known.answer
    return once(domain, () => ask(domain))
  }

  return { read, software: async (domain) => softwareIn(await read(domain)) }
}

function softwareIn(answer: NodeinfoAnswer): string | undefined {
  return answer.status === 'read' ? answer.description.software : undefined
}

type GetJson = ReturnType<typeof jsonGetter>

function jsonGetter(fetch: RemoteFetch, now: () => number) {
  const until = now() + DEADLINE_MS
  const accept = 'application/json, application/jrd+json'
  return async (url: string) => {
    const deadlineMs = until - now()
    if (deadlineMs <= 0) return undefined
    const answer = await fetch({ url, accept, maxBytes: MAX_DOCUMENT_BYTES, deadlineMs })
    if (answer.status !== 'ok') return undefined
    const document = parseObject(answer.body)
    return document && { document, url: answer.url }
  }
}

const SCHEMA = /^https?:\/\/nodeinfo\.diaspora\.software\/ns\/schema\/[12]\.\d$/
const MAX_HREF_LENGTH = 2_048

async function fetchNodeinfo(domain: string, get: GetJson): Promise<NodeinfoAnswer> {
  const asked = `https://${domain}/.well-known/nodeinfo`
  const listed = await get(asked)
  if (!listed) return { status: 'unread', why: 'it does not say where its NodeInfo is' }
  // The domain may send us to the host that serves it; that host describes itself, nobody else.
  const homes = [asked, listed.url].map((url) => URL.parse(url)?.origin)
  const link = objectsOf(listed.document.links)
    .filter(({ rel }) => stringsOf(rel).some((schema) => SCHEMA.test(schema)))
    .flatMap(({ href }) => stringsOf(href))
    .filter((href) => href.length <= MAX_HREF_LENGTH)
    .find((href) => homes.includes(URL.parse(href)?.origin))
  const served = link === undefined ? undefined : await get(link)
  const home = served && homes.find((origin) => origin === URL.parse(served.url)?.origin)
  if (!served || home === undefined) return { status: 'unread', why: 'it serves no NodeInfo' }
  const url = served.url.slice(0, MAX_HREF_LENGTH) // as redirects left it
  return { status: 'read', home, description: readNodeinfo(served.document, url) }
}
