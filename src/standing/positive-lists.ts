// Servers that federate by a positive list: what follows from one that was found, or is gone.
import { isPublicSuffix, isWithin } from '../domains.ts'
import type { DomainPast } from '../store/domain-store.ts'
import type { Description } from './description.ts'
import { people } from './reasons.ts'
import { sharedHostOf } from './shared-hosts.ts'

export type ListDecision =
  | { readonly kind: 'block' | 'report'; readonly evidence: string }
  /** Undoes the block that its list once led to. */
  | { readonly kind: 'lift'; readonly why: string }
  | { readonly kind: 'nothing'; readonly why: string }

export interface ListCase {
  readonly domain: string
  readonly description: Pick<Description, 'positiveList' | 'tellsOfLists'>
  readonly policy: {
    readonly positiveList: 'block' | 'report' | 'ignore'
    readonly own: readonly string[]
    readonly protected: readonly string[]
    readonly trusted: readonly string[]
  }
  readonly past: Pick<DomainPast, 'followed'>
  /** Blocked, and for its list alone. */
  readonly isBlocked: boolean
}

export function judgePositiveList(theCase: ListCase): ListDecision {
  const { description, isBlocked } = theCase
  const { positiveList, tellsOfLists } = description
  const shield = shieldOf(theCase)
  if (isBlocked && shield !== undefined) return { kind: 'lift', why: shield }
  if (isBlocked) {
    // Where nothing was told, it may be there still: only its own word that it is gone lifts the block.
    if (positiveList || !tellsOfLists) return nothing('blocked already')
    return { kind: 'lift', why: 'it federates with everybody now' }
  }
  if (!positiveList) return nothing('no positive list was found')
  if (shield !== undefined) return nothing(shield)
  return consequenceOf(theCase, `${positiveList.evidence} (${positiveList.url})`)
}

function consequenceOf({ policy, past }: ListCase, evidence: string): ListDecision {
  if (policy.positiveList === 'ignore') return nothing('positive lists are ignored')
  if (policy.positiveList === 'report') return { kind: 'report', evidence }
  if (past.followed === 0) return { kind: 'block', evidence }
  return { kind: 'report', evidence: `${evidence}; not blocked: ${followed(past.followed)}` }
}

function followed(count: number): string {
  return `${people(count)} of it followed by ours`
}

function shieldOf({ domain, policy }: ListCase): string | undefined {
  if (policy.own.some((own) => isWithin(domain, own))) return 'own domain'
  if (policy.trusted.some((each) => isWithin(domain, each))) return 'trusted by the operator'
  if (policy.protected.some((each) => isWithin(domain, each))) return 'protected by the operator'
  const shared = sharedHostOf(domain)
  if (shared) return `many share ${shared.domain}`
  return isPublicSuffix(domain) ? 'public suffix' : undefined
}

function nothing(why: string): ListDecision {
  return { kind: 'nothing', why }
}
