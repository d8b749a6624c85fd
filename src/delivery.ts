// What arrived: one POST to an inbox, kept as the bytes it was.

export interface Delivery {
  readonly id: string
  /** Epoch milliseconds at which the request's head was read. */
  readonly receivedAt: number
  readonly method: string
  /** The request target byte for byte, query included: what `(request-target)` and `@target-uri` cover. */
  readonly target: string
  /** Name, value, name, value, … in the order and spelling of the wire. */
  readonly rawHeaders: readonly string[]
  /** Lower-case names; repeated headers joined by ", " as RFC 9110 §5.2 allows. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
  /** Address of the TCP peer: our own reverse proxy or the sender. */
  readonly peer: string
}

export type Arrival = Omit<Delivery, 'headers'>

export function receive(arrival: Arrival): Delivery {
  return { ...arrival, headers: joinHeaders(arrival.rawHeaders) }
}

export function joinHeaders(rawHeaders: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>()
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!.toLowerCase()
    const value = rawHeaders[at + 1]!.trim()
    const before = headers.get(name)
    headers.set(name, before === undefined ? value : `${before}, ${value}`)
  }
  return headers
}
