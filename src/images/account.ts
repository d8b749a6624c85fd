// On whose account pictures are looked at: one for each registered name, one for all who prove nothing together.
import { registeredName } from '../remote/registered-name.ts'

/** `known`: somebody here follows the author, or its domain has been around for a while. */
export type Standing = 'known' | 'stranger' | 'unproved'

export interface Account {
  readonly name: string
  readonly standing: Standing
}

/** `askedBy`: actor id of whoever proved to have written the post. */
export function accountOf(askedBy: string | undefined, isKnown: boolean): Account {
  if (askedBy === undefined) return { name: '', standing: 'unproved' }
  return { name: registeredName(askedBy), standing: isKnown ? 'known' : 'stranger' }
}
