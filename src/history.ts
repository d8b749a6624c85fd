// What was learned of people and their posts, as one port: proved authors only, hashed, bounded, forgotten in time.

/** One post as the windows count it. The store hashes every name in it. */
export interface Sighting {
  /** Actor id. */
  readonly author: string
  /** The author's canonical domain. */
  readonly domain: string
  /** Epoch milliseconds. */
  readonly at: number
  /** Only what is proved and calls one of ours is counted; for all else the windows are only read. */
  readonly counts: boolean
  /** Person keys of everybody whom the post calls, without the author. */
  readonly people: readonly string[]
  /**
   * What the author counts as in its domain's window: answers to one local post are one conversation,
   * however many strangers give them. Its own id otherwise.
   */
  readonly conversation: string
  /** Its account is known to be of some age: what such people send each other is news, not a wave. */
  readonly isEstablished: boolean
  /** What is the same in the posts of a campaign (facts/fingerprints.ts). */
  readonly fingerprints: readonly string[]
  /** Ids of posts that it boosts, quotes or answers. */
  readonly references: readonly string[]
  /** Names of the threads that it stands in: the post that it answers, and what its software calls the conversation. */
  readonly threads: readonly string[]
  /** How far the windows of `alsoCalled` and `newcomers`, and of `copies` and `senders`, reach back; milliseconds. */
  readonly burstMs: number
  readonly campaignMs: number
}

export interface Recollection {
  /** The store is away: who is known, and to whom, is not. Nobody is dropped or blocked for want of relations. */
  readonly isPartial?: boolean
  /** Epoch milliseconds of the oldest memory: what came before it is unknown, not new. */
  readonly since: number
  readonly author: PastOf
  /** Of `people`: those who called the author themselves, have followed it for a while, or are in one of the threads already. */
  readonly acquainted: readonly string[]
  /** Distinct people whom the author called within the window in other posts, these people apart. */
  readonly alsoCalled: number
  /** Distinct conversations of newcomers of the author's domain within the window, this one included if it counts. */
  readonly newcomers: number
  /** Distinct people of the domain known for longer than a newcomer, seen in the last 30 days; capped. */
  readonly regulars: number
  /**
   * For each fingerprint: to how many distinct circles of people it was sent within the window, by however many
   * authors; this one included if it counts. What a hundred people write to one of ours is one copy; capped.
   */
  readonly copies: readonly number[]
  /** For each fingerprint: by how many distinct authors, each counted once for every circle; counted and capped likewise. */
  readonly senders: readonly number[]
  /** Of `senders`, those whose account is of some age. */
  readonly establishedSenders: readonly number[]
  /** Of `references`: those whose post was dropped. */
  readonly dropped: readonly string[]
}

export interface PastOf {
  /** Epoch milliseconds of its first proved delivery; undefined: never before. */
  readonly firstSeenAt?: number
  /** Since when a local account follows it: the longest that still holds. */
  readonly followedSince?: number
  /** On how many distinct days something of it passed without a hit. */
  readonly cleanDays: number
  /** When something of it was last dropped. */
  readonly droppedAt?: number
}

/** What one proved delivery taught. */
export interface Lesson {
  readonly author: string
  readonly domain: string
  readonly at: number
  readonly outcome: 'clean' | 'dropped' | 'neither'
  /** Whom a post called that was let through: an answer of theirs comes from an acquaintance. Person keys. */
  readonly called: readonly string[]
  /** Names of the threads that all these people, and the author, are in from now on. */
  readonly threads: readonly string[]
  /** A local account began to follow the author, or ceased; `gone`: nobody follows it any more. */
  readonly follow?:
    | {
        readonly kind: 'begun'
        readonly by: string
        /** Epoch milliseconds, by the instance's own word; otherwise it begins with this lesson. */
        readonly since?: number
      }
    | { readonly kind: 'ended'; readonly by: string }
    | { readonly kind: 'gone' }
}

export interface HistoryStore {
  /** One round trip: counts the sighting, once however often it comes, and tells what is known. */
  recall(sighting: Sighting): Promise<Recollection>
  learn(lesson: Lesson): Promise<void>
  /** Posts that were dropped and proved to be their author's: boosts and quotes of them are known by their ids. */
  noteDropped(posts: readonly string[], at: number): Promise<void>
}

const DAY_MS = 86_400_000

/** Seen for less than this, and followed by nobody: a newcomer. */
export const NEWCOMER_MS = DAY_MS
/**
 * How old a follow must be to be trusted. Nobody but the instance knows whether it asked for the follow
 * that an Accept answers: a spammer can send one for each of its accounts, but not have them wait unseen.
 */
export const FOLLOW_MATURES_MS = DAY_MS
export const LONG_KNOWN_MS = 30 * DAY_MS
export const CLEAN_DAYS = 3
/** How long one dropped post outweighs a clean history. */
export const FORGIVEN_MS = 30 * DAY_MS

/** One of ours has followed it for long enough. */
export function isFollowed({ followedSince }: PastOf, now: number): boolean {
  return followedSince !== undefined && now - followedSince >= FOLLOW_MATURES_MS
}

/** Followed by one of ours for a day, or seen for a month on clean days; and nothing dropped of late. */
export function isTrusted(past: PastOf, now: number): boolean {
  const { firstSeenAt = now, cleanDays, droppedAt } = past
  if (droppedAt !== undefined && now - droppedAt < FORGIVEN_MS) return false
  if (isFollowed(past, now)) return true
  return now - firstSeenAt >= LONG_KNOWN_MS && cleanDays >= CLEAN_DAYS
}

/** Where nothing was asked: offline, or while the store is away. */
export function nothingKnown({ fingerprints }: Pick<Sighting, 'fingerprints'>): Recollection {
  const none = { acquainted: [], alsoCalled: 0, newcomers: 0, regulars: 0, dropped: [] }
  const copies = fingerprints.map(() => 0)
  const counted = { copies, senders: copies, establishedSenders: copies }
  return { since: 0, author: { cleanDays: 0 }, ...counted, ...none }
}
