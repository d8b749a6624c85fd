// A server that deals with its spam is given notice before it is blocked; a dry run only tells which of the two.
import type { OffenceDecision, OffencePolicy } from './offence.ts'
import type { Standing } from './standing/standing.ts'

interface Grace {
  /** Asked for what would be a block alone: to ask may take a while. */
  readonly standingOf: (domain: string) => Promise<Pick<Standing, 'grace' | 'reasons'>>
  readonly policy: Pick<OffencePolicy, 'dryRun'>
}

export async function withGrace(
  decision: OffenceDecision,
  { standingOf, policy }: Grace,
): Promise<OffenceDecision> {
  if (decision.kind !== 'block') return decision
  const { domain, offence } = decision
  const { grace, reasons } = await standingOf(domain)
  const why = reasons.join('; ')
  if (policy.dryRun) {
    const would = grace ? wouldGiveNotice({ domain, why }) : `${domain} would have been blocked`
    return { kind: 'nothing', why: `dry-run: ${would}` }
  }
  return grace ? { kind: 'notice', domain, offence, why } : decision
}

/** What would come of it, were anything to come of anything; nothing of what is nothing anyway. */
export function wouldFollow(decision: OffenceDecision): readonly string[] {
  if (decision.kind === 'block') return [`would block ${decision.domain} (${decision.by})`]
  return decision.kind === 'notice' ? [wouldGiveNotice(decision)] : []
}

function wouldGiveNotice({ domain, why }: { readonly domain: string; readonly why: string }) {
  return `would give notice to ${domain}: ${why}`
}
