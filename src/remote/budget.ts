// How often one host is asked: whoever makes us fetch must not be able to aim us at anybody.
import { LRUCache } from 'lru-cache'

const MAX_NAMES = 10_000

/** True while `name` has been spent on fewer than `limit` times in its current minute. */
export function perMinute(limit: number, now: () => number): (name: string) => boolean {
  const minutes = new LRUCache<string, { readonly until: number; spent: number }>({
    max: MAX_NAMES,
  })
  return (name) => {
    const at = now()
    const minute = minutes.get(name)
    if (!minute || minute.until <= at) {
      minutes.set(name, { until: at + 60_000, spent: 1 })
      return true
    }
    minute.spent += 1
    return minute.spent <= limit
  }
}
