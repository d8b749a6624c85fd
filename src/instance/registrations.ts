// Whether strangers may sign up at our own instance, by its own word: it is asked when somebody wants to know, and
// seldom.
import type { JsonObject, JsonValue } from '../json.ts'
import { isObject } from '../plain-keys.ts'
import { type Visit, visit } from './visit.ts'

export type Registrations = 'open' | 'approval' | 'closed' | 'unknown'

export interface RegistrationsOptions {
  readonly upstream: string
  readonly domain: string
  readonly now: () => number
}

const KNOWN_MS = 600_000
const UNKNOWN_MS = 60_000

/** What is known, or will be in a moment; what has grown old is told once more while it is asked again. */
export function watchRegistrations(options: RegistrationsOptions): () => Promise<Registrations> {
  let known: { readonly value: Registrations; readonly until: number } | undefined
  let asking: Promise<Registrations> | undefined

  async function ask(): Promise<Registrations> {
    try {
      const value = await askRegistrations(options)
      const ttl = value === 'unknown' ? UNKNOWN_MS : KNOWN_MS
      known = { value, until: options.now() + ttl }
      return value
    } finally {
      asking = undefined
    }
  }

  return async () => {
    if (known && known.until > options.now()) return known.value
    asking ??= ask()
    return known && known.value !== 'unknown' ? known.value : asking
  }
}

interface Question extends Pick<Visit, 'path' | 'method' | 'body'> {
  readonly read: (answer: JsonObject) => Registrations | undefined
}

const NODEINFO = '/.well-known/nodeinfo'

/** Mastodon and its kin first, then Misskey, then Lemmy, whose NodeInfo calls registration by application open. */
const QUESTIONS: readonly Question[] = [
  { path: '/api/v2/instance', read: mastodon2 },
  { path: '/api/v1/instance', read: mastodon1 },
  { path: '/api/meta', method: 'POST', body: '{"detail":false}', read: misskey },
  { path: '/api/v3/site', read: lemmy },
]

async function askRegistrations(options: RegistrationsOptions): Promise<Registrations> {
  for (const question of QUESTIONS) {
    const answer = await getJson(options, question)
    if (answer === 'unreachable') return 'unknown'
    const read = answer && question.read(answer)
    if (read !== undefined) return read
  }
  return askNodeinfo(options)
}

async function askNodeinfo(options: RegistrationsOptions): Promise<Registrations> {
  const listed = await getJson(options, { path: NODEINFO })
  const links = isObject(listed) && Array.isArray(listed.links) ? listed.links : []
  const hrefs = links.flatMap((link) => (isObject(link) ? [String(link.href)] : []))
  const path = URL.parse(hrefs.at(-1) ?? '')?.pathname
  const described = path === undefined ? undefined : await getJson(options, { path })
  if (!isObject(described)) return 'unknown'
  return openOrClosed(described.openRegistrations) ?? 'unknown'
}

function mastodon2({ registrations }: JsonObject): Registrations | undefined {
  if (!isObject(registrations)) return undefined
  const { enabled, approval_required: approval } = registrations
  return enabled === true && approval === true ? 'approval' : openOrClosed(enabled)
}

function mastodon1({ registrations, approval_required: approval }: JsonObject) {
  return registrations === true && approval === true ? 'approval' : openOrClosed(registrations)
}

function misskey({ disableRegistration: isClosed }: JsonObject): Registrations | undefined {
  return typeof isClosed === 'boolean' ? openOrClosed(!isClosed) : undefined
}

const LEMMY_MODES: ReadonlyMap<unknown, Registrations> = new Map([
  ['Open', 'open'],
  ['RequireApplication', 'approval'],
  ['Closed', 'closed'],
])

function lemmy({ site_view: view }: JsonObject): Registrations | undefined {
  const site = isObject(view) ? view.local_site : undefined
  return isObject(site) ? LEMMY_MODES.get(site.registration_mode) : undefined
}

function openOrClosed(isOpen: unknown): Registrations | undefined {
  if (typeof isOpen !== 'boolean') return undefined
  return isOpen ? 'open' : 'closed'
}

/** Undefined for what is no object in JSON. */
async function getJson(
  { upstream, domain }: RegistrationsOptions,
  { path, method = 'GET', body }: Pick<Visit, 'path' | 'method' | 'body'>,
): Promise<JsonObject | 'unreachable' | undefined> {
  const headers = {
    ...{ host: domain, accept: 'application/json', 'x-forwarded-proto': 'https' },
    ...(body !== undefined && { 'content-type': 'application/json' }),
  }
  const origin = new URL(upstream).origin
  const visited = await visit({
    origin,
    path,
    method,
    headers,
    ...(body !== undefined && { body }),
  })
  if (visited.status === 'unreachable') return 'unreachable'
  return visited.httpStatus === 200 ? parseObject(visited.text) : undefined
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const parsed = JSON.parse(text) as JsonValue
    return isObject(parsed) ? parsed : undefined
  } catch {
    return undefined // a page for people: another answer is asked for
  }
}
