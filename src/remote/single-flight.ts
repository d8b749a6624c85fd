// However many ask for the same thing at once, it is fetched once and all get that answer.

export type SingleFlight<T> = (name: string, start: () => Promise<T>) => Promise<T>

export function singleFlight<T>(): SingleFlight<T> {
  const flights = new Map<string, Promise<T>>()
  return (name, start) => {
    const flying = flights.get(name)
    if (flying !== undefined) return flying
    const flight = start().finally(() => flights.delete(name))
    flights.set(name, flight)
    return flight
  }
}
