// What would have changed a verdict, found by deciding again: without a hit, with a shadow counted, behind other thresholds.
import type { Hit } from '../rules/rule.ts'
import { type Action, type Decision, decide, type Grounds } from '../verdict.ts'

export interface Weighing extends Omit<Grounds, 'isInDoubt'> {
  /** Whether these hits would hold at most (doubt.ts). */
  readonly isInDoubt: (hits: readonly Hit[]) => boolean
  readonly hits: readonly Hit[]
  /** Composites come and go with the hits that they are made of: finds those again that still stand. */
  readonly recompose: (hits: readonly Hit[]) => readonly Hit[]
  /** By rule: the entries of the operator's lists that the post matches. */
  readonly entries: ReadonlyMap<string, readonly string[]>
}

export function whatIf(weighing: Weighing): readonly string[] {
  const counted = weighing.hits.filter((hit) => !hit.shadow)
  return [
    ...withoutHits(counted, weighing),
    ...weighing.hits.filter((hit) => hit.shadow).map((hit) => counting(hit, weighing)),
    otherThresholds(counted, weighing),
  ]
}

function decideOn(hits: readonly Hit[], weighing: Weighing): Decision {
  return decide(hits, { ...weighing, isInDoubt: weighing.isInDoubt(hits) })
}

/** `7.5, held` */
export function outcome({ action, score }: { action: Action; score: number }): string {
  return `${score}, ${OUTCOMES[action]}`
}

const OUTCOMES: Readonly<Record<Action, string>> = {
  forward: 'forwarded',
  drop: 'dropped',
  hold: 'held',
  defer: 'deferred',
  refuse: 'refused',
}

const MAX_PAIRED = 10 // hits: 45 pairs
const MAX_PAIRS_SHOWN = 8

function withoutHits(counted: readonly Hit[], weighing: Weighing): readonly string[] {
  const before = decideOn(weighing.hits, weighing).action
  const singles = counted.map((hit) => without([hit], weighing))
  const lines = singles.map(({ line }) => line)
  if (before === 'forward' || singles.some(({ action }) => action !== before)) return lines
  if (counted.length > MAX_PAIRED) return lines
  const pairs = counted.flatMap((one, at) =>
    counted.slice(at + 1).map((other) => without([one, other], weighing)),
  )
  const telling = pairs.filter(({ action }) => action !== before)
  return [...lines, ...telling.slice(0, MAX_PAIRS_SHOWN).map(({ line }) => line)]
}

interface Variation {
  readonly action: Decision['action']
  readonly line: string
}

function without(gone: readonly Hit[], weighing: Weighing): Variation {
  const names = new Set(gone.map(({ rule }) => rule))
  const isGone = ({ rule }: Hit) => names.has(rule)
  const kept = weighing.hits.filter((hit) => !isGone(hit))
  // Its parts would make a composite anew.
  const left = weighing.recompose(kept).filter((hit) => !isGone(hit))
  const decision = decideOn(left, weighing)
  const fallen = kept.filter(({ rule }) => !left.some((hit) => hit.rule === rule))
  const also = fallen.map((hit) => `, and so without ${named(hit)}`).join('')
  const what = gone.map((hit) => describeGone(hit, weighing)).join(' and ')
  return { action: decision.action, line: `without ${what}${also}: ${outcome(decision)}` }
}

function counting({ rule, score }: Hit, weighing: Weighing): string {
  const lift = (hits: readonly Hit[]) =>
    hits.map((hit) => (hit.rule === rule ? { ...hit, shadow: false } : hit))
  const hits = lift(weighing.recompose(lift(weighing.hits)))
  return `with ${rule} counted (+${score}): ${outcome(decideOn(hits, weighing))}`
}

function otherThresholds(counted: readonly Hit[], weighing: Weighing): string {
  const { hold, drop } = weighing.thresholds
  const { action, score } = decideOn(weighing.hits, weighing)
  const absolute = counted.find((hit) => hit.absolute)
  if (absolute) return `no threshold changes it: ${absolute.rule} drops by itself`
  if (action === 'forward') return `${short(hold, score)} short of being held (hold ${hold})`
  if (action === 'drop') return raised({ drop: above(score) }, weighing)
  if (action === 'defer') return raised({ hold: above(score) }, weighing)
  // `hold` stays below `drop`, as the configuration demands.
  const higher = above(score) < drop ? above(score) : round((score + drop) / 2)
  const distance = `${short(drop, score)} short of being dropped (drop ${drop})`
  return `${raised({ hold: higher }, weighing)}; ${distance}`
}

function raised(to: Partial<Grounds['thresholds']>, weighing: Weighing): string {
  const thresholds = { ...weighing.thresholds, ...to }
  const [[name, at] = []] = Object.entries(to)
  return `with ${name} at ${at}: ${outcome(decideOn(weighing.hits, { ...weighing, thresholds }))}`
}

/** The next whole number. */
function above(score: number): number {
  return Math.floor(score) + 1
}

/** Thousandths are as fine as scores are. */
function round(value: number): number {
  return Math.round(value * 1_000) / 1_000
}

function short(threshold: number, score: number): number {
  return round(threshold - score)
}

function named({ rule, score }: Hit): string {
  return `${rule} (${score})`
}

const MAX_ENTRIES_SHOWN = 5

function describeGone(hit: Hit, { entries }: Weighing): string {
  const found = entries.get(hit.rule) ?? []
  if (found.length === 0) return named(hit)
  const more = found.length - MAX_ENTRIES_SHOWN
  const shown = found.slice(0, MAX_ENTRIES_SHOWN).join(', ')
  return `${hit.rule} (${hit.score}; off the list: ${shown}${more > 0 ? ` and ${more} more` : ''})`
}
