// Which software a server runs, by its own word: NodeInfo, asked once a day.
import { LRUCache } from 'lru-cache'
import { canonicalDomain } from '../domains.ts'
import { isObject, objectsOf, stringsOf } from '../plain-keys.ts'
import { MAX_DOCUMENT_BYTES, parseObject } from './documents.ts'
import type { RemoteFetch } from './fetch.ts'
import { singleFlight } from './single-flight.ts'

export interface Nodeinfo {
  /** The name in lower case, e.g. `misskey`; undefined when the server does not say. */
  software(domain: string): Promise<string | undefined>
}

export interface NodeinfoOptions {
  readonly fetch: RemoteFetch
  readonly now: () => number
}

const DEADLINE_MS = 1_500 // for both documents: holding a delivery must not wait longer
const TTL_MS = 24 * 3_600_000
const NOTHING_TTL_MS = 3_600_000
const MAX_DOMAINS = 10_000

export function openNodeinfo({ fetch, now }: NodeinfoOptions): Nodeinfo {
  const once = singleFlight<string | undefined>()
  const memory = new LRUCache<
    string,
    { readonly name: string | undefined; readonly until: number }
  >({ max: MAX_DOMAINS })

  async function ask(domain: string): Promise<string | undefined> {
    const name = await fetchName(domain, jsonGetter(fetch, now))
    memory.set(domain, { name, until: now() + (name === undefined ? NOTHING_TTL_MS : TTL_MS) })
    return name
  }

  return {
    async software(text) {
      const domain = canonicalDomain(text)
      if (domain === undefined) return undefined
      const known = memory.get(domain)
      if (known && known.until > now()) return known.name
      return once(domain, () => ask(domain))
    },
  }
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
const SOFTWARE_NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/

async function fetchName(domain: string, get: GetJson): Promise<string | undefined> {
  const asked = `https://${domain}/.well-known/nodeinfo`
  const listed = await get(asked)
  if (!listed) return undefined
  // The domain may send us to the host that serves it; that host describes itself, nobody else.
  const homes = [asked, listed.url].map((url) => URL.parse(url)?.origin)
  const link = objectsOf(listed.document.links)
    .filter(({ rel }) => stringsOf(rel).some((schema) => SCHEMA.test(schema)))
    .flatMap(({ href }) => stringsOf(href))
    .find((href) => homes.includes(URL.parse(href)?.origin))
  const { software } = (link === undefined ? undefined : await get(link))?.document ?? {}
  const name = isObject(software) ? stringsOf(software.name)[0]?.toLowerCase() : undefined
  return name !== undefined && SOFTWARE_NAME.test(name) ? name : undefined
}
