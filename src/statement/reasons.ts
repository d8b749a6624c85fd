// Why a server is blocked, as far as that is anybody's business: its class, never what was written about it.
import type { TextKey } from './en.ts'

const KNOWN: ReadonlyMap<string, TextKey> = new Map([
  ['rule:mention-flood', 'reasonFlood'],
  ['rule:banned-url', 'reasonUrl'],
  ['rule:banned-image', 'reasonImage'],
  ['positive-list', 'reasonPositiveList'],
])

/** Of `by` as a block has it. The names of lists stay the operator's. */
export function reasonOf(by: string): TextKey {
  if (by.startsWith('list:')) return 'reasonList'
  return KNOWN.get(by) ?? (by.startsWith('rule:') ? 'reasonSpam' : 'reasonOperator')
}
