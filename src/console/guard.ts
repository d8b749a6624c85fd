// Who may ask the API: somebody with the token, under a name of this listener, and no page of another site.
import { isIP } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { LRUCache } from 'lru-cache'
import { isToken } from './token.ts'

export interface GuardOptions {
  readonly token: string
  /** Names besides addresses, `localhost` and names without a dot. */
  readonly hosts: readonly string[]
  readonly now: () => number
  readonly pause: (ms: number) => Promise<unknown>
}

export type Refuse = (reply: FastifyReply, status: number, message: string) => FastifyReply

type Guard = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | undefined>

const WINDOW_MS = 60_000
const MAX_WRONG_TOKENS = 10 // a minute and address; then every token from there waits
const MAX_WRONG_IN_ALL = 100
const MAX_ADDRESSES = 1_000
const WAIT_MS = 1_000
/** Behind one proxy, or on one machine, all have one address: whoever guesses must not shut the operator out. */
const MAX_WAITING = 20

export function guardApi(options: GuardOptions, refuse: Refuse): Guard {
  const guesses = countGuesses(options.now)
  const queue = openQueue(options.pause)
  return async (request, reply) => {
    const why = whyStrange(request, options.hosts)
    if (why !== undefined) return refuse(reply, 403, why)
    const given = tokenIn(request)
    if (given === undefined) return refuse(reply, 401, NEEDED)
    const hasWaited = !guesses.areTooMany(request.ip) || (await queue.wait())
    if (!hasWaited) return refuse(reply.header('retry-after', '60'), 429, TOO_MANY)
    if (isToken(given, options.token)) return undefined
    guesses.note(request.ip)
    return refuse(reply, 401, NEEDED)
  }
}

function tokenIn({ headers }: FastifyRequest): string | undefined {
  return /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1]
}

/** False where too many wait already. */
function openQueue(pause: GuardOptions['pause']) {
  let waiting = 0
  return {
    async wait(): Promise<boolean> {
      if (waiting >= MAX_WAITING) return false
      waiting++
      await pause(WAIT_MS).finally(() => waiting--)
      return true
    },
  }
}

const TOO_MANY = 'Too many wrong tokens; wait a minute.'
const NEEDED = 'Authorization: Bearer with the admin token is needed.'

/** A name that somebody else may point at us (DNS rebinding), or a page of another site. */
function whyStrange({ headers }: FastifyRequest, hosts: readonly string[]): string | undefined {
  const host = headers.host ?? ''
  const name = nameOf(host)
  const isOurs = name !== undefined && (isPrivateName(name) || hosts.includes(name))
  if (!isOurs) return 'The Host is no name of this listener; admin.hosts may list it.'
  const { origin } = headers
  if (origin !== undefined && URL.parse(origin)?.host !== host) {
    return 'The Origin is another site.'
  }
  return headers['sec-fetch-site'] === 'cross-site'
    ? 'The request comes from another site.'
    : undefined
}

function nameOf(host: string): string | undefined {
  return URL.parse(`http://${host}`)?.hostname.replace(/^\[|\]$/g, '')
}

/** Nobody can register these, so nobody can point them here. */
function isPrivateName(name: string): boolean {
  return isIP(name) !== 0 || !name.includes('.') || name.endsWith('.localhost')
}

function countGuesses(now: () => number) {
  const byAddress = new LRUCache<string, readonly number[]>({ max: MAX_ADDRESSES })
  const recent = (times: readonly number[]) => times.filter((at) => now() - at < WINDOW_MS)
  let all: readonly number[] = []
  return {
    areTooMany(address: string): boolean {
      all = recent(all)
      const own = recent(byAddress.get(address) ?? [])
      return own.length >= MAX_WRONG_TOKENS || all.length >= MAX_WRONG_IN_ALL
    },
    note(address: string): void {
      all = [...recent(all), now()]
      byAddress.set(address, [...recent(byAddress.get(address) ?? []), now()])
    },
  }
}
