// Memory outside the JavaScript heap for many small records: no garbage collection, no copying when it grows.

export const STEP = 8 // bytes; records begin and end on a step
const SLAB_BITS = 17
const SLAB_STEPS = 1 << SLAB_BITS
const SLAB = SLAB_STEPS * STEP // 1 MiB

export interface Spot {
  readonly slab: Buffer
  readonly at: number
}

export interface Slabs {
  /** Room for `steps` steps. The first byte of a record must hold that number, the second must not be 0. */
  reserve(steps: number): number
  free(place: number): void
  /** Where a place (never 0) lies. */
  spot(place: number): Spot
  /** Places in use, in the order of memory: may be read across changes. */
  places(): Generator<number>
}

export function createSlabs(): Slabs {
  const slabs: Buffer[] = []
  const freed = new Map<number, number[]>() // by number of steps
  let used = SLAB

  function spot(place: number): Spot {
    const slab = slabs[(place - 1) >>> SLAB_BITS]
    if (slab === undefined) throw new RangeError(`no record at ${place}`)
    return { slab, at: ((place - 1) & (SLAB_STEPS - 1)) * STEP }
  }

  return {
    spot,
    reserve(steps) {
      const again = freed.get(steps)?.pop()
      if (again !== undefined) return again
      if (used + steps * STEP > SLAB) {
        slabs.push(Buffer.alloc(SLAB)) // zeros: a record of 0 steps ends a slab
        used = 0
      }
      const offset = (slabs.length - 1) * SLAB + used
      used += steps * STEP
      return offset / STEP + 1
    },
    free(place) {
      const { slab, at } = spot(place)
      const steps = slab[at] ?? 0
      slab[at + 1] = 0
      const places = freed.get(steps)
      if (places === undefined) freed.set(steps, [place])
      else places.push(place)
    },
    *places() {
      for (const [number, slab] of slabs.entries()) yield* placesIn(slab, number)
    },
  }
}

function* placesIn(slab: Buffer, number: number): Generator<number> {
  let at = 0
  for (let steps = slab[0] ?? 0; steps > 0; steps = slab[at] ?? 0) {
    if (slab[at + 1] !== 0) yield (number * SLAB + at) / STEP + 1
    at += steps * STEP
  }
}
