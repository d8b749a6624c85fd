// How many fetches run at once: a few per registered name, some dozens in all; the rest waits its turn.

export interface Places {
  /** Resolves to the function that gives the place back, or undefined when none came free in time. */
  take(name: string, signal: AbortSignal): Promise<(() => void) | undefined>
}

export interface PlaceLimits {
  readonly total: number
  readonly perName: number
  readonly waiting: number
}

interface Waiter {
  readonly name: string
  readonly admit: (release: () => void) => void
}

export function openPlaces(limits: PlaceLimits): Places {
  const taken = new Map<string, number>()
  const queue: Waiter[] = []
  let inUse = 0

  const isFree = (name: string) => inUse < limits.total && (taken.get(name) ?? 0) < limits.perName

  function occupy(name: string): () => void {
    inUse += 1
    taken.set(name, (taken.get(name) ?? 0) + 1)
    return () => {
      inUse -= 1
      const left = (taken.get(name) ?? 1) - 1
      if (left === 0) taken.delete(name)
      else taken.set(name, left)
      admitNext()
    }
  }

  // First come, first served, but nobody waits for a name that is not theirs.
  function admitNext(): void {
    const next = queue.findIndex((waiter) => isFree(waiter.name))
    if (next < 0) return
    const [waiter] = queue.splice(next, 1)
    waiter!.admit(occupy(waiter!.name))
  }

  return {
    take(name, signal) {
      if (signal.aborted) return Promise.resolve(undefined)
      if (isFree(name)) return Promise.resolve(occupy(name))
      if (queue.length >= limits.waiting) return Promise.resolve(undefined)
      return new Promise((resolve) => wait(queue, { name, admit: resolve }, signal))
    },
  }
}

function wait(
  queue: Waiter[],
  { name, admit }: { readonly name: string; readonly admit: (release?: () => void) => void },
  signal: AbortSignal,
): void {
  const giveUp = () => {
    const at = queue.indexOf(waiter)
    if (at >= 0) queue.splice(at, 1)
    admit(undefined)
  }
  const waiter: Waiter = {
    name,
    admit(release) {
      signal.removeEventListener('abort', giveUp)
      admit(release)
    },
  }
  signal.addEventListener('abort', giveUp, { once: true })
  queue.push(waiter)
}
