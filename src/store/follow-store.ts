// The follows that are remembered, measured against what the instance itself says of its people.

export interface UnknownFollows {
  /** Epoch milliseconds; what began later may be unknown to the instance's answer alone. */
  readonly before: number
  /** Names are digests, as the stores keep them: of the author's id, and of the follower's person key. */
  readonly isKnown: (author: string, by: string) => boolean
}

export interface FollowStore {
  /** Ends those that are not known, for people and for their domains; resolves to how many. */
  endUnknown(unknown: UnknownFollows): Promise<number>
}
