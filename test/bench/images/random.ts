// Numbers that a seed decides, and choices made with them.

export type Random = () => number

/** Marsaglia's xorshift, 32 bits: good enough for drawing pictures. */
export function randomFrom(seed: number): Random {
  let state = (Math.imul(seed, 0x9e37_79b1) ^ 0x5bd1_e995) | 1
  for (let i = 0; i < 8; i++) state = step(state)
  return () => {
    state = step(state)
    return (state >>> 0) / 2 ** 32
  }
}

export function between(random: Random, from: number, to: number): number {
  return from + random() * (to - from)
}

export function whole(random: Random, from: number, to: number): number {
  return Math.floor(between(random, from, to + 1))
}

export function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)]!
}

/** `aB3…`, as invite codes and short links look. */
export function letters(random: Random, length: number): string {
  const alphabet = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'
  return Array.from({ length }, () => pick(random, [...alphabet])).join('')
}

/** A seed of its own for every kind: what one kind draws does not shift the others. */
export function seedOf(seed: number, kind: string): number {
  return [...kind].reduce((sum, letter) => (Math.imul(sum, 31) + letter.codePointAt(0)!) | 0, seed)
}

function step(state: number): number {
  let next = state
  next ^= next << 13
  next ^= next >>> 17
  next ^= next << 5
  return next
}
