// Accounts of a spam wave are minutes to hours old.
import { isTrustedAuthor, memoryReach } from '../facts/established.ts'
import type { Facts } from '../facts.ts'
import type { Rule } from './rule.ts'

export interface NewAccountOptions {
  /** Milliseconds. */
  readonly maxAge: number
  /** Where no age is known: how long ago it was met first; milliseconds. */
  readonly firstSeenWithin: number
}

const HOUR_MS = 3_600_000

export function newAccount(options: NewAccountOptions): Rule {
  return {
    name: 'new-account',
    description: 'the author of a post that reaches us has only just signed up',
    absolute: false,
    evaluate(facts) {
      if (facts.reach.guarded.length === 0 || isTrustedAuthor(facts)) return undefined
      const signedUpAt = facts.profile?.createdAt
      const why =
        signedUpAt === undefined
          ? newToUs(facts, options)
          : justSignedUp(facts.now - signedUpAt, options)
      return why === undefined ? undefined : { why }
    },
  }
}

function justSignedUp(age: number, { maxAge }: NewAccountOptions): string | undefined {
  if (age >= maxAge) return undefined
  return `the account is ${hours(age)} h old, new below ${hours(maxAge)} h`
}

/** A memory younger than a new account has seen nobody grow old. */
function newToUs(facts: Facts, { maxAge, firstSeenWithin }: NewAccountOptions): string | undefined {
  const { firstSeenAt } = facts.history.author
  if (memoryReach(facts) <= maxAge) return undefined
  if (firstSeenAt === undefined) return 'the account’s age is unknown, and it was never seen before'
  const since = facts.now - firstSeenAt
  if (since >= firstSeenWithin) return undefined
  return `the account’s age is unknown, and it was first seen ${hours(since)} h ago, new below ${hours(firstSeenWithin)} h`
}

function hours(milliseconds: number): number {
  return Math.max(0, Math.floor(milliseconds / HOUR_MS))
}
