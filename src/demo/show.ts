// How the demo prints a verdict and sums up.
import type { Verdict } from '../verdict.ts'

const RULE = '─'.repeat(78)

export function verdictLine(verdict: Verdict): string {
  const { action, score, sender, activity, hits, block, notes, error } = verdict
  const blocked = block && hits.length > 0 ? ` ■ ${block.domain} blocked (${block.by})` : ''
  const told = hits.length > 0 ? hits.map((hit) => hit.rule) : [...notes, ...(error ? [error] : [])]
  const why = told.join(' + ')
  return [
    action.padEnd(8),
    score.toFixed(1).padStart(5),
    (activity.type ?? '?').padEnd(9),
    (sender.domain ?? '?').padEnd(22),
    `${why}${blocked}`,
  ].join(' ')
}

export interface Played {
  readonly verdicts: readonly Verdict[]
  readonly delivered: number
  readonly tookMs: number
}

export function summary({ verdicts, delivered, tookMs }: Played): string {
  const of = (action: Verdict['action']) => verdicts.filter((verdict) => verdict.action === action)
  const blocks = new Map(
    verdicts.flatMap(({ block, hits }) =>
      block && hits.length > 0 ? [[block.domain, block]] : [],
    ),
  )
  const rows: (readonly [string, string])[] = [
    ['deliveries', `${verdicts.length} in ${(tookMs / 1_000).toFixed(1)} s`],
    ['delivered', `${delivered} reached the instance, unchanged`],
    ['dropped', `${of('drop').length}`],
    ['held or deferred', `${of('hold').length + of('defer').length}`],
    ['blocked domains', `${blocks.size}`],
  ]
  return [
    '',
    RULE,
    ...rows.map(([what, much]) => `${what.padEnd(20)} ${much}`),
    ...reasonsOf(of('drop')).map(([why, count]) => `  dropped: ${why.padEnd(52)} ${count}`),
    ...reasonsOf([...blocks.values()].map(({ by }) => ({ by }))).map(
      ([by, count]) => `  blocked: ${by.padEnd(52)} ${count}`,
    ),
    RULE,
  ].join('\n')
}

type Reason = Pick<Verdict, 'hits' | 'notes'> | { readonly by: string }

function reasonsOf(reasons: readonly Reason[]): [string, number][] {
  const counts = new Map<string, number>()
  for (const reason of reasons) {
    const why =
      'by' in reason
        ? reason.by
        : reason.hits.map((hit) => hit.rule).join(' + ') || reason.notes[0] || '?'
    counts.set(why, (counts.get(why) ?? 0) + 1)
  }
  return [...counts].sort(([, one], [, other]) => other - one)
}
