// Every key in Redis. One hash tag keeps them in one slot of a cluster; unless said otherwise they expire.
import { hash } from 'node:crypto'
import { recently } from '../../recently.ts'

const TAG = '{sekisho}:'

export const KEYS = {
  // These six never expire.
  /** HASH domain → entry (block-codec.ts). */
  blocks: `${TAG}blocks`,
  /** LIST of domains in the order of adding; '' where a block was removed. */
  order: `${TAG}blocks:order`,
  /** HASH domain → the block's JSON without its offences. */
  evidence: `${TAG}evidence`,
  /** HASH domain → '<at>|<JSON>'. */
  marks: `${TAG}marks`,
  /** HASH id, count, format, and who is restoring the list. */
  epoch: `${TAG}epoch`,
  /** STREAM of changes. */
  stream: `${TAG}stream`,
  places: `${TAG}places`,
  // The next three never expire either.
  /** HASH id → '<place>|<time of adding>|<JSON>': a later place was added later. */
  pictures: `${TAG}pictures`,
  /** HASH id → when it was removed: what was added before that is not brought back. */
  picturesRemoved: `${TAG}pictures:removed`,
  /** HASH epoch, changes, count, places. */
  picturesState: `${TAG}pictures:state`,
  /** Time of the oldest memory; never expires. */
  since: `${TAG}history:since`,
  /** ZSET of followed authors by their last sign of life; never expires. */
  followed: `${TAG}followed`,
  /** ZSET of posts by when they were dropped. */
  dropped: `${TAG}dropped`,
  // The next eight never expire.
  /** HASH id → '<place>|<revision>|<domain>|<JSON>': a later place was opened later. */
  notices: `${TAG}notices`,
  /** HASH actor id → id of its open notice. */
  noticeAuthors: `${TAG}notices:authors`,
  /** ZSETs of ids: open and closed ones by place, closed ones by their end, open ones by when they are due. */
  noticesOpen: `${TAG}notices:open`,
  noticesClosed: `${TAG}notices:closed`,
  noticeEnds: `${TAG}notices:ends`,
  noticesDue: `${TAG}notices:due`,
  /** ZSET, in the order of the alphabet, of '<domain>|<place, 16 digits>|<id>'. */
  noticeDomains: `${TAG}notices:domains`,
  /** HASH epoch, changes, places. */
  noticesState: `${TAG}notices:state`,
  /** HASH id → '<time, 16 digits>|<author>|<domain>|<JSON>' of evidence; ZSETs in the order of the alphabet lead to it. */
  deliveries: `${TAG}deliveries`,
  deliveryTimes: `${TAG}deliveries:times`,
  deliveryDomains: `${TAG}deliveries:domains`,
  deliveryAuthors: `${TAG}deliveries:authors`,
  /** How many characters all of them have. */
  deliveryBytes: `${TAG}deliveries:bytes`,
  /** Bytes by domain. */
  deliveryShares: `${TAG}deliveries:shares`,
  /** ZSET of domains by their last sign of life, those with a followed person behind the others. */
  domains: `${TAG}domains`,
} as const

export interface RecordKeys {
  /** STREAM of id, at, json. */
  readonly stream: string
  /** LIST of the ids that came last. */
  readonly ids: string
}

export const RECORD_KEYS = {
  verdicts: { stream: `${TAG}verdicts`, ids: `${TAG}verdicts:ids` },
  audit: { stream: `${TAG}audit`, ids: `${TAG}audit:ids` },
} as const satisfies Record<string, RecordKeys>

export const CHANNEL = `${TAG}changes`

/** HASH object id → offence, for blocks that have some. */
export function offencesKey(domain: string): string {
  return `${TAG}evidence:${domain}`
}

export function identityKey(name: string): string {
  return `${TAG}identity:${name}`
}

type ShortKind = 'key' | 'claim' | 'authors' | 'retry' | 'sight'

/** What strangers chose is hashed: keys stay short whatever they send. */
export function shortKey(kind: ShortKind, name: string): string {
  return `${TAG}${kind}:${digest(name)}`
}

/**
 * HASH of a person's past; ZSETs by time of who follows it (never expires) and whom it called, lately and ever;
 * ZSETs by time of a domain's newcomers and regulars, and of the copies of a fingerprint;
 * HASH of a domain's past; ZSETs by time of its people, of the followed and of the dropped ones.
 */
export type HistoryKind =
  | 'person'
  | 'follows'
  | 'calls'
  | 'called'
  | 'thread'
  | 'newcomers'
  | 'regulars'
  | 'copies'
  | 'domain'
  | 'people'
  | 'befriended'
  | 'offending'

/** For a name that is a digest already. */
export function historyKey(kind: HistoryKind, hashed: string): string {
  return `${TAG}${kind}:${hashed}`
}

/** 132 bits. Put together from short parts, because a long slice keeps the whole text in memory. */
export function digest(text: string): string {
  const whole = hash('sha256', text, 'base64url')
  return [whole.slice(0, 11), whole.slice(11, 22)].join('')
}

/** Of people and domains, who come again. */
export const digestOfName = recently(digest)
