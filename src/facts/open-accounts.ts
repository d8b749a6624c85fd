// Accounts that strangers may always reach, as the operator names them: by handle, or by the actor's address.
import { canonicalDomain, domainOf } from '../domains.ts'
import { personKey } from './people.ts'

const HANDLE = /^@?([^\s@/:]+)(?:@([^\s@/:]+))?$/
const ACTOR = /^(https:\/\/[^/]+)\/(?:@|(?:(?:ap\/)?users|u|accounts|profile)\/)([^/?@]+)$/

/**
 * Tells of an actor id whether it is one of them. A handle is looked for in the path alone: what a mention calls
 * somebody is up to its sender. Throws for what is no account of ours, and names it.
 */
export function openAccounts(
  entries: readonly string[],
  domains: readonly string[],
): (actorId: string) => boolean {
  const ids = new Set<string>()
  const names = new Set<string>()
  for (const entry of entries) {
    if (/^https?:/i.test(entry)) ids.add(idOf(entry, domains))
    else names.add(nameOf(entry, domains))
  }
  return (actorId) => {
    const key = personKey(actorId).toLowerCase()
    if (ids.has(key)) return true
    const [, origin, name] = ACTOR.exec(key) ?? []
    return name !== undefined && names.has(name) && isOurs(origin!, domains)
  }
}

function idOf(entry: string, domains: readonly string[]): string {
  if (!isOurs(entry, domains)) throw new Error(`"${entry}" is on no domain of yours`)
  return personKey(entry).toLowerCase()
}

function nameOf(entry: string, domains: readonly string[]): string {
  const [, name, host] = HANDLE.exec(entry.trim()) ?? []
  if (name === undefined) throw new Error(`"${entry}" is neither a handle nor an actor's address`)
  const domain = host === undefined ? domains[0] : canonicalDomain(host)
  if (domain === undefined || !domains.includes(domain)) {
    throw new Error(`"${entry}" is on no domain of yours`)
  }
  return name.toLowerCase()
}

function isOurs(url: string, domains: readonly string[]): boolean {
  const domain = domainOf(url)
  return domain !== undefined && domains.includes(domain)
}
