// The CSV that FediBlockHole merges lists into: a header without #, comments in public and in private.
import { readTable } from './csv.ts'
import type { AddRow } from './listed.ts'

export function readFediblockhole(text: string, add: AddRow): string | undefined {
  return readTable(text, { emptySeverity: 'noop' }, add)
}
