// What would have changed a verdict, as sentences, each found by judging again.

import { doubtOf } from '../doubt.ts'
import type { Facts } from '../facts.ts'
import type { OffenceDecision } from '../offence.ts'
import type { Relay } from '../relay.ts'
import { type ListRule, matchingEntries } from './ban-causes.ts'
import { graced, type StandingCourt } from './settled.ts'
import { type Court, consequencesOf, type Judged, type Sample, tryOut } from './trial.ts'
import { outcome, type Weighing, whatIf } from './what-if.ts'

export interface Bench extends Court, StandingCourt, Pick<Weighing, 'recompose'> {
  readonly mode: Relay['mode']
  /** The operator's lists as they stand now, by the rule that uses them. */
  readonly lists: readonly BanList[]
}

export interface BanList {
  readonly rule: string
  readonly entries: readonly string[]
  readonly compile: ListRule
}

/** `free`: what came of it without any block. */
export async function wouldChange(
  { real, free }: { readonly real: Judged; readonly free: Judged },
  sample: Sample,
  bench: Bench,
): Promise<readonly string[]> {
  const { finding, facts } = free
  const other = await tryOut({ ...sample, unproved: !sample.unproved }, withoutBlocks(bench))
  const { block } = real.finding
  return [
    ...(block ? [`without the block of ${block.domain} (${block.by}): ${outcome(finding)}`] : []),
    ...whatIf({
      hits: finding.hits,
      proof: finding.proof,
      thresholds: bench.thresholds,
      recompose: bench.recompose,
      isInDoubt: (hits) => facts !== undefined && doubtOf(facts, hits) !== undefined,
      entries: await entriesOf(finding.hits, facts, bench),
    }),
    ...caveats(free),
    ...(await consequences(free, sample, bench)),
    ...(other.status === 'judged' ? await otherProof(free, other, { sample, bench }) : []),
  ]
}

function caveats({ finding, facts }: Judged): readonly string[] {
  if (facts === undefined || !facts.judged) return []
  const doubt = doubtOf(facts, finding.hits)
  const isUnknown = facts.profile === undefined && facts.reach.local.length > 0
  return [
    ...(doubt && finding.action === 'hold' ? [`held at most: ${doubt}`] : []),
    ...(isUnknown ? ['the account is unknown: rules that look at it had nothing to look at'] : []),
  ]
}

export function withoutBlocks<Some extends Court>(court: Some): Some {
  return { ...court, blocks: { find: () => undefined } }
}

async function entriesOf(
  hits: Judged['finding']['hits'],
  facts: Facts | undefined,
  { lists }: Bench,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>()
  const counted = new Set(hits.flatMap(({ rule, shadow }) => (shadow ? [] : [rule])))
  if (facts === undefined || counted.size === 0) return found
  for (const { rule, compile, entries } of lists) {
    if (counted.has(rule)) found.set(rule, await matchingEntries(compile, entries, facts))
  }
  return found
}

async function consequences({ finding }: Judged, { at }: Sample, bench: Bench) {
  if (finding.hits.every((hit) => hit.shadow)) return []
  const decisions = await decisionsOf({ finding, action: 'drop', at }, bench)
  const lead = finding.action === 'drop' ? '' : 'were it dropped: '
  return [...new Set(decisions.map((each) => `${lead}${consequence(each, bench)}`))]
}

function consequence(decision: OffenceDecision, { offencePolicy, mode }: Bench): string {
  if (decision.kind === 'nothing') return `not a block: ${decision.why}`
  if (decision.kind === 'notice') return `a notice, not a block: ${decision.why}`
  const { minActors, maxPerHour } = offencePolicy
  if (maxPerHour === 0) return 'not a block: the cap is none an hour (maxPerHour)'
  const authors = minActors > 1 ? `, once ${minActors} of its authors offended (minActors)` : ''
  const enforced = mode === 'observe' ? ', were the mode enforce' : ''
  return `would block ${decision.domain} (${decision.by})${authors}${enforced}`
}

function decisionsOf(
  question: Parameters<typeof consequencesOf>[0],
  bench: Bench,
): Promise<readonly OffenceDecision[]> {
  return Promise.all(consequencesOf(question, bench).map((each) => graced(each, bench)))
}

async function otherProof(
  { finding: { proof } }: Judged,
  { finding }: Judged,
  { sample: { at }, bench }: { readonly sample: Sample; readonly bench: Bench },
): Promise<readonly string[]> {
  const isProved = finding.proof === 'verified'
  // An activity that names nobody stays unproved.
  if (isProved === (proof === 'verified')) return []
  const decisions = await decisionsOf({ finding, action: finding.action, at }, bench)
  const [block] = decisions.filter(({ kind }) => kind === 'block')
  const also = block ? `; ${consequence(block, bench)}` : ''
  return [`were its author ${isProved ? '' : 'not '}proved: ${outcome(finding)}${also}`]
}
