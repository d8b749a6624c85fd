// One text, one link or one picture, sent to ever other people.
import { FEW, isConversing, isTrustedAuthor } from '../facts/established.ts'
import type { Facts, Fingerprint } from '../facts.ts'
import { inWords } from './in-words.ts'
import type { Rule } from './rule.ts'

export interface CampaignOptions {
  /** How far back is counted; milliseconds. */
  readonly window: number
  /** Copies of a text or a picture. */
  readonly posts: number
  /** Copies of a link, or of a few words beside a picture. */
  readonly links: number
  /** Milliseconds. */
  readonly establishedAfter: number
}

const MAX_SHOWN = 80

export function campaign(options: CampaignOptions): Rule {
  const { window, posts, links, establishedAfter } = options
  const needed = { text: posts, picture: posts, link: links, caption: links } as const
  return {
    name: 'campaign',
    description: 'the same text, link or picture goes to ever other people',
    absolute: false,
    evaluate(facts) {
      if (facts.reach.guarded.length === 0 || isTrustedAuthor(facts)) return undefined
      // Many tell a friend of one thing; hardly anybody happens on a picture that others send around.
      const isTalk = isConversing(facts, establishedAfter)
      const repeated = countedIn(facts)
        .filter((one) => one.kind === 'picture' || !(isTalk || isNews(facts, one)))
        .filter(({ kind, copies }) => copies >= needed[kind])
      const [most] = repeated.sort((one, other) => other.copies - one.copies)
      if (!most) return undefined
      const { kind, copies, shown } = most
      return {
        why: `this ${kind} went to ${copies} circles of people within ${inWords(window)} (from ${needed[kind]} on): ${cut(shown)}`,
      }
    },
  }
}

interface Counted extends Fingerprint {
  readonly copies: number
  /** By accounts of some age. */
  readonly old: number
}

function countedIn({ fingerprints, history }: Facts): Counted[] {
  return fingerprints.map((each, index) => ({
    ...each,
    copies: history.copies[index] ?? 0,
    old: history.establishedCopies[index] ?? 0,
  }))
}

/** What mostly older accounts pass on, a newcomer may pass on to a friend as well. */
function isNews({ reach }: Facts, { copies, old }: Counted): boolean {
  return reach.mentions <= FEW && 2 * old > copies
}

function cut(shown: string): string {
  return shown.length > MAX_SHOWN ? `${shown.slice(0, MAX_SHOWN)}…` : shown
}
