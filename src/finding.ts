// What examining an activity came to, and what a consequence may be founded on.
import { domainOf } from './domains.ts'
import { unreadNotes } from './facts/unread-pictures.ts'
import type { Facts } from './facts.ts'
import type { AuthorProof } from './proof.ts'
import type { Judgement } from './record.ts'
import type { Hit } from './rules/rule.ts'
import type { SignatureCheck } from './signature.ts'
import type { BlockEntry } from './store/store.ts'

export interface Finding extends Judgement {
  /** What a consequence must be founded on, one for each activity that came to this action. */
  readonly grounds?: readonly Grounds[]
  /** Nothing but pictures that were not read in time keeps it from being forwarded. */
  readonly awaitsPictures?: true
}

export interface Grounds {
  readonly hits: readonly Hit[]
  readonly facts: Facts
  readonly proof: AuthorProof
  /** Id of a boosted post that its origin served us, where the words judged are its. */
  readonly fetched?: string
}

const SEVERITY = { forward: 0, defer: 1, hold: 1, drop: 2, refuse: 3 } as const

/** The grounds of equals are kept together: harmless spam must not hide the offence beside it. */
export function worse(one: Finding, other: Finding): Finding {
  const lead = SEVERITY[other.action] - SEVERITY[one.action]
  if (lead !== 0) return lead > 0 ? other : one
  const first = other.score > one.score ? other : one
  return { ...first, grounds: [...(one.grounds ?? []), ...(other.grounds ?? [])] }
}

export function refusedByBlock(described: Finding, { domain, by }: BlockEntry): Finding {
  const notes = [...described.notes, 'blocked host']
  return { ...described, action: 'drop', block: { domain, by }, notes }
}

export function describe(check: SignatureCheck, facts: Facts, proof: AuthorProof): Finding {
  const keyId = 'keyId' in check ? check.keyId : undefined
  return {
    action: 'forward',
    score: 0,
    hits: [],
    proof: proof.status,
    keyId,
    senderDomain: keyId === undefined ? undefined : domainOf(keyId),
    author: proof.author,
    carrier: proof.carrier,
    activity: {
      id: facts.activity.id,
      type: facts.activity.types[0],
      object: facts.activity.objectId,
    },
    reach: { local: facts.reach.local.length, mentions: facts.reach.mentions },
    isPublic: facts.isPublic,
    notes: [
      ...facts.flags,
      ...unreadNotes(facts.seen),
      ...(proof.status === 'verified' ? [] : [proof.why]),
    ],
  }
}
