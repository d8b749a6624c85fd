// What came of the pictures of one kind.
import type { Sight } from '../../../src/images/sight.ts'
import { atLeast, atMost, type Figure, median, quantile, told } from '../figures.ts'
import type { KindOfSample } from './kinds.ts'
import type { Sample } from './sample.ts'

export interface Tally {
  add(sample: Sample, sight: Sight, cpuMs: number): void
  figures(kind: string, wanted: KindOfSample): readonly Figure[]
  /** One line for each picture that was not taken for what it is. */
  readonly wrong: readonly string[]
  readonly count: number
  /** Pictures that had to pass and did not. */
  readonly condemned: number
  readonly stages: ReadonlyMap<string, number[]>
  readonly cpu: readonly number[]
}

export function openTally(how: KindOfSample['how']): Tally {
  const counts = { all: 0, banned: 0, found: 0, rightly: 0, condemned: 0 }
  const wrong: string[] = []
  const cpu: number[] = []
  const stages = new Map<string, number[]>()
  return {
    wrong,
    cpu,
    stages,
    get count() {
      return counts.all
    },
    get condemned() {
      return counts.condemned
    },
    add(sample, sight, cpuMs) {
      const findings = sight.status === 'seen' ? sight.findings : []
      const isFound = findings.length > 0
      counts.all += 1
      if (sample.mustBeFound) {
        counts.banned += 1
        if (isFound) counts.found += 1
        if (findings.some((each) => each.how === how)) counts.rightly += 1
      } else if (isFound) counts.condemned += 1
      if (isFound !== sample.mustBeFound)
        wrong.push(`${sample.kind} ${sample.name}: ${tell(sight)}`)
      cpu.push(cpuMs)
      for (const [stage, took] of Object.entries(sight.stages)) {
        stages.set(stage, [...(stages.get(stage) ?? []), took])
      }
    },
    figures(kind, { goal }) {
      const { all, banned, found, rightly, condemned } = counts
      if (banned === 0) return [atMost(`${kind}: condemned of ${all}`, condemned, 0, '')]
      const what = `${kind}: found of ${banned}`
      const share = (100 * found) / banned
      return [
        goal === undefined ? told(what, share, '%') : atLeast(what, share, goal * 100, '%'),
        ...(how ? [told(`${kind}: by ${how}`, (100 * rightly) / banned, '%')] : []),
      ]
    },
  }
}

export function costFigures(tallies: readonly Tally[]): readonly Figure[] {
  const stages = new Set(tallies.flatMap((tally) => [...tally.stages.keys()]))
  const row = (what: string, values: readonly number[]): Figure => ({
    what,
    value: `${Math.round(median(values))} / ${Math.round(quantile(values, 0.95))} ms`,
  })
  return [
    ...[...stages].map((stage) => {
      const values = tallies.flatMap((tally) => tally.stages.get(stage) ?? [])
      return row(`${stage}, median / 95 % of ${values.length}`, values)
    }),
    row(
      'processor time in all',
      tallies.flatMap(({ cpu }) => cpu),
    ),
  ]
}

function tell(sight: Sight): string {
  if (sight.status === 'unread') return `unread, ${sight.why}`
  return sight.findings.map(({ how, why }) => `${how}, ${why}`).join('; ') || 'nothing'
}
