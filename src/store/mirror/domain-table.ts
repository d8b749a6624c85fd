// A million blocked domains in some 70 MiB: an open-addressed index over packed records.
import type { BlockEntry } from '../store.ts'
import { createEntryRecords } from './entry-records.ts'

const FIRST_SLOTS = 1 << 10
const MAX_LOAD = 0.62 // a million entries fit 2^21 slots, and probes stay short

export interface DomainTable {
  readonly size: number
  get(domain: string): BlockEntry | undefined
  set(entry: BlockEntry): void
  delete(domain: string): boolean
  /** May be read across changes: what stays throughout comes exactly once. */
  entries(): Generator<BlockEntry>
}

interface Slots {
  /** Where the record lies; 0 is a free slot. */
  readonly places: Uint32Array
  readonly hashes: Uint32Array
}

export function createDomainTable(): DomainTable {
  const records = createEntryRecords()
  let slots = createSlots(FIRST_SLOTS)
  let size = 0

  /** The slot of the domain, or the free one where it would go. */
  function slotOf(domain: string, hash: number): number {
    const { places, hashes } = slots
    const mask = places.length - 1
    let slot = hash & mask
    for (let place = places[slot]; place; place = places[slot]) {
      if (hashes[slot] === hash && records.isOf(place, domain)) break
      slot = (slot + 1) & mask
    }
    return slot
  }

  return {
    get size() {
      return size
    },
    get(domain) {
      const place = slots.places[slotOf(domain, hashOf(domain))]
      return place ? records.read(place) : undefined
    },
    set(entry) {
      const place = records.write(entry)
      const hash = hashOf(entry.domain)
      if (size >= slots.places.length * MAX_LOAD) slots = grown(slots)
      const slot = slotOf(entry.domain, hash)
      const known = slots.places[slot]
      slots.places[slot] = place
      slots.hashes[slot] = hash
      if (known) records.free(known)
      else size++
    },
    delete(domain) {
      const slot = slotOf(domain, hashOf(domain))
      const place = slots.places[slot]
      if (!place) return false
      records.free(place)
      closeGap(slots, slot)
      size--
      return true
    },
    entries: records.all,
  }
}

/** FNV-1a with a final mix. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return (hash ^ (hash >>> 13)) >>> 0
}

function createSlots(count: number): Slots {
  return { places: new Uint32Array(count), hashes: new Uint32Array(count) }
}

function grown(old: Slots): Slots {
  const { places, hashes } = createSlots(old.places.length * 2)
  const mask = places.length - 1
  for (const [from, place] of old.places.entries()) {
    if (!place) continue
    const hash = old.hashes[from] ?? 0
    let to = hash & mask
    while (places[to]) to = (to + 1) & mask
    places[to] = place
    hashes[to] = hash
  }
  return { places, hashes }
}

/** Moves later entries of the same run back, so that no probe stops too early. */
function closeGap({ places, hashes }: Slots, start: number): void {
  const mask = places.length - 1
  let gap = start
  for (let slot = (gap + 1) & mask; places[slot]; slot = (slot + 1) & mask) {
    const home = (hashes[slot] ?? 0) & mask
    if (((slot - home) & mask) < ((slot - gap) & mask)) continue
    places[gap] = places[slot] ?? 0
    hashes[gap] = hashes[slot] ?? 0
    gap = slot
  }
  places[gap] = 0
}
