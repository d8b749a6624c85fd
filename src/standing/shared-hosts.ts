// Bridges and hosts of many: strangers share one name there, and a block for one of them would hit them all.
import { suffixesOf } from '../domains.ts'

export interface SharedHost {
  readonly domain: string
  /** With subdomains, or that name alone: below it everybody has a name of their own, whose block hits nobody else. */
  readonly covers: 'subtree' | 'name'
  readonly why: string
}

/** By itself nothing is blocked there; the operator may. */
export function isSharedHost(domain: string): boolean {
  return sharedHostOf(domain) !== undefined
}

export function sharedHostOf(domain: string): SharedHost | undefined {
  for (const name of suffixesOf(domain)) {
    const host = BY_NAME.get(name)
    if (host && (name === domain || host.covers === 'subtree')) return host
  }
  return undefined
}

/**
 * Left out on purpose: masto.host and other hosters of whole servers, which give each its own name and run no
 * accounts themselves; me.dm, surf.social and the like, which are servers with moderators as any other; and what
 * stands on the Public Suffix List (github.io, blogspot.com), which is never blocked as a whole anyway.
 */
const SHARED: readonly SharedHost[] = [
  { domain: 'brid.gy', covers: 'subtree', why: 'Bridgy Fed carries Bluesky and any web site' },
  { domain: 'mostr.pub', covers: 'subtree', why: 'a bridge from Nostr, where nobody moderates' },
  { domain: 'momostr.pink', covers: 'subtree', why: 'a bridge from Nostr, where nobody moderates' },
  { domain: 'bird.makeup', covers: 'subtree', why: 'it mirrors accounts of X' },
  {
    domain: 'rss-parrot.net',
    covers: 'subtree',
    why: 'it turns feeds of any web site into accounts',
  },
  { domain: 'threads.net', covers: 'subtree', why: 'all of Threads is one name' },
  { domain: 'flipboard.com', covers: 'subtree', why: 'all magazines of Flipboard are one name' },
  { domain: 'micro.blog', covers: 'subtree', why: 'all blogs without a domain are one name' },
  { domain: 'write.as', covers: 'subtree', why: 'all blogs of Write.as have their actors there' },
  { domain: 'wordpress.com', covers: 'name', why: 'every blog of it is a subdomain' },
  { domain: 'tumblr.com', covers: 'name', why: 'every blog of it is a subdomain' },
  { domain: 'ghost.io', covers: 'name', why: 'every publication of it is a subdomain' },
  { domain: 'substack.com', covers: 'name', why: 'every publication of it is a subdomain' },
  { domain: 'medium.com', covers: 'name', why: 'its writers share one name or have a subdomain' },
]

const BY_NAME = new Map(SHARED.map((host) => [host.domain, host]))
