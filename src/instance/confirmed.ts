// What one pass confirmed, small enough for an instance with half a million follows: a number for each.

export interface Confirming {
  /** Digest of the follower's person key. */
  readonly by: string
  /** Digests of actor ids. */
  readonly authors: readonly string[]
  readonly isWhole: boolean
  readonly isExact: boolean
}

export interface Confirmed {
  add(account: Confirming): void
  isKnown(author: string, by: string): boolean
  /** How many accounts did not tell everything: what is said of them otherwise stays. */
  hidden(): number
  /** False: too much to remember, or names that may not be the right ones: nothing may end for want of it. */
  isSound(): boolean
}

const MAX_PAIRS = 500_000

export function openConfirmed(maxPairs = MAX_PAIRS): Confirmed {
  const pairs = new Set<number>()
  const secretive = new Set<string>()
  let isSound = true
  return {
    add({ by, authors, isWhole, isExact }) {
      isSound &&= isExact && pairs.size + authors.length <= maxPairs
      if (!isWhole) secretive.add(by)
      if (!isSound) return
      for (const author of authors) pairs.add(pairOf(author, by))
    },
    isKnown: (author, by) => secretive.has(by) || pairs.has(pairOf(author, by)),
    hidden: () => secretive.size,
    isSound: () => isSound,
  }
}

/** 48 bits of each digest, mixed: of a million others, one in 300 million would pass for this one. */
function pairOf(author: string, by: string): number {
  const bytes = Buffer.from(`${author.slice(0, 8)}${by.slice(0, 8)}`, 'base64url')
  return (bytes.readUIntBE(0, 6) + bytes.readUIntBE(6, 6) * 31) % 2 ** 48
}
