// A list of URLs, compiled: what a lookup costs does not grow with the list. Entries, all without regard to case:
// host (its www. too) | host/path-prefix | *.host (itself too), with or without a path | whole URL | /re2/
// A service with several names is found under each of them.
import { domainToUnicode } from 'node:url'
import { suffixesOf } from '../domains.ts'
import type { Link } from '../facts.ts'
import { canonicalUrl } from '../links.ts'
import { familyPlace } from './families.ts'
import { unmask } from './unmask.ts'
import { compilePatterns } from './url-patterns.ts'

export interface UrlList {
  /** The entry that the link matches, as the operator wrote it. */
  find(link: Link): string | undefined
}

/** Throws for what is no entry, and names it. */
export function compileUrlList(entries: readonly string[]): UrlList {
  const places: Places = { entries: new Map(), unmasked: new Map(), depth: 0, hasForeign: false }
  const patterns: string[] = []
  for (const entry of entries.map((each) => each.trim())) {
    if (/^\/.+\/$/s.test(entry)) patterns.push(entry)
    else addEntry(places, entry)
  }
  const findPattern = compilePatterns(patterns)
  return { find: (link) => findPlace(places, link) ?? findPattern(link) }
}

interface Places {
  /** By kind (`.` host, `*` subtree, `=` whole URL, `~` another script's host), host and lower-case path. */
  readonly entries: Map<string, string>
  /** The same without disguises: two names look alike when these are equal. For what was read so itself. */
  readonly unmasked: Map<string, string>
  /** Segments of the longest path. */
  depth: number
  hasForeign: boolean
}

/** A URL taken apart: lower case, without `www.` and trailing slash. */
interface Place {
  readonly host: string
  readonly port: string
  readonly path: string
  readonly query: string
  readonly hash: string
}

function addEntry(places: Places, entry: string): void {
  const isSubtree = entry.startsWith('*.')
  const place = readPlace(isSubtree ? entry.slice(2) : entry)
  if (!place) throw new Error(`"${entry}" is neither a host, a URL nor a /pattern/`)
  const { host, port, path, query, hash } = place
  places.depth = Math.max(places.depth, path.split('/').length - 1)
  const isWhole = !isSubtree && (/^https?:/i.test(entry) || `${query}${hash}${port}` !== '')
  const kind = isSubtree ? '*' : '.'
  const keyOf = (each: Place) =>
    isWhole
      ? `=${each.host}${each.port}${each.path}${each.query}${each.hash}`
      : `${kind}${each.host}${each.path}`
  for (const name of namesOf(place)) places.entries.set(keyOf(name), entry)
  for (const name of lookAlikesOf(place)) places.unmasked.set(keyOf(name), entry)
  if (isWhole || !host.includes('xn--')) return
  places.hasForeign = true
  places.entries.set(`~${domainToUnicode(host)}${path}`, entry)
}

function namesOf(place: Place): readonly Place[] {
  const family = place.path === '' ? undefined : familyPlace(place)
  return family ? [place, { ...place, ...family }] : [place]
}

/** How the place reads without disguises, where that is something else. */
function lookAlikesOf(place: Place): readonly Place[] {
  const { host, path } = place
  const name = domainToUnicode(host)
  if (name === host && !path.includes('%')) return []
  const unmasked = readPlace(unmask(`${name}${path}`))
  // A banned imitation of an honest name: the honest one reads the same.
  if (!unmasked || (unmasked.host !== host && !unmasked.host.includes('xn--'))) return []
  return namesOf({ ...place, host: unmasked.host, path: unmasked.path })
}

function readPlace(entry: string): Place | undefined {
  const authority = entry.replace(/^https?:\/\//i, '').replace(/[/?#].*$/s, '')
  if (authority === '' || /[\s@*]/.test(authority)) return undefined
  const place = placeOf(canonicalUrl(entry)?.href ?? '')
  const isHost = place !== undefined && /^(?:\[.+\]|[^.]+(?:\.[^.]+)+)$/.test(place.host)
  return isHost ? place : undefined
}

function placeOf(href: string): Place | undefined {
  const parts = /^https?:\/\/(\[[^\]]+\]|[^:/]+)(:\d+)?(\/[^?#]*)(\?[^#]*)?(#.*)?$/s.exec(
    href.toLowerCase(),
  )
  if (!parts) return undefined
  const [, host, port = '', path, query = '', hash = ''] = parts
  return { host: host!.replace(/^www\./, ''), port, path: path!.replace(/\/$/, ''), query, hash }
}

function findPlace(places: Places, link: Link): string | undefined {
  const place = placeOf(link.href)
  if (!place || places.entries.size === 0) return undefined
  const { entries, unmasked, depth, hasForeign } = places
  const names = namesOf(place)
  return (
    findNamed({ entries, depth }, link, names) ??
    (link.role === 'disguise' ? findNamed({ entries: unmasked, depth }, link, names) : undefined) ??
    (hasForeign ? findRunOn(places, link, place) : undefined)
  )
}

type Entries = Pick<Places, 'entries' | 'depth'>

function findNamed({ entries, depth }: Entries, link: Link, names: readonly Place[]) {
  for (const name of names) {
    const paths = pathsToTry(link, name, depth)
    const found = findWhole(entries, name, link) ?? findWithin(entries, name.host, paths)
    if (found !== undefined) return found
  }
  return undefined
}

/** A whole URL's query and fragment count where the entry has them. */
function findWhole(entries: Places['entries'], place: Place, { doubtful }: Link) {
  const { host, port, path, query, hash } = place
  if (doubtful && path === '') return undefined
  const page = `=${host}${port}${path}`
  const spellings = [page, `${page}${query}`, `${page}${hash}`, `${page}${query}${hash}`]
  return spellings.map((spelling) => entries.get(spelling)).find((entry) => entry !== undefined)
}

function findWithin(entries: Places['entries'], host: string, paths: readonly string[]) {
  const names = [`.${host}`, ...[...suffixesOf(host)].map((suffix) => `*${suffix}`)]
  for (const name of names) {
    for (const path of paths) {
      const entry = entries.get(`${name}${path}`)
      if (entry !== undefined) return entry
    }
  }
  return undefined
}

function pathsToTry({ role, doubtful }: Link, { path }: Place, depth: number): readonly string[] {
  const paths = prefixesOf(path, depth)
  // Whoever mentions people of a listed host has not linked to it.
  const isProfile = role === 'mention' && PROFILE.test(path)
  return isProfile || doubtful ? paths.slice(1) : paths
}

const PROFILE =
  /^\/(?:@|(?:ap\/)?(?:users|actors?|accounts|profile|video-channels|channel|u|c|m)\/)/

/** In scripts without spaces, words run on into a host that has no scheme before it. */
function findRunOn({ entries, depth }: Entries, link: Link, place: Place): string | undefined {
  if (!place.host.startsWith('xn--') || /^\s*https?:/i.test(link.text)) return undefined
  const name = domainToUnicode(place.host)
  const paths = pathsToTry(link, place, depth)
  for (let start = 1; start < name.indexOf('.'); start++) {
    const found = paths.find((path) => entries.has(`~${name.slice(start)}${path}`))
    if (found !== undefined) return entries.get(`~${name.slice(start)}${found}`)
  }
  return undefined
}

/** `/a/b` → nothing, `/a`, `/a/b`: a prefix ends where a segment ends, @ap1 is not @ap12. */
function prefixesOf(path: string, depth: number): string[] {
  const segments = path.split('/').slice(1, depth + 1)
  return ['', ...segments.map((_, index) => `/${segments.slice(0, index + 1).join('/')}`)]
}
