// Under whose name a URL is counted: subdomains cost a stranger nothing.
import { canonicalDomain, registrableDomain } from '../domains.ts'

export function registeredName(url: string): string {
  const hostname = URL.parse(url)?.hostname ?? ''
  return registrableDomain(canonicalDomain(hostname) ?? hostname) ?? hostname
}
