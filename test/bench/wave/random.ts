// Chance that can be repeated: one seed, one world, whatever the relay answers.

export interface Random {
  /** At least 0, below 1. */
  next(): number
  below(bound: number): number
  between(least: number, most: number): number
  chance(probability: number): boolean
  pick<T>(list: readonly T[]): T
  /** Distinct ones, as many as there are. */
  some<T>(list: readonly T[], count: number): T[]
  /** The first ones far more often than the last ones. */
  favourite<T>(list: readonly T[]): T
  /** Independent of what is drawn here later. */
  fork(name: string): Random
}

export function randomFrom(seed: string): Random {
  const next = sfc32(seed)
  const below = (bound: number) => Math.floor(next() * bound)
  const pick = <T>(list: readonly T[]): T => {
    if (list.length === 0) throw new Error('nothing to pick from')
    return list[below(list.length)]!
  }
  return {
    next,
    below,
    between: (least, most) => least + below(most - least + 1),
    chance: (probability) => next() < probability,
    pick,
    some: (list, count) => shuffled(list, count, below),
    favourite: (list) => list[Math.floor(next() ** 3 * list.length)] ?? pick(list),
    fork: (name) => randomFrom(`${seed} ${name}`),
  }
}

function shuffled<T>(list: readonly T[], count: number, below: (bound: number) => number): T[] {
  const rest = [...list]
  const taken = Math.min(count, rest.length)
  for (let at = 0; at < taken; at++) {
    const other = at + below(rest.length - at)
    const one = rest[at]!
    rest[at] = rest[other]!
    rest[other] = one
  }
  return rest.slice(0, taken)
}

const WARMING_UP = 15 // the first numbers still show the seed

/** Small fast counting generator: public domain arithmetic, good enough for crowds. */
function sfc32(seed: string): () => number {
  let [a, b, c, counter] = [hash(`a${seed}`), hash(`b${seed}`), hash(`c${seed}`), 1]
  const next = () => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return (sum >>> 0) / 2 ** 32
  }
  for (let turn = 0; turn < WARMING_UP; turn++) next()
  return next
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x01000193)
  return value | 0
}
