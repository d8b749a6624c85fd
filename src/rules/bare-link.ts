// Spam has nothing to say: people are called, then a link or a picture.

import { isEstablished, isTrustedAuthor } from '../facts/established.ts'
import { isShown } from '../facts/silent-keys.ts'
import type { Facts } from '../facts.ts'
import type { Rule } from './rule.ts'

export interface BareLinkOptions {
  /** Milliseconds. */
  readonly establishedAfter: number
}

export function bareLink({ establishedAfter }: BareLinkOptions): Rule {
  return {
    name: 'bare-link',
    description: 'a post that reaches us is a link or a picture without a word',
    absolute: false,
    evaluate(facts) {
      if (facts.reach.guarded.length === 0 || /[\p{L}\p{N}]/u.test(facts.words)) return undefined
      if (isEstablished(facts, establishedAfter) || isTrustedAuthor(facts)) return undefined
      const what = describeLoad(facts)
      return what === undefined ? undefined : { why: `no word with ${what}` }
    },
  }
}

/** A link that a reader sees in the text, or else what is attached. */
function describeLoad({ links, attachments }: Facts): string | undefined {
  const link = links.find(
    ({ role, at }) => role === undefined && isShown(at) && !BESIDE_THE_TEXT.test(at),
  )
  if (link) return `the link ${link.text}`
  return attachments > 0 ? `${attachments} attachment(s)` : undefined
}

const BESIDE_THE_TEXT =
  /(?:^|\.)(?:tag|attachment|icon|image|url|preview|_misskey_quote|quote\w*)\b/
