// Bodies that are still arriving, by who sends them: whoever sends slowly must not shut the inbox for the others.
import type { IncomingHead } from './client-address.ts'

export interface Arrival extends IncomingHead {
  /** Of a body that says how long it is; undefined for one that does not. */
  readonly bytes: number | undefined
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
const MAX_ARRIVING = 512
const LARGE_BYTES = 65_536 // almost every delivery is smaller
const MAX_LARGE = 96 // up to 1 MiB each, in memory; the small ones come to 32 MiB at most

interface Body {
  readonly since: number
  readonly isLarge: boolean
  readonly giveUp: () => void
}

/** The bodies of one client, the oldest first. */
type Bodies = Set<Body>

export function watchArrivals({ clientOf, now }: ArrivalOptions): Arrivals {
  const clients = new Map<string, Bodies>()
  let arriving = 0
  let large = 0

  function leave(client: string, body: Body): void {
    const bodies = clients.get(client)
    if (!bodies?.delete(body)) return
    arriving--
    if (body.isLarge) large--
    if (bodies.size === 0) clients.delete(client)
  }

  /** Gives up the slowest body of whoever has the most slow ones: an honest one would be whole by now. */
  function makeRoom(among: Iterable<[string, Bodies]>, isMeant: (body: Body) => boolean): boolean {
    const slow = Array.from(among, ([client, bodies]) => ({
      client,
      bodies: [...bodies].filter(isMeant),
    }))
    const most = slow.reduce((one, other) =>
      other.bodies.length > one.bodies.length ? other : one,
    )
    const [slowest] = most.bodies
    if (!slowest) return false
    leave(most.client, slowest)
    slowest.giveUp()
    return true
  }

  function findRoom({ since, isLarge }: Body): boolean {
    const isSlow = slowAt(since)
    const isLargeAndSlow = (body: Body) => body.isLarge && isSlow(body)
    if (isLarge && large >= MAX_LARGE && !makeRoom(clients, isLargeAndSlow)) return false
    return arriving < MAX_ARRIVING || makeRoom(clients, isSlow)
  }

  return {
    admit({ giveUp, bytes, ...head }) {
      const at = now()
      const client = clientOf(head)
      const bodies: Bodies = clients.get(client) ?? new Set()
      const body = { since: at, isLarge: bytes === undefined || bytes > LARGE_BYTES, giveUp }
      if (hasItsShare(bodies, at) && !makeRoom([[client, bodies]], slowAt(at))) return undefined
      if (!findRoom(body)) return undefined
      clients.set(client, bodies.add(body))
      arriving++
      if (body.isLarge) large++
      return () => leave(client, body)
    },
  }
}

function hasItsShare(bodies: Bodies, at: number): boolean {
  if (bodies.size < MAX_SLOW_OF_ONE) return false
  return bodies.size >= MAX_OF_ONE || [...bodies].filter(slowAt(at)).length >= MAX_SLOW_OF_ONE
}

function slowAt(at: number): (body: Body) => boolean {
  return ({ since }) => at - since >= SLOW_MS
}
