// What no block may hit: ourselves, whom the operator protects, and names that strangers share.
import { isIP } from 'node:net'
import { isPublicSuffix, isWithin } from './domains.ts'
import type { OffencePolicy } from './offence.ts'
import { sharedHostOf } from './standing/shared-hosts.ts'
import type { Block } from './store/store.ts'

export function shieldOf(
  domain: string,
  policy: Pick<OffencePolicy, 'own' | 'protected'>,
): string | undefined {
  if (policy.own.some((own) => isWithin(domain, own))) return 'own domain'
  if (policy.protected.some((shielded) => isWithin(domain, shielded))) return 'protected'
  const shared = sharedHostOf(domain)
  if (shared) return `many share ${shared.domain}`
  // Strangers register under it; a block would hit them all.
  if (isIP(domain) === 0 && !domain.startsWith('[') && isPublicSuffix(domain))
    return 'public suffix'
  return undefined
}

/** The subtree, unless it holds what must never be blocked, or nothing at all. */
export function scopeOf(
  domain: string,
  { own, protected: shielded }: OffencePolicy,
): Block['scope'] {
  const isAddress = isIP(domain) !== 0 || domain.startsWith('[')
  const holdsShielded = [...own, ...shielded].some((each) => isWithin(each, domain))
  return isAddress || holdsShielded ? 'host' : 'subtree'
}
