// Simulated time: what happens next, in order, and a clock that jumps there.

export interface Timeline<T> {
  readonly now: () => number
  readonly size: number
  add(at: number, what: T): void
  /** The earliest, first come first served; the clock goes there. */
  next(): T | undefined
  /** Nothing happens until then. */
  passTo(at: number): void
}

interface Entry<T> {
  readonly at: number
  readonly order: number
  readonly what: T
}

export function openTimeline<T>(start: number): Timeline<T> {
  const heap: Entry<T>[] = []
  let clock = start
  let order = 0
  return {
    now: () => clock,
    get size() {
      return heap.length
    },
    add: (at, what) => push(heap, { at, order: order++, what }),
    next() {
      const entry = pop(heap)
      if (entry) clock = Math.max(clock, entry.at)
      return entry?.what
    },
    passTo(at) {
      clock = Math.max(clock, at)
    },
  }
}

function isBefore<T>(one: Entry<T>, other: Entry<T>): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order)
}

function push<T>(heap: Entry<T>[], entry: Entry<T>): void {
  let at = heap.length
  heap.push(entry)
  while (at > 0) {
    const above = (at - 1) >> 1
    if (!isBefore(entry, heap[above]!)) break
    heap[at] = heap[above]!
    at = above
  }
  heap[at] = entry
}

function pop<T>(heap: Entry<T>[]): Entry<T> | undefined {
  const first = heap[0]
  const last = heap.pop()
  if (first === undefined || last === undefined || heap.length === 0) return first
  let at = 0
  for (let below = 1; below < heap.length; below = 2 * at + 1) {
    const right = heap[below + 1]
    const lesser = right && isBefore(right, heap[below]!) ? below + 1 : below
    if (!isBefore(heap[lesser]!, last)) break
    heap[at] = heap[lesser]!
    at = lesser
  }
  heap[at] = last
  return first
}
