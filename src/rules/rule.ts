// The contract of a rule: one named suspicion, facts in, a match or nothing out. What follows is not its business.
import type { Facts } from '../facts.ts'

export interface Match {
  /** For the operator, down to the words that matched. */
  readonly why: string
  /** It may be somebody else's that only looks the same: dropped, but held against nobody. */
  readonly isDoubtful?: boolean
}

export interface Rule {
  /** Kebab-case, equal to the file's name; public, never renamed. */
  readonly name: string
  readonly description: string
  /** True when one hit drops the delivery whatever the sum. */
  readonly absolute: boolean
  evaluate(facts: Facts): Match | undefined
}

/** How the operator weighs a rule. */
export interface RuleWeight {
  readonly score: number
  /** A dropped delivery that reaches us with this hit is held against its proved author's domain. */
  readonly offence: boolean
  /** Evaluated and recorded, without any effect. */
  readonly shadow: boolean
}

/** A match weighed by the configuration. */
export interface Hit {
  readonly rule: string
  readonly score: number
  readonly why: string
  readonly shadow: boolean
  readonly offence: boolean
  readonly absolute: boolean
}
