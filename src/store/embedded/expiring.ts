// A map that forgets: what has expired, and where there is no room what was set longest ago. It can be read
// slice by slice while it changes, which a cache that links its entries by itself cannot.

export interface Expiring<V> {
  /** Changes nothing, not even what is forgotten first. */
  get(name: string): V | undefined
  /** `size` counts towards `maxSize`; what `value` holds may change until the next `set`. */
  set(name: string, value: V, span: { readonly keptMs: number; readonly size?: number }): void
  delete(name: string): void
  /** Oldest first. Whatever is set meanwhile may come once more. */
  entries(): Generator<readonly [name: string, value: V]>
  /** Gives back the room of what has expired. */
  sweep(): void
}

export interface ExpiringLimits<V> {
  readonly max: number
  readonly maxSize?: number
  readonly now: () => number
  /** Called for what was forgotten for want of room. */
  readonly onLoss?: (value: V) => void
}

interface Entry<V> {
  readonly value: V
  readonly until: number
  readonly size: number
}

export function expiring<V>(limits: ExpiringLimits<V>): Expiring<V> {
  const { max, maxSize = Number.POSITIVE_INFINITY, now, onLoss } = limits
  const entries = new Map<string, Entry<V>>() // in the order of setting
  const batch = Math.max(1, Math.floor(max / 256))
  let total = 0

  function remove(name: string): Entry<V> | undefined {
    const entry = entries.get(name)
    if (entry === undefined) return undefined
    entries.delete(name)
    total -= entry.size
    return entry
  }

  /** Several at once: to find the first of a map takes as long as it has had others before it. */
  function makeRoom(): void {
    let left = batch
    for (const name of entries.keys()) {
      if (left-- === 0) return
      const lost = remove(name)
      if (lost && lost.until > now()) onLoss?.(lost.value)
    }
  }

  return {
    get(name) {
      const entry = entries.get(name)
      return entry !== undefined && entry.until > now() ? entry.value : undefined
    },
    set(name, value, { keptMs, size = 1 }) {
      remove(name)
      entries.set(name, { value, until: now() + keptMs, size })
      total += size
      while (entries.size > max || total > maxSize) makeRoom()
    },
    delete: (name) => void remove(name),
    *entries() {
      for (const [name, { value, until }] of entries) if (until > now()) yield [name, value]
    },
    sweep() {
      for (const [name, { until }] of entries) if (until <= now()) remove(name)
    },
  }
}
