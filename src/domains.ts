// Canonical domains: one spelling a host, public suffixes, subdomains. Pure.
import { domainToASCII } from 'node:url'
import { getDomain, getPublicSuffix } from 'tldts'
import { recently } from './recently.ts'

const MAX_DOMAIN_LENGTH = 253 // RFC 1035 §2.3.4
const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/
const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/

/** Spelt canonically already, as nearly every host is: no escapes, no IDN, no address; the rest takes the long way. */
const PLAIN = /^(?!.*xn--)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/
const PLAIN_URL = /^https?:\/\/([a-z0-9.-]+)(?:\/|$)/

/** The ASCII form in lower case without port and trailing dot, or undefined for what names no host. */
export function canonicalDomain(text: string): string | undefined {
  if (text.length <= MAX_DOMAIN_LENGTH && PLAIN.test(text)) return text
  const host = text.trim().replace(/\.$/, '')
  if (host === '' || /[\s/@?#\\:[\]]/.test(host)) return undefined
  const ascii = domainToASCII(host)
  if (ascii === '' || ascii.length > MAX_DOMAIN_LENGTH) return undefined
  if (IPV4.test(ascii)) return ascii
  return ascii.split('.').every((label) => LABEL.test(label)) ? ascii : undefined
}

/** Hosts come again, the addresses on them do not. */
const isPlain = recently((host) => host.length <= MAX_DOMAIN_LENGTH && PLAIN.test(host))

/** The canonical host of a URL, http or https only; IPv6 literals keep their brackets. */
export function domainOf(url: string): string | undefined {
  const [, host] = PLAIN_URL.exec(url) ?? []
  if (host !== undefined && isPlain(host)) return host
  const parsed = URL.parse(url)
  if (!parsed || !/^https?:$/.test(parsed.protocol)) return undefined
  if (parsed.hostname.startsWith('[')) return parsed.hostname
  return canonicalDomain(parsed.hostname)
}

/** `a.b.example` → a.b.example, b.example, example: what a block of the whole subtree may be filed under. */
export function* suffixesOf(domain: string): Generator<string> {
  for (let rest = domain; rest !== ''; ) {
    yield rest
    const dot = rest.indexOf('.')
    if (dot < 0) return
    rest = rest.slice(dot + 1)
  }
}

export function isWithin(domain: string, ancestor: string): boolean {
  return domain === ancestor || domain.endsWith(`.${ancestor}`)
}

/** True for `com`, `co.jp`, `github.io`: names under which strangers register. */
export function isPublicSuffix(domain: string): boolean {
  return getPublicSuffix(domain, { allowPrivateDomains: true }) === domain
}

/** The name that somebody registered, private suffixes counted: `a.b.github.io` → `b.github.io`. */
export function registrableDomain(domain: string): string | undefined {
  return getDomain(domain, { allowPrivateDomains: true }) ?? undefined
}

/** Scheme, host and port of a URL, for comparing who may speak for whom. */
export const originOf = recently(originIn)

function originIn(url: string): string | undefined {
  const parsed = URL.parse(url)
  return parsed && /^https?:$/.test(parsed.protocol) ? parsed.origin : undefined
}
