// A wave spreads its calls over many posts, or over many fresh accounts of one server.
import { isNewcomer, isTrustedAuthor, mayBeConversing, memoryReach } from '../facts/established.ts'
import type { Facts } from '../facts.ts'
import { inWords } from './in-words.ts'
import type { Rule } from './rule.ts'

export interface MentionBurstOptions {
  /** How far back is counted; milliseconds. */
  readonly window: number
  /** Whom one author called beside those of this post. */
  readonly people: number
  /** Conversations of newcomers of one domain: at least so many, and this share of its known people. */
  readonly actors: number
  readonly share: number
  /** A younger memory takes everybody for a newcomer; milliseconds. */
  readonly learning: number
  /** Milliseconds. */
  readonly establishedAfter: number
}

const SPARED = 5 // times as many
const ROUNDING = 1e-9 // 0.07 of a hundred are seven

export function mentionBurst(options: MentionBurstOptions): Rule {
  return {
    name: 'mention-burst',
    description: 'the author, or fresh accounts of its server, call many people in a short time',
    absolute: false,
    evaluate(facts) {
      if (facts.reach.guarded.length === 0) return undefined
      const why = byActor(facts, options) ?? byDomain(facts, options)
      return why === undefined ? undefined : { why }
    },
  }
}

function byActor(facts: Facts, options: MentionBurstOptions): string | undefined {
  const { history } = facts
  const { people, window } = options
  // Greeters and helpers call one after another, and friends announce; to a point.
  const isSpared = isTrustedAuthor(facts) || mayBeConversing(facts, options.establishedAfter)
  const needed = isSpared ? SPARED * people : people
  if (history.alsoCalled < needed) return undefined
  return `called ${history.alsoCalled} other people within ${inWords(window)} (from ${needed} on)`
}

function byDomain(facts: Facts, options: MentionBurstOptions): string | undefined {
  const { newcomers, regulars } = facts.history
  const needed = Math.max(options.actors, Math.ceil(options.share * regulars - ROUNDING))
  if (newcomers < needed || !isNewcomer(facts) || isTrustedAuthor(facts)) return undefined
  if (memoryReach(facts) < options.learning) return undefined
  const domain = facts.author.domain ?? 'the server'
  return `${newcomers} newcomers of ${domain} within ${inWords(options.window)} (from ${needed} on, with ${regulars} known)`
}
