// What a server says of itself: NodeInfo, then what its software publishes besides; asked once a day.
import { LRUCache } from 'lru-cache'
import { canonicalDomain } from '../domains.ts'
import type { JsonValue } from '../json.ts'
import type { Description, DescriptionAnswer, Descriptions } from '../standing/description.ts'
import { joined } from '../standing/read-values.ts'
import { type Source, type Sources, sourcesOf } from '../standing/sources.ts'
import { within } from '../within.ts'
import { perMinute } from './budget.ts'
import { MAX_DOCUMENT_BYTES, parseJson } from './documents.ts'
import type { RemoteFetch } from './fetch.ts'
import type { Nodeinfo } from './nodeinfo.ts'
import { registeredName } from './registered-name.ts'
import { singleFlight } from './single-flight.ts'

export interface DescriptionsOptions {
  readonly fetch: RemoteFetch
  readonly nodeinfo: Pick<Nodeinfo, 'read'>
  readonly now: () => number
}

/** For all documents together. */
const DEADLINE_MS = 2_500
const TTL_MS = 24 * 3_600_000
/** Where something did not come that may come later. */
const NOTHING_TTL_MS = 3_600_000
const MAX_DOMAINS = 10_000
/** Of its own: servers that answer slowly must not keep keys waiting. */
export const DESCRIPTION_PLACES = { total: 16, perName: 2, waiting: 200 }

export function openDescriptions({ fetch, nodeinfo, now }: DescriptionsOptions): Descriptions {
  const once = singleFlight<DescriptionAnswer>()
  const mayAsk = openBudget(now)
  const memory = new LRUCache<
    string,
    { readonly answer: DescriptionAnswer; readonly until: number }
  >({ max: MAX_DOMAINS })

  function known(domain: string): DescriptionAnswer | undefined {
    const memorised = memory.get(domain)
    return memorised && memorised.until > now() ? memorised.answer : undefined
  }

  async function ask(domain: string, how: { readonly again: boolean }): Promise<DescriptionAnswer> {
    const until = now() + DEADLINE_MS
    // Not remembered: the next minute has its own budget.
    const budget = mayAsk(`https://${domain}/`)
    if (budget !== 'left') return notAsked(now(), budget)
    const answer = await fetchDescription(domain, { until, how })
    const isWhole = answer.status === 'described' && !answer.isPartial
    memory.set(domain, { answer, until: now() + (isWhole ? TTL_MS : NOTHING_TTL_MS) })
    return answer
  }

  async function fetchDescription(
    domain: string,
    { until, how }: { readonly until: number; readonly how: { readonly again: boolean } },
  ) {
    const base = await nodeinfo.read(domain, how)
    if (base.status === 'unread') return unknown(now(), base.why)
    const { home, description } = base
    const { software } = description
    if (software === undefined) return unknown(now(), 'it does not name its software')
    const isOther = registeredName(home) !== registeredName(`https://${domain}/`)
    const budget = isOther ? mayAsk(home) : 'left'
    if (budget !== 'left') return notAsked(now(), budget)
    const more = await readSources(sourcesOf(software), { fetch, now, until, home })
    const said = joined([description, ...more.descriptions])
    return described(said, { at: now(), isPartial: more.isPartial })
  }

  return {
    known: (text) => known(canonicalDomain(text) ?? ''),
    async describe(text, deadlineMs, how = { again: false }) {
      const domain = canonicalDomain(text)
      if (domain === undefined) return unknown(now(), 'no domain')
      const memorised = known(domain)
      const isStale = how.again && memorised?.status === 'unknown'
      if (memorised && !isStale) return memorised
      const asked = once(domain, () => ask(domain, how))
      return within(deadlineMs, asked)
    },
  }
}

function described(
  description: Description,
  { at, isPartial }: { readonly at: number; readonly isPartial: boolean },
): DescriptionAnswer {
  return { status: 'described', at, description, ...(isPartial && { isPartial }) }
}

function unknown(at: number, why: string): Extract<DescriptionAnswer, { status: 'unknown' }> {
  return { status: 'unknown', at, why }
}

// Descriptions a minute. Whoever has a wildcard domain would otherwise aim us at its hosts without end.
const PER_NAME = 10
const IN_ALL = 240

type Budget = 'left' | 'spent by its name' | 'spent by all'

function openBudget(now: () => number): (url: string) => Budget {
  const name = perMinute(PER_NAME, now)
  const all = perMinute(IN_ALL, now)
  return (url) => {
    if (!name(registeredName(url))) return 'spent by its name'
    return all('') ? 'left' : 'spent by all'
  }
}

/** Who makes so many names pays for it; who comes while others are asked does not. */
function notAsked(at: number, budget: Exclude<Budget, 'left'>): DescriptionAnswer {
  const told = unknown(at, 'too many servers asked')
  return budget === 'spent by all' ? { ...told, isUnasked: true } : told
}

interface Way {
  readonly fetch: RemoteFetch
  readonly now: () => number
  readonly until: number
  readonly home: string
}

async function readSources(sources: Sources, way: Way) {
  const readings = await Promise.all(sources.map((alternatives) => readOneOf(alternatives, way)))
  return {
    descriptions: readings.flatMap((reading) => (reading.status === 'read' ? reading.said : [])),
    isPartial: readings.some(({ status }) => status === 'passing'),
  }
}

type Reading =
  | { readonly status: 'read'; readonly said: Description }
  /** It may come another time. */
  | { readonly status: 'passing' }
  | { readonly status: 'unread' }

async function readOneOf(alternatives: readonly Source[], way: Way): Promise<Reading> {
  let worst: Reading = { status: 'unread' }
  for (const source of alternatives) {
    const reading = await readSource(source, way)
    if (reading.status === 'read') return reading
    if (reading.status === 'passing') worst = reading
  }
  return worst
}

async function readSource({ path, post, read }: Source, way: Way): Promise<Reading> {
  const url = `${way.home}${path}`
  const deadlineMs = way.until - way.now()
  if (deadlineMs <= 0) return { status: 'passing' }
  const posted = post === undefined ? {} : { post }
  const limits = { maxBytes: MAX_DOCUMENT_BYTES, deadlineMs }
  const answer = await way.fetch({ url, accept: 'application/json', ...limits, ...posted })
  if (answer.status === 'unreachable') return { status: 'passing' }
  if (answer.status === 'refused' && isPassing(answer.httpStatus)) return { status: 'passing' }
  // It describes itself: what another host says is that host's.
  if (answer.status !== 'ok' || URL.parse(answer.url)?.origin !== way.home) {
    return { status: 'unread' }
  }
  return readingOf(parseJson(answer.body), (json) => read(json, url))
}

function isPassing(httpStatus: number): boolean {
  return httpStatus >= 500 || httpStatus === 429
}

function readingOf(
  json: JsonValue | undefined,
  read: (json: JsonValue) => Description | undefined,
): Reading {
  const said = json === undefined ? undefined : read(json)
  return said ? { status: 'read', said } : { status: 'unread' }
}
