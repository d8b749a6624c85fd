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

/** Of every slot first where the record lies (0: free), then its hash: side by side, as one cache line. */
type Slots = Uint32Array

export function createDomainTable(): DomainTable {
  const records = createEntryRecords()
  let slots: Slots = createSlots(FIRST_SLOTS)
  let size = 0

  /** The slot of the domain, or the free one where it would go. */
  function slotOf(domain: string, hash: number): number {
    const mask = slots.length - 1
    let slot = (hash * 2) & mask
    for (let place = slots[slot]; place; place = slots[slot]) {
      if (slots[slot + 1] === hash && records.isOf(place, domain)) break
      slot = (slot + 2) & mask
    }
    return slot
  }

  return {
    get size() {
      return size
    },
    get(domain) {
      const place = slots[slotOf(domain, hashOf(domain))]
      return place ? records.read(place, domain) : undefined
    },
    set(entry) {
      const place = records.write(entry)
      const hash = hashOf(entry.domain)
      if (size >= (slots.length / 2) * MAX_LOAD) slots = grown(slots)
      const slot = slotOf(entry.domain, hash)
      const known = slots[slot]
      slots[slot] = place
      slots[slot + 1] = hash
      if (known) records.free(known)
      else size++
    },
    delete(domain) {
      const slot = slotOf(domain, hashOf(domain))
      const place = slots[slot]
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
  return new Uint32Array(count * 2)
}

function grown(old: Slots): Slots {
  const slots = createSlots(old.length)
  const mask = slots.length - 1
  for (let from = 0; from < old.length; from += 2) {
    const place = old[from]
    if (!place) continue
    const hash = old[from + 1] ?? 0
    let to = (hash * 2) & mask
    while (slots[to]) to = (to + 2) & mask
    slots[to] = place
    slots[to + 1] = hash
  }
  return slots
}

/** Moves later entries of the same run back, so that no probe stops too early. */
function closeGap(slots: Slots, start: number): void {
  const mask = slots.length - 1
  let gap = start
  for (let slot = (gap + 2) & mask; slots[slot]; slot = (slot + 2) & mask) {
    const home = ((slots[slot + 1] ?? 0) * 2) & mask
    if (((slot - home) & mask) < ((slot - gap) & mask)) continue
    slots.copyWithin(gap, slot, slot + 2)
    gap = slot
  }
  slots[gap] = 0
}
