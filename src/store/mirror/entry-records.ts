// A block's entry as a few bytes: what find() needs to answer, nothing else.
import type { BlockEntry } from '../store.ts'
import { createSlabs, type Spot, STEP } from './slabs.ts'

const HEAD = 5 // steps, length of the domain, length of the id, origin (2 bytes)
const MAX_ORIGINS = 0x7fff
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const PACKED = 0xff // as the length of an id: a UUID in 16 bytes, which saves a third of the record
const UUID_BYTES = 16

export interface EntryRecords {
  write(entry: BlockEntry): number
  /** The entry of a domain that the place is known to be of. */
  read(place: number, domain: string): BlockEntry
  isOf(place: number, domain: string): boolean
  free(place: number): void
  all(): Generator<BlockEntry>
}

export function createEntryRecords(): EntryRecords {
  const slabs = createSlabs()
  const origins: string[] = [] // few: rules, lists, the operator

  function originOf({ scope, by }: BlockEntry): number {
    let origin = origins.indexOf(by)
    if (origin < 0) origin = origins.push(by) - 1
    if (origin > MAX_ORIGINS) throw new RangeError('blocks come from too many different sources')
    return origin * 2 + (scope === 'host' ? 1 : 0)
  }

  function read(place: number, domain: string): BlockEntry {
    const { slab, at } = slabs.spot(place)
    const origin = (slab[at + 3] ?? 0) | ((slab[at + 4] ?? 0) << 8)
    return {
      id: readId(slab, at + HEAD + domain.length, slab[at + 2] ?? 0),
      domain,
      scope: origin % 2 === 1 ? 'host' : 'subtree',
      by: origins[origin >> 1] ?? '',
    }
  }

  return {
    read,
    write(entry) {
      checkLengths(entry)
      const { domain } = entry
      const origin = originOf(entry)
      const id = packId(entry.id)
      const steps = Math.ceil((HEAD + domain.length + id.bytes.length) / STEP)
      const place = slabs.reserve(steps)
      const { slab, at } = slabs.spot(place)
      slab[at] = steps
      slab[at + 1] = domain.length
      slab[at + 2] = id.length
      slab.writeUInt16LE(origin, at + 3)
      slab.write(domain, at + HEAD, 'latin1')
      id.bytes.copy(slab, at + HEAD + domain.length)
      return place
    },
    isOf: (place, domain) => holds(slabs.spot(place), domain),
    free: slabs.free,
    *all() {
      for (const place of slabs.places()) yield read(place, domainAt(slabs.spot(place)))
    },
  }
}

function holds({ slab, at }: Spot, domain: string): boolean {
  if (slab[at + 1] !== domain.length) return false
  for (let i = 0; i < domain.length; i++) {
    if (slab[at + HEAD + i] !== domain.charCodeAt(i)) return false
  }
  return true
}

function checkLengths({ domain, id }: BlockEntry): void {
  if (domain !== '' && domain.length <= 255 && id.length < PACKED) return
  throw new RangeError(`a block of ${JSON.stringify(domain.slice(0, 300))} cannot be kept`)
}

function packId(id: string): { length: number; bytes: Buffer } {
  if (!UUID.test(id)) return { length: id.length, bytes: Buffer.from(id, 'latin1') }
  return { length: PACKED, bytes: Buffer.from(id.replaceAll('-', ''), 'hex') }
}

const HEX = Buffer.from('0123456789abcdef')
const DASHES = new Set([8, 13, 18, 23])
const DIGITS = Array.from({ length: 36 }, (_, at) => at).filter((at) => !DASHES.has(at))
const scratch = Buffer.alloc(36, '-')

/** By hand, because this is most of what a hit costs: twice as fast as cutting a hex string to pieces. */
function readId(slab: Buffer, at: number, length: number): string {
  if (length !== PACKED) return slab.toString('latin1', at, at + length)
  for (let i = 0; i < UUID_BYTES; i++) {
    const byte = slab[at + i] ?? 0
    scratch[DIGITS[2 * i] ?? 0] = HEX[byte >> 4] ?? 0
    scratch[DIGITS[2 * i + 1] ?? 0] = HEX[byte & 15] ?? 0
  }
  return scratch.toString('latin1')
}

function domainAt({ slab, at }: Spot): string {
  return slab.toString('latin1', at + HEAD, at + HEAD + (slab[at + 1] ?? 0))
}
