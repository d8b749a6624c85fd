// Some suspicions are not for those who have been around for a while.
import type { Facts } from '../facts.ts'
import { isTrusted, NEWCOMER_MS } from '../history.ts'

/** True only of accounts known to be that old: by their own word, or else because we have known them for so long. */
export function isEstablished(facts: Facts, afterMs: number): boolean {
  const bornAt = facts.profile?.createdAt ?? metAt(facts)
  return bornAt !== undefined && facts.now - bornAt > afterMs
}

function metAt({ history, proof, isServed }: Facts): number | undefined {
  return proof === 'verified' || isServed ? history.author.firstSeenAt : undefined
}

/** Never of an unproved author: anybody can write under the name of somebody trusted. */
export function isTrustedAuthor({ history, proof, isServed, now }: Facts): boolean {
  return (proof === 'verified' || isServed) && isTrusted(history.author, now)
}

/** An account of some age that calls one or two people talks to them, whatever others say alike. */
export function isConversing(facts: Facts, establishedAfterMs: number): boolean {
  return facts.reach.mentions <= FEW && isEstablished(facts, establishedAfterMs)
}

/** As above, or of an age that its profile does not tell. */
export function mayBeConversing(facts: Facts, establishedAfterMs: number): boolean {
  const { profile, reach } = facts
  const isAgeless = profile !== undefined && profile.createdAt === undefined
  return (isAgeless && reach.mentions <= FEW) || isConversing(facts, establishedAfterMs)
}

/** People that one talks to, rather than calls. */
export const FEW = 2

/** Met for the first time a short while ago, and followed by none of ours. */
export function isNewcomer({ history, now }: Facts): boolean {
  const { firstSeenAt = now, followedSince } = history.author
  return followedSince === undefined && now - firstSeenAt < NEWCOMER_MS
}

/** How far back the memory goes, in milliseconds: 0 where there is none or nobody asked it. */
export function memoryReach({ history, now }: Facts): number {
  return history.since > 0 ? Math.max(0, now - history.since) : 0
}
