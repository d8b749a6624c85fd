// What is counted of offences before a domain is blocked: each object once, each author once, so many blocks an hour.

export interface OffenceStore {
  isClaimed(objectId: string): Promise<boolean>
  /** True the first time this object id is claimed within `ttlMs`: offences count once per object. */
  claim(objectId: string, ttlMs: number): Promise<boolean>
  /** Distinct offending authors of a domain within the window, this one included. */
  noteAuthor(offence: {
    readonly domain: string
    readonly author: string
    readonly at: number
    readonly windowMs: number
  }): Promise<number>
  /** Takes one of `limit` places for an automatic block in the hour before `at`; false when all are taken. Idempotent per id. */
  takeBlockPlace(place: {
    readonly id: string
    readonly at: number
    readonly limit: number
  }): Promise<boolean>
}
