// Some suspicions are not for those who have been around for a while.
import type { Facts } from '../facts.ts'
import { isTrusted, NEWCOMER_MS } from '../history.ts'

/** True only of accounts known to be that old: one whose age nobody knows is not established. */
export function isEstablished({ profile, now }: Facts, afterMs: number): boolean {
  return profile?.createdAt !== undefined && now - profile.createdAt > afterMs
}

/** Only of a proved author: anybody can write under the name of somebody trusted. */
export function isTrustedAuthor({ history, proof, now }: Facts): boolean {
  return proof === 'verified' && isTrusted(history.author, now)
}

/** Met for the first time a short while ago, and followed by none of ours. */
export function isNewcomer({ history, now }: Facts): boolean {
  const { firstSeenAt = now, followedSince } = history.author
  return followedSince === undefined && now - firstSeenAt < NEWCOMER_MS
}

/** How far back the memory goes, in milliseconds: 0 where there is none or nobody asked it. */
export function memoryReach({ history, now }: Facts): number {
  return history.since > 0 ? Math.max(0, now - history.since) : 0
}
