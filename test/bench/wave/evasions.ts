// How spammers try to slip through: each is what it changes of the plain wave.
import { MINUTE } from './calendar.ts'

export interface Tactics {
  /** Milliseconds between two posts. */
  readonly gapMs: readonly [number, number]
  readonly postsPerAccount: number
  /** Made a year ago, with a picture and a few words. */
  readonly isAged?: boolean
  /** How many are called, in place of the usual number. */
  readonly calls?: number
  /** Answers the posts of those whom it calls. */
  readonly isAnswer?: boolean
  /** Harmless first, then changed. */
  readonly isEdit?: boolean
  readonly boost?: 'bare' | 'embedded'
  /** Pictures beside the text, each of its own blurhash. */
  readonly pictures?: number
  /** Another text in another language for each post. */
  readonly isVaried?: boolean
  /** Another address for each post. */
  readonly isUnique?: boolean
  /** Brought by a relay server: with the author's signature, or as a bare boost. */
  readonly relayed?: 'signed' | 'shown'
  readonly audience?: 'direct'
  /** Their servers say that they run what must not be held. */
  readonly claims?: 'lemmy'
  /** Signed up where ordinary people live. */
  readonly isAmongPeople?: boolean
}

const PLAIN: Tactics = { gapMs: [5_000, 60_000], postsPerAccount: 3 }

const CHANGES = {
  none: {},
  'slow drip': { gapMs: [5 * MINUTE, 20 * MINUTE] },
  'one post an account': { postsPerAccount: 1 },
  'aged accounts': { isAged: true },
  'answers to our posts': { isAnswer: true },
  'edit of a harmless post': { isEdit: true },
  'bare boosts': { boost: 'bare' },
  'embedded boosts': { boost: 'embedded' },
  'two pictures': { pictures: 2 },
  'varied texts': { isVaried: true },
  'a link for each post': { isUnique: true },
  'by relays, signed': { relayed: 'signed' },
  'by relays, shown': { relayed: 'shown' },
  'direct messages': { audience: 'direct' },
  'claims to run Lemmy': { claims: 'lemmy' },
  'on open servers': { isAmongPeople: true },
  '4 mentions': { calls: 4 },
  '2 mentions': { calls: 2 },
  '1 mention': { calls: 1 },
} as const satisfies Record<string, Partial<Tactics>>

const MIXED: readonly Partial<Tactics>[] = [
  { postsPerAccount: 1 },
  { isAged: true },
  { isAnswer: true },
  { isVaried: true },
  { isUnique: true },
  { calls: 4 },
  { calls: 2 },
  { calls: 1 },
  { pictures: 2 },
]

export const MIXTURE = 'mixture'
export const EVASIONS: readonly string[] = [...Object.keys(CHANGES), MIXTURE]

export type Draw = (changes: readonly Partial<Tactics>[]) => readonly Partial<Tactics>[]

/** `draw`: for a mixture, which of them this post takes. */
export function tacticsOf(evasion: string, draw: Draw): Tactics {
  if (evasion === MIXTURE) return Object.assign({}, PLAIN, ...draw(MIXED)) as Tactics
  const change = Object.hasOwn(CHANGES, evasion)
    ? CHANGES[evasion as keyof typeof CHANGES]
    : undefined
  if (change === undefined) throw new Error(`${evasion} is no evasion`)
  return { ...PLAIN, ...change }
}
