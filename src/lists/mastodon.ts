// Mastodon's export of domain blocks, which Sekisho writes too: CSV, its columns named with a #.
// Without a header the columns are taken in Mastodon's order, so that a list of bare domains is one as well.
import { COLUMNS, readTable } from './csv.ts'
import type { AddRow } from './listed.ts'

const usual = new Map(COLUMNS.map((name, index) => [name, index] as const))

/** Mastodon's own import suspends where no severity is given. */
export function readMastodon(text: string, add: AddRow): string | undefined {
  return readTable(text, { usual, emptySeverity: 'suspend' }, add)
}
