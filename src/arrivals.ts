// Bodies that are still arriving, by who sends them: whoever sends slowly must not shut the inbox for the others.
import type { IncomingHead } from './client-address.ts'

export interface Arrival extends IncomingHead {
  /** Called when room is needed for somebody else. */
  readonly giveUp: () => void
}

export interface Arrivals {
  /** Counts the body until the returned function is called; undefined when there is no room for it. */
  admit(arrival: Arrival): (() => void) | undefined
}

export interface ArrivalOptions {
  readonly clientOf: (head: IncomingHead) => string
  readonly now: () => number
}

const SLOW_MS = 2_000 // an honest body follows its head within milliseconds
/** A busy server sends dozens of deliveries at once, all of them whole before they are slow. */
const MAX_SLOW_OF_ONE = 64
const MAX_OF_ONE = 128
const MAX_ARRIVING = 512 // up to 1 MiB each, in memory

interface Body {
  readonly since: number
  readonly giveUp: () => void
}

/** The bodies of one client, the oldest first. */
type Bodies = Set<Body>

export function watchArrivals({ clientOf, now }: ArrivalOptions): Arrivals {
  const clients = new Map<string, Bodies>()
  let arriving = 0

  function leave(client: string, body: Body): void {
    const bodies = clients.get(client)
    if (!bodies?.delete(body)) return
    arriving--
    if (bodies.size === 0) clients.delete(client)
  }

  /** Gives up the slowest body of whoever has the most slow ones: an honest one would be whole by now. */
  function makeRoom(among: Iterable<[string, Bodies]>, at: number): boolean {
    const slow = Array.from(among, ([client, bodies]) => ({ client, bodies: slowOf(bodies, at) }))
    const most = slow.reduce((one, other) =>
      other.bodies.length > one.bodies.length ? other : one,
    )
    const [slowest] = most.bodies
    if (!slowest) return false
    leave(most.client, slowest)
    slowest.giveUp()
    return true
  }

  return {
    admit({ giveUp, ...head }) {
      const at = now()
      const client = clientOf(head)
      const bodies: Bodies = clients.get(client) ?? new Set()
      if (hasItsShare(bodies, at) && !makeRoom([[client, bodies]], at)) return undefined
      if (arriving >= MAX_ARRIVING && !makeRoom(clients, at)) return undefined
      const body = { since: at, giveUp }
      clients.set(client, bodies.add(body))
      arriving++
      return () => leave(client, body)
    },
  }
}

function hasItsShare(bodies: Bodies, at: number): boolean {
  if (bodies.size < MAX_SLOW_OF_ONE) return false
  return bodies.size >= MAX_OF_ONE || slowOf(bodies, at).length >= MAX_SLOW_OF_ONE
}

function slowOf(bodies: Bodies, at: number): Body[] {
  return [...bodies].filter(({ since }) => at - since >= SLOW_MS)
}
