// Is a dropped delivery held against its author's domain? Only the proved, only what reached us, never a carrier.
import { hash } from 'node:crypto'
import { domainOf, isWithin } from './domains.ts'
import { doubtOf } from './doubt.ts'
import { isEstablished } from './facts/established.ts'
import { isSamePerson } from './facts/people.ts'
import type { Facts } from './facts.ts'
import { isFollowed, LONG_KNOWN_MS } from './history.ts'
import { type AuthorProof, speaksFor } from './proof.ts'
import type { Hit } from './rules/rule.ts'
import { scopeOf, shieldOf } from './shield.ts'
import { shortened } from './store/limits.ts'
import type { OffenceStore } from './store/offence-store.ts'
import type { Block, Offence } from './store/store.ts'
import type { Action } from './verdict.ts'

export interface OffencePolicy {
  /** The instance's domain and its aliases. */
  readonly own: readonly string[]
  /** Never blocked by themselves, subdomains included. */
  readonly protected: readonly string[]
  /** Well managed: their offences lead to a notice. */
  readonly trusted: readonly string[]
  readonly dryRun: boolean
  readonly minActors: number
  readonly maxPerHour: number
}

export interface Case {
  readonly action: Action
  readonly hits: readonly Hit[]
  readonly keyId?: string | undefined
  readonly facts: Facts
  readonly proof: AuthorProof
  readonly policy: OffencePolicy
  readonly now: number
}

export interface BlockDecision {
  readonly kind: 'block'
  readonly domain: string
  readonly scope: Block['scope']
  readonly by: `rule:${string}`
  readonly reason: string
  readonly offence: Offence
}

export type OffenceDecision =
  | BlockDecision
  | {
      readonly kind: 'notice'
      readonly domain: string
      readonly offence: Offence
      readonly why: string
    }
  | { readonly kind: 'nothing'; readonly why: string }

const REPLAY_MS = 48 * 3_600_000 // older evidence may be somebody else's replay

/** 1. is it an offence  2. may the domain be blocked  3. is it trusted to deal with it  4. block, unless it has the grace */
export function judgeOffence(theCase: Case): OffenceDecision {
  const { policy } = theCase
  const found = findOffence(theCase)
  if (found.kind === 'nothing') return found
  const { offence, domain, rule, reason } = found
  const why = shieldOf(domain, policy)
  if (why !== undefined) return { kind: 'nothing', why }
  if (policy.trusted.some((trusted) => isWithin(domain, trusted))) {
    return { kind: 'notice', domain, offence, why: `${domain} is trusted to deal with it` }
  }
  if (isFollowed(theCase.facts.history.author, theCase.now)) {
    return { kind: 'notice', domain, offence, why: `${offence.author} is followed by one of ours` }
  }
  const scope = scopeOf(domain, policy)
  return { kind: 'block', domain, scope, by: `rule:${rule}`, reason, offence }
}

export interface Guards {
  readonly minActors: number
  readonly maxPerHour: number
  readonly now: number
}

export type Guarded =
  | { readonly status: 'block' }
  | { readonly status: 'stopped'; readonly why: 'already counted' | 'too few authors' | 'cap' }

export const CLAIM_MS = 2 * REPLAY_MS // beyond it the same object is too old to be an offence
export const AUTHORS_MS = 24 * 3_600_000

/** One offence per object, enough authors, and not too many blocks an hour; in this order. */
export async function applyGuards(
  { domain, offence }: BlockDecision,
  store: OffenceStore,
  { minActors, maxPerHour, now }: Guards,
): Promise<Guarded> {
  if (await store.isClaimed(offence.object)) return stopped('already counted')
  const author = { domain, author: offence.author, at: now, windowMs: AUTHORS_MS }
  if ((await store.noteAuthor(author)) < minActors) return stopped('too few authors')
  const place = { id: offence.object, at: now, limit: maxPerHour }
  return (await store.takeBlockPlace(place)) ? { status: 'block' } : stopped('cap')
}

function stopped(why: Extract<Guarded, { status: 'stopped' }>['why']): Guarded {
  return { status: 'stopped', why }
}

type Found =
  | { kind: 'offence'; domain: string; offence: Offence; rule: string; reason: string }
  | { kind: 'nothing'; why: string }

function findOffence({ action, hits, keyId, facts, proof, now }: Case): Found {
  if (action !== 'drop') return nothing('not dropped')
  if (proof.status !== 'verified') return nothing('the author is not proved')
  if (facts.reach.local.length === 0) return nothing('reached none of ours')
  const counted = hits.filter((hit) => !hit.shadow)
  const { worst, why } = worstOf(counted, facts)
  if (!worst) return nothing(why)
  const object = ownPost(facts, proof.author)
  if (object === undefined) return nothing('the post is not the author’s own')
  if (now - Math.min(proof.at, facts.publishedAt ?? proof.at) > REPLAY_MS) {
    return nothing('older than 48 hours')
  }
  const domain = domainOf(proof.author)
  if (domain === undefined) return nothing('the author has no domain')
  const offence = {
    object: keptId(object),
    author: proof.author,
    keyId: keyId ?? '',
    at: Math.min(proof.at, now), // a clock that runs ahead must not outrun an operator's mark
    // What it is held against comes first.
    hits: [worst, ...counted.filter((hit) => hit !== worst)].map(({ rule, score, why }) => ({
      ...{ rule, score, why: shortened(shown(why, facts)) },
    })),
  }
  const reason = `${worst.rule}: ${shown(worst.why, facts)}`
  return { kind: 'offence', domain, offence, rule: worst.rule, reason }
}

/** What stands on a list is no matter of numbers. */
function worstOf(counted: readonly Hit[], facts: Facts): { worst?: Hit; why: string } {
  const offences = counted.filter((hit) => hit.offence)
  const listed = offences.find((hit) => hit.absolute)
  const [first] = offences
  if (listed) return { worst: listed, why: listed.why }
  if (!first) return { why: 'no rule that is an offence' }
  const excuse = excuseOf(counted, facts)
  return excuse === undefined ? { worst: first, why: first.why } : { why: excuse }
}

/** Numbers alone condemn a post, but no domain, where they can be the making of others. */
function excuseOf(counted: readonly Hit[], facts: Facts): string | undefined {
  // What others sent alike can bring an old account's post to be dropped; it has no sign of a throwaway of its own.
  if (isEstablished(facts, LONG_KNOWN_MS)) return 'an account of some age, condemned by no list'
  return doubtOf(facts, counted)
}

const MAX_ID = 2_000

/** As it is kept: nobody's id is to fill the store. What is cut off is never found again where it was. */
export function keptId(id: string): string {
  return id.length <= MAX_ID ? id : `${id.slice(0, MAX_ID)}…${hash('sha256', id, 'base64url')}`
}

/** Of the author's own server, and not somebody else's that it passes on. */
export function ownPost({ postId, attributedTo }: Facts, author: string): string | undefined {
  if (postId === undefined || !speaksFor(author, postId)) return undefined
  const isOwn = attributedTo.length === 0 || attributedTo.some((id) => isSamePerson(id, author))
  return isOwn ? postId : undefined
}

function nothing(why: string): { kind: 'nothing'; why: string } {
  return { kind: 'nothing', why }
}

/** What not everybody may read is not kept as evidence either. */
function shown(why: string, { isPublic }: Facts): string {
  return isPublic ? why : 'the post is not public: its words are not kept'
}
