// One text, one link or one picture, sent to ever other people, or by ever other accounts.
import { domainOf } from '../domains.ts'
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
    description:
      'the same text, link or picture goes to ever other people, or comes again and again',
    absolute: false,
    evaluate(facts) {
      if (facts.reach.guarded.length === 0 || isTrustedAuthor(facts)) return undefined
      // Many tell a friend of one thing; hardly anybody happens on a picture that others send around.
      const isTalk = isConversing(facts, establishedAfter)
      const isAnswer = answersHere(facts)
      const isFew = facts.reach.mentions <= FEW
      const patience = ({ kind }: Fingerprint) => (isFew && kind !== 'picture' ? TO_FEW : 1)
      const repeated = countedIn(facts)
        .filter((one) => one.kind === 'picture' || !(isTalk || isNews(facts, one)))
        .flatMap((one) =>
          repetitionOf(one, { needed: needed[one.kind], patience: patience(one), isAnswer }),
        )
      const [most] = repeated.sort((one, other) => other.count - one.count)
      if (!most) return undefined
      const { kind, what, from, shown } = most
      return {
        why: `this ${kind} ${what} within ${inWords(window)} (from ${from} on): ${cut(shown)}`,
      }
    },
  }
}

interface Counted extends Fingerprint {
  readonly copies: number
  readonly senders: number
  /** Of `senders`, accounts of some age. */
  readonly old: number
}

function countedIn({ fingerprints, history }: Facts): Counted[] {
  return fingerprints.map((each, index) => ({
    ...each,
    copies: history.copies[index] ?? 0,
    senders: history.senders[index] ?? 0,
    old: history.establishedSenders[index] ?? 0,
  }))
}

interface Repetition extends Fingerprint {
  readonly count: number
  readonly from: number
  readonly what: string
}

const TO_FEW = 2 // times as many are needed where one or two people are told
const TO_THE_SAME = 2 // times as many are needed where they go to the same people over and over

interface Limits {
  readonly needed: number
  /** How many times as many circles it takes. */
  readonly patience: number
  readonly isAnswer: boolean
}

function repetitionOf(one: Counted, { needed, patience, isAnswer }: Limits): readonly Repetition[] {
  const { copies, senders } = one
  const what = `went to ${copies} circles of people`
  const circles = needed * patience
  if (copies >= circles) return [{ ...one, count: copies, from: circles, what }]
  const from = TO_THE_SAME * needed
  if (isAnswer || senders < from) return []
  return [{ ...one, count: senders, from, what: `was sent ${senders} times` }]
}

/** Below a post of ours many say the same, in words or without. */
function answersHere({ inReplyTo, reach }: Facts): boolean {
  const home = domainOf(inReplyTo ?? '')
  return home !== undefined && reach.local.some((id) => domainOf(id) === home)
}

/**
 * What older accounts pass on, a newcomer may pass on to a friend as well. A third is enough: of those who were
 * never suspected nobody has asked the age.
 */
function isNews({ reach }: Facts, { senders, old }: Counted): boolean {
  return reach.mentions <= FEW && 3 * old > senders
}

function cut(shown: string): string {
  return shown.length > MAX_SHOWN ? `${shown.slice(0, MAX_SHOWN)}…` : shown
}
