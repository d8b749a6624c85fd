// Every key in Redis. One hash tag keeps them in one slot of a cluster; all but the first six expire.
import { createHash } from 'node:crypto'

const TAG = '{sekisho}:'

export const KEYS = {
  /** HASH domain → entry (block-codec.ts). */
  blocks: `${TAG}blocks`,
  /** LIST of domains in the order of adding; '' where a block was removed. */
  order: `${TAG}blocks:order`,
  /** HASH domain → the block's JSON without its offences. */
  evidence: `${TAG}evidence`,
  /** HASH domain → '<at>|<JSON>'. */
  marks: `${TAG}marks`,
  /** HASH id, count, and who is restoring the list. */
  epoch: `${TAG}epoch`,
  /** STREAM of changes. */
  stream: `${TAG}stream`,
  /** ZSET id by time, HASH id → JSON. */
  records: `${TAG}records`,
  recordTexts: `${TAG}records:json`,
  places: `${TAG}places`,
} as const

export const CHANNEL = `${TAG}changes`

/** HASH object id → offence, for blocks that have some. */
export function offencesKey(domain: string): string {
  return `${TAG}evidence:${domain}`
}

export function identityKey(name: string): string {
  return `${TAG}identity:${name}`
}

/** What strangers chose is hashed: keys stay short whatever they send. */
export function shortKey(kind: 'key' | 'claim' | 'authors' | 'retry', name: string): string {
  return `${TAG}${kind}:${digest(name)}`
}

export function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22) // 132 bits
}
