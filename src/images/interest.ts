// However many want the same thing at once, it is done once, and whoever does it is told when nobody waits any more.

export interface Interest {
  /** Somebody still waits for it. */
  isAlive(): boolean
  /** Called when the last one has gone; the last to be told takes the place of those before. */
  onEnd(giveUp: () => void): void
}

export interface Seat<T> {
  readonly landed: Promise<T>
  /** The first to want it: what hinders it alone hinders the others too. */
  readonly isFirst: boolean
  /** Waits no longer; as often as one likes. */
  leave(): void
}

export type Flights<T> = (name: string, start: (interest: Interest) => Promise<T>) => Seat<T>

interface Flight<T> {
  readonly landed: Promise<T>
  waiting: number
  giveUp: () => void
}

export function openFlights<T>(): Flights<T> {
  const flights = new Map<string, Flight<T>>()

  function begin(name: string, start: (interest: Interest) => Promise<T>): Flight<T> {
    const { promise, resolve } = Promise.withResolvers<T>()
    const flight: Flight<T> = { landed: promise, waiting: 0, giveUp: () => {} }
    flights.set(name, flight)
    const interest = {
      isAlive: () => flight.waiting > 0,
      onEnd(giveUp: () => void) {
        flight.giveUp = giveUp
      },
    }
    // In a moment: whoever begins it is to be counted first.
    resolve(
      Promise.resolve()
        .then(() => start(interest))
        .finally(() => flights.delete(name)),
    )
    return flight
  }

  return (name, start) => {
    const flying = flights.get(name)
    const flight = flying ?? begin(name, start)
    flight.waiting++
    let isSeated = true
    return {
      landed: flight.landed,
      isFirst: flying === undefined,
      leave() {
        if (!isSeated) return
        isSeated = false
        flight.waiting--
        if (flight.waiting === 0) flight.giveUp()
      },
    }
  }
}
