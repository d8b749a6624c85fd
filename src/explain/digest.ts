// The facts of a delivery as an operator reads them: who, whom, what, and what is known of it.
import { isTrustedAuthor } from '../facts/established.ts'
import type { Facts, Link, Profile } from '../facts.ts'

export type Digest = ReturnType<typeof digestOf>

const MAX_TEXT = 500

export function digestOf(facts: Facts) {
  const { activity, author, profile, inReplyTo, now } = facts
  return {
    activity: { ...optional('id', activity.id), types: activity.types.map(cut) },
    /** False for what is never scored by content. */
    judged: facts.judged,
    ...optional('author', author.id),
    ...optional('domain', author.domain),
    proof: facts.proof,
    ...(profile && { account: accountOf(profile, now) }),
    relation: relationOf(facts),
    history: historyOf(facts),
    reach: reachOf(facts),
    mentions: facts.mentions.map(({ name, href }) => cut(name === '' ? href : name)),
    isPublic: facts.isPublic,
    ...optional('inReplyTo', inReplyTo),
    references: facts.references.map(({ how, id }) => ({ how, id: cut(id) })),
    words: cut(facts.words),
    links: facts.links.map(linkOf),
    attachments: facts.attachments,
    /** Nobody is asked for them here. */
    pictures: facts.pictures.map(({ at, url }) => ({ at, url: cut(url) })),
    flags: facts.flags,
  }
}

function accountOf({ username, name, hasIcon, fields, createdAt }: Profile, now: number) {
  return {
    username: cut(username),
    name: cut(name),
    hasIcon,
    fields,
    ...(createdAt !== undefined && { createdAt: isoOf(createdAt), age: spanOf(now - createdAt) }),
  }
}

type Relation = 'followed' | 'trusted' | 'known' | 'stranger' | 'unknown'

function relationOf(facts: Facts): Relation {
  const { author, since } = facts.history
  if (author.followedSince !== undefined) return 'followed'
  if (isTrustedAuthor(facts)) return 'trusted'
  if (author.firstSeenAt !== undefined) return 'known'
  return since === 0 ? 'unknown' : 'stranger' // no memory was asked
}

function historyOf(facts: Facts) {
  const { history, fingerprints } = facts
  const { author, since, alsoCalled, newcomers, regulars } = history
  return {
    /** Whether soft rules spare the author. */
    trusted: isTrustedAuthor(facts),
    ...time('firstSeen', author.firstSeenAt),
    ...time('followedSince', author.followedSince),
    ...time('dropped', author.droppedAt),
    cleanDays: author.cleanDays,
    ...time('remembersSince', since),
    acquainted: history.acquainted.length,
    ...{ alsoCalled, newcomers, regulars },
    copies: fingerprints.map(({ kind, shown }, at) => ({
      ...{ kind, shown: cut(shown) },
      count: history.copies[at] ?? 0,
    })),
    droppedPosts: history.dropped.map(cut),
  }
}

function reachOf({ reach }: Facts) {
  return { ours: reach.local.map(cut), guarded: reach.guarded.map(cut), people: reach.mentions }
}

function linkOf({ href, text, at, role, shortener }: Link) {
  return {
    url: cut(href),
    ...(text !== href && { text: cut(text) }),
    at,
    ...(role !== undefined && { role }),
    ...(shortener && { shortener }),
  }
}

function optional<Key extends string>(key: Key, value: string | undefined) {
  return (value === undefined ? {} : { [key]: cut(value) }) as { readonly [key in Key]?: string }
}

function time<Key extends string>(key: Key, at: number | undefined) {
  return optional(key, at === undefined || at === 0 ? undefined : isoOf(at))
}

const MAX_TIME = 8.64e15 // beyond it a Date is none

function isoOf(at: number): string {
  return new Date(Math.max(-MAX_TIME, Math.min(MAX_TIME, at))).toISOString()
}

const UNITS = [
  { name: 'd', ms: 86_400_000 },
  { name: 'h', ms: 3_600_000 },
  { name: 'min', ms: 60_000 },
] as const

/** In the largest unit that leaves two of it: `36 h`, `3 d`. */
function spanOf(ms: number): string {
  const unit = UNITS.find((each) => ms >= 2 * each.ms) ?? UNITS[2]
  return `${Math.max(0, Math.floor(ms / unit.ms))} ${unit.name}`
}

function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text
}
