// Accounts made by a script have a name of random letters and nothing else.

import { isEstablished, isTrustedAuthor } from '../facts/established.ts'
import type { Profile } from '../facts.ts'
import { visibleText } from '../links/markup.ts'
import type { Rule } from './rule.ts'

export interface BlankProfileOptions {
  /** Milliseconds. */
  readonly establishedAfter: number
}

export function blankProfile({ establishedAfter }: BlankProfileOptions): Rule {
  return {
    name: 'blank-profile',
    description:
      'the author of a post that reaches us has no picture, no name, no word about itself',
    absolute: false,
    evaluate(facts) {
      const { reach, profile } = facts
      if (reach.guarded.length === 0 || profile === undefined || !isBlank(profile)) return undefined
      if (isEstablished(facts, establishedAfter) || isTrustedAuthor(facts)) return undefined
      return { why: `the profile of ${profile.username} is blank` }
    },
  }
}

function isBlank({ username, name, summary, hasIcon, fields }: Profile): boolean {
  if (hasIcon || fields > 0 || visibleText(summary).trim() !== '') return false
  const shown = name.trim().toLowerCase()
  return shown === '' || shown === username.trim().toLowerCase()
}
