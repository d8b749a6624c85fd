// What would follow from a finding, as settle.ts carries it out; nothing is counted, claimed or blocked here.
import type { Finding } from '../finding.ts'
import { withGrace, wouldFollow } from '../grace.ts'
import type { BlockDecision, OffenceDecision, OffencePolicy } from '../offence.ts'
import type { Judgement } from '../record.ts'
import type { Relay } from '../relay.ts'
import type { Standing } from '../standing/standing.ts'
import { type Court, consequencesOf } from './trial.ts'

export async function settled(
  finding: Finding,
  at: number,
  court: Court & Pick<Relay, 'mode'> & StandingCourt,
): Promise<Judgement> {
  const judged = consequencesOf({ finding, action: finding.action, at }, court)
  const decisions = await Promise.all(judged.map((each) => graced(each, court)))
  if (court.mode === 'observe') {
    const would = decisions.flatMap(wouldFollow)
    return { ...finding, notes: [...finding.notes, 'observe', ...would] }
  }
  if (finding.action !== 'drop') return finding
  const notes: string[] = [...finding.notes]
  let block: Judgement['block']
  for (const [index, decision] of decisions.entries()) {
    const stop = stopOf(decision, decisions.slice(0, index), court.offencePolicy)
    if (stop !== undefined) notes.push(stop)
    else if (decision.kind === 'block') block = { domain: decision.domain, by: decision.by }
  }
  return { ...finding, ...(block && { block }), notes }
}

export interface StandingCourt {
  /** By what is known: nobody is asked. Absent where no relay runs. */
  readonly standingOf?: (domain: string) => Promise<Standing>
}

/** Where no relay runs, nothing speaks for anybody. */
export function graced(
  decision: OffenceDecision,
  {
    standingOf = async () => UNKNOWN,
    offencePolicy: policy,
  }: StandingCourt & Pick<Court, 'offencePolicy'>,
): Promise<OffenceDecision> {
  return withGrace(decision, { standingOf, policy })
}

const UNKNOWN: Standing = { standing: 'unknown', grace: false, reasons: [] }

function blocksAmong(decisions: readonly OffenceDecision[]): readonly BlockDecision[] {
  return decisions.filter((each) => each.kind === 'block')
}

/** Who offended earlier is the store's to know: only the authors in this delivery are counted. */
function stopOf(
  decision: OffenceDecision,
  before: readonly OffenceDecision[],
  { minActors, maxPerHour }: OffencePolicy,
): string | undefined {
  if (decision.kind !== 'block') return `${decision.kind}: ${decision.why}`
  const fellows = blocksAmong([...before, decision]).filter(
    (each) => each.domain === decision.domain,
  )
  if (new Set(fellows.map(({ offence }) => offence.author)).size < minActors) {
    return `not blocked: too few authors (minActors ${minActors}; earlier ones are not counted here)`
  }
  return maxPerHour === 0 ? 'not blocked: cap (maxPerHour 0)' : undefined
}
