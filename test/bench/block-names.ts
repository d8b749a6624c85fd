// A long block list as shared lists make it: a million names, each different, none of them random.
import { randomUUID } from 'node:crypto'
import type { BlockEntry } from '../../src/store/store.ts'

const WORDS = ['social', 'masto', 'misskey', 'fedi', 'pleroma', 'spam', 'casino', 'x']

export function blockedName(n: number): string {
  const word = WORDS[n % WORDS.length]!
  const label = n.toString(36)
  return n % 3 === 0 ? `${word}.${label}.example` : `${word}-${label}.example`
}

export function* blockEntries(count: number): Generator<BlockEntry> {
  for (let n = 0; n < count; n++) {
    yield { id: randomUUID(), domain: blockedName(n), scope: 'subtree', by: 'list:shared' }
  }
}
