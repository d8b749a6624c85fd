// What even an operator's slip must not block: our own domain, and names under which strangers register.
import { isPublicSuffix, isWithin } from './domains.ts'
import type { Block } from './store/store.ts'

/** Why the domain must not be blocked, or undefined. */
export function unblockable(
  domain: string,
  scope: Block['scope'],
  own: readonly string[],
): string | undefined {
  if (own.some((each) => isWithin(each, domain) && (scope === 'subtree' || each === domain))) {
    return `${domain} is your own domain, or holds it.`
  }
  if (scope === 'subtree' && isPublicSuffix(domain)) {
    return `${domain} is a public suffix: its block would hit everybody who has a name under it.`
  }
  return undefined
}
