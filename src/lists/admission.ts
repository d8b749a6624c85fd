// What may come in from a file or a list: never our own names, never whole registries, never whom the operator keeps.
import { isWithin } from '../domains.ts'
import type { Block } from '../store/store.ts'
import { unblockable } from '../unblockable.ts'

export interface Admission {
  /** The instance's domain and aliases. */
  readonly own: readonly string[]
  readonly protectedDomains: readonly string[]
}

/** Why the block is not taken, or undefined. */
export function whyNotAdmitted(
  { domain, scope, by }: Pick<Block, 'domain' | 'scope' | 'by'>,
  { own, protectedDomains }: Admission,
): string | undefined {
  const kept = protectedDomains.find((each) => isWithin(domain, each) || isWithin(each, domain))
  // What the operator has blocked by hand is the newer word.
  if (kept !== undefined && by !== 'operator')
    return `${domain} is kept by your settings (${kept}).`
  return unblockable(domain, scope, own)
}
