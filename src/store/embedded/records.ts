// The newest verdicts of one process, in memory.
import type { RecordLimits, RecordStore } from '../store.ts'

interface Kept {
  readonly id: string
  readonly at: number
  readonly json: string
}

const MAX_CHARACTERS = 64_000_000 // of all records: strangers choose how long theirs are
const SLACK = 1000 // records beyond the limit before the array is cut: cutting moves all the rest

export function embeddedRecords(limits: RecordLimits, now: () => number): RecordStore {
  const kept: Kept[] = [] // oldest first
  let characters = 0
  return {
    async append(record) {
      const place = kept.findLastIndex((other) => isBefore(other, record)) + 1
      if (kept[place]?.id === record.id) return
      kept.splice(place, 0, record)
      characters += record.json.length
      while (kept.length > 1 && characters > MAX_CHARACTERS) characters -= kept.shift()!.json.length
      if (kept.length < limits.count + SLACK) return
      for (const old of kept.splice(0, kept.length - limits.count)) characters -= old.json.length
    },
    async page({ limit, before }) {
      const end = before === undefined ? kept.length : kept.findLastIndex((r) => r.id === before)
      const oldest = kept.findIndex(({ at }) => at > now() - limits.ageMs)
      const first = oldest < 0 ? end : Math.max(oldest, kept.length - limits.count)
      const shown = kept.slice(Math.max(first, end - limit), Math.max(first, end)).reverse()
      const last = shown.at(-1)
      const more = last !== undefined && end - limit > first
      return { records: shown.map(({ json }) => json), ...(more && { next: last.id }) }
    },
  }
}

function isBefore(a: Kept, b: Kept): boolean {
  return a.at < b.at || (a.at === b.at && a.id < b.id)
}
