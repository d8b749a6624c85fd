// What is remembered of a domain: by proved deliveries alone, bounded, hashed where it names people.

export interface DomainPast {
  /** Epoch milliseconds of its first proved delivery; undefined: never. */
  readonly firstSeenAt?: number
  /** Distinct proved people of it that were seen; counted up to 100. */
  readonly people: number
  /** Of them, those whom a local account has followed for a day; counted up to 100. */
  readonly followed: number
  /** On how many distinct days something of it passed without a hit, of the last 400. */
  readonly cleanDays: number
  /** Distinct people of whom something was dropped in the last 90 days; counted up to 100. */
  readonly droppedPeople: number
  readonly lastDroppedAt?: number
}

export interface DomainLesson {
  /** Canonical. */
  readonly domain: string
  /** Actor id; hashed by the store. */
  readonly author: string
  readonly at: number
  readonly outcome: 'clean' | 'dropped' | 'neither'
  /** A local account began to follow the author, or nobody does any more. */
  readonly follow?: 'begun' | 'none'
  /** Since when, by the instance's own word; otherwise it begins with this lesson. */
  readonly followedSince?: number
}

export interface DomainStore {
  past(domain: string): Promise<DomainPast>
  learn(lesson: DomainLesson): Promise<void>
}
