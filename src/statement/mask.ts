// A blocked domain that is not told in full, the way Mastodon obfuscates it: whoever knows the name finds it, by its
// digest or by what is left of it.
import { hash } from 'node:crypto'

/** A quarter at either end stays in sight, and every dot. */
export function maskDomain(domain: string): string {
  const shown = Math.floor(domain.length / 4)
  const isHidden = (at: number) => at > shown && at < domain.length - shown
  return [...domain].map((sign, at) => (isHidden(at) && sign !== '.' ? '*' : sign)).join('')
}

/** SHA-256 in hex, as Mastodon's list of domain blocks has it. */
export function digestOf(domain: string): string {
  return hash('sha256', domain)
}
