// How hard a list means an entry: only what is cut off there is blocked here.
import { printable } from '../printable.ts'

export interface Hardness {
  /** Undefined where the list does not tell: then every entry is a full block. */
  readonly severity: string | undefined
  readonly rejectsMedia: boolean
}

/** Why the entry is less than a full block, or undefined. */
export function whyLesser({ severity, rejectsMedia }: Hardness): string | undefined {
  if (severity === undefined || severity === 'suspend') return undefined
  if (severity === 'noop' && rejectsMedia) return 'only media is rejected (severity noop)'
  return `severity ${printable(severity, 40)} is no full block`
}
