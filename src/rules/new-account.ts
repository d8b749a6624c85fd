// Accounts of a spam wave are minutes to hours old.
import type { Rule } from './rule.ts'

export interface NewAccountOptions {
  /** Milliseconds. */
  readonly maxAge: number
}

const HOUR_MS = 3_600_000

export function newAccount({ maxAge }: NewAccountOptions): Rule {
  return {
    name: 'new-account',
    description: 'the author of a post that reaches us has only just signed up',
    absolute: false,
    evaluate({ reach, profile, now }) {
      if (reach.local.length === 0 || profile?.createdAt === undefined) return undefined
      const age = now - profile.createdAt
      if (age >= maxAge) return undefined
      const hours = Math.max(0, Math.floor(age / HOUR_MS))
      return { why: `the account is ${hours} h old, new below ${Math.floor(maxAge / HOUR_MS)} h` }
    },
  }
}
