// Under whose name a URL is counted: subdomains cost a stranger nothing.
import { canonicalDomain, registrableDomain } from '../domains.ts'
import { recently } from '../recently.ts'

export const registeredName = recently((url) => {
  const hostname = URL.parse(url)?.hostname ?? ''
  return registrableDomain(canonicalDomain(hostname) ?? hostname) ?? hostname
})
