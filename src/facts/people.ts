// Whom a post calls: the people it mentions and those it is addressed to, each once, and which of them are ours.
import { canonicalDomain } from '../domains.ts'
import type { LocalAccounts, Mention } from '../facts.ts'
import type { JsonObject } from '../json.ts'
import { canonicalUrl } from '../links.ts'
import { referencesOf } from '../plain-keys.ts'
import { recently } from '../recently.ts'

export interface Tag {
  readonly href: string
  readonly name: string
}

export interface Called {
  readonly mentions: readonly Mention[]
  /** Our own accounts that are mentioned or addressed, by id. */
  readonly local: readonly string[]
  /** Person keys of all of them. */
  readonly people: readonly string[]
  /** How many distinct people, wherever they are. */
  readonly count: number
}

export interface Calling {
  readonly tags: readonly Tag[]
  /** `namedPeople(tags)` */
  readonly named: ReadonlySet<string>
  readonly addressed: readonly string[]
  readonly author: string | undefined
  readonly local: LocalAccounts
}

export function peopleCalled({ tags, named, addressed, author, local }: Calling): Called {
  const ours = new Set(local.domains)
  const self = author === undefined ? undefined : personKey(author)
  const people = new Map<string, Mention>()
  const call = (key: string, { href, name }: Tag) => {
    if (key === '' || key === self || people.has(key)) return
    const isOurs = ours.has(hostOfKey(key)) || ours.has(hostOfName(name))
    people.set(key, { href, name, local: isOurs })
  }
  for (const tag of tags) call(tagKey(tag), tag)
  const mentions = [...people.values()]
  for (const href of addressed.filter(isPerson)) {
    const key = personKey(href)
    if (!named.has(handleOf(key))) call(key, { href, name: '' })
  }
  const ids = [...people.values()]
    .filter((person) => person.local)
    .map(({ href, name }) => href || name)
  return { mentions, local: ids, people: [...people.keys()], count: people.size }
}

/**
 * The keys and the handles of those whom the tags mention. A tag names one person, on the host that its address is on:
 * under other names it would stand for people whom it does not count.
 */
export function namedPeople(tags: readonly Tag[]): ReadonlySet<string> {
  const handles = new Map<string, string>()
  for (const tag of tags) {
    const key = tagKey(tag)
    if (!handles.has(key)) handles.set(key, handleOfTag(tag, key))
  }
  return new Set([...handles].flat())
}

/** `/@bob` and `/users/bob` on one host are one person. */
export function handleOf(key: string): string {
  const last = key.slice(key.lastIndexOf('/') + 1)
  return `${hostOfKey(key)}@${last.replace(/^@/, '').toLowerCase()}`
}

/** The account whose own inbox the delivery was put into; shared inboxes are nobody's. */
export function inboxOwner(target: string, { domains }: LocalAccounts): string | undefined {
  const owner = /^\/((?:ap\/)?users|accounts|video-channels|u)\/[^/?]+(?=\/inbox\/?(?:\?|$))/.exec(
    target,
  )
  return owner === null ? undefined : `https://${domains[0] ?? ''}${owner[0]}`
}

export function isPublicCollection(id: string): boolean {
  return PUBLIC.has(id)
}

export function isFollowers(id: string): boolean {
  return /\/followers(?:\/|$|\?)/i.test(id)
}

/** to, cc, bto, bcc of an activity and of its posts. */
export function audienceOf(objects: readonly JsonObject[]): readonly string[] {
  const all = new Set<string>()
  for (const object of objects) {
    for (const key of AUDIENCE) for (const id of referencesOf(object[key])) all.add(id)
  }
  return [...all]
}

const AUDIENCE = ['to', 'cc', 'bto', 'bcc', 'as:to', 'as:cc']

export function isSamePerson(one: string, other: string): boolean {
  return personKey(one) === personKey(other)
}

/** One person, one key: the scheme, the host's case, a trailing slash and a fragment make no other. */
export const personKey = recently(keyOfPerson)

function keyOfPerson(href: string): string {
  const plain = /^https?:\/\/([a-z0-9.-]*[a-z0-9])\.?(\/[^#]*)?(?:#.*)?$/is.exec(href.trim())
  // URL parsing only where it is needed: a hostile post has ten thousand of them.
  if (plain) return trimSlash(`https://${plain[1]!.toLowerCase()}${plain[2] ?? ''}`)
  const canonical = canonicalUrl(href)
  if (!canonical || !/^https?:/i.test(href.trim())) return href.trim()
  return trimSlash(canonical.href.replace(/^http:/, 'https:').replace(/#.*$/s, ''))
}

const PUBLIC = new Set([
  'https://www.w3.org/ns/activitystreams#Public',
  'http://www.w3.org/ns/activitystreams#Public',
  'as:Public',
  'Public',
])
const PLAIN_HOST = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i
const COLLECTION =
  /(?:\/|=)(?:followers|following|subscribers|members|friends|collections|featured|outbox)(?:\/|$|\?|&)/i

function isPerson(id: string): boolean {
  return /^https?:\/\//i.test(id) && !isPublicCollection(id) && !COLLECTION.test(id)
}

function tagKey({ href, name }: Tag): string {
  return href === '' ? name.toLowerCase() : personKey(href)
}

/** Whatever host the name has: people may be called by another domain than their server's. */
function handleOfTag({ href, name }: Tag, key: string): string {
  const user = name.trim().replace(/^@/, '').replace(/@.*$/s, '').toLowerCase()
  return `${href === '' ? hostOfName(name) : hostOfKey(key)}@${user}`
}

function trimSlash(url: string): string {
  return url.endsWith('/') ? url.replace(/\/$/, '') : url
}

function hostOfKey(key: string): string {
  return /^https:\/\/([^/?]+)/.exec(key)?.[1] ?? ''
}

/** Misskey leaves the host of its own accounts out. */
function hostOfName(name: string): string {
  const host = /^@?[^@]+@([^@/]+)$/.exec(name.trim())?.[1] ?? ''
  return PLAIN_HOST.test(host) ? host.toLowerCase() : (canonicalDomain(host) ?? '')
}
