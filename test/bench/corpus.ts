// npm run corpus: what each rule finds in the corpus, what its weight does, and what became of ham and spam.
import { catalog } from '../../src/rules/catalog.ts'
import type { Hit } from '../../src/rules/rule.ts'
import { decide } from '../../src/verdict.ts'
import { type CorpusFile, type Label, readCorpus } from '../support/corpus.ts'
import { judgeFile, type Outcome } from '../support/corpus-court.ts'

interface Case {
  readonly file: CorpusFile
  readonly outcome: Outcome
}

const LABELS: readonly Label[] = ['spam', 'ham', 'odd']
const ACTIONS = ['forward', 'hold', 'defer', 'drop', 'refuse'] as const

const started = performance.now()
const cases: Case[] = []
for (const file of readCorpus()) cases.push({ file, outcome: await judgeFile(file) })
const tookMs = performance.now() - started

const deliveries = cases.reduce((sum, { file }) => sum + file.deliveries.length, 0)
console.log(`${cases.length} files, ${deliveries} deliveries, ${Math.round(tookMs)} ms`)
print(
  [
    'What each rule finds; for how many spam / ham / odd files the action changes if its score is 0,',
    'or if it drops alone: only the last delivery is decided again, what went before it stays as it was',
  ].join('\n'),
  Object.keys(catalog).map(lineOfRule),
)
print('What became of them', LABELS.map(lineOfLabel))
printMistakes()

/** Odd files are neither: they count for no rule's precision. */
function lineOfRule(rule: string): Record<string, string> {
  const spam = labelled('spam').filter((each) => counts(each, rule)).length
  const ham = labelled('ham').filter((each) => counts(each, rule)).length
  const odd = labelled('odd').filter((each) => counts(each, rule)).length
  return {
    rule,
    spam: `${spam}`,
    ham: `${ham}`,
    odd: `${odd}`,
    precision: share(spam, spam + ham),
    recall: share(spam, labelled('spam').length),
    'at 0': changes((hit) => (hit.rule === rule ? { ...hit, score: 0, absolute: false } : hit)),
    alone: changes((hit) => (hit.rule === rule ? { ...hit, absolute: true } : hit)),
  }
}

function lineOfLabel(label: Label): Record<string, string> {
  const all = labelled(label)
  const of = (action: string) => all.filter(({ outcome }) => outcome.action === action).length
  const counted = ACTIONS.map((action) => [action, `${of(action)}`])
  const share_ = ACTIONS.map((action) => [`${action} %`, share(of(action), all.length)])
  return { label, files: `${all.length}`, ...Object.fromEntries([...counted, ...share_]) }
}

function printMistakes(): void {
  for (const { file, outcome } of cases) {
    const found: CorpusFile['expect'] = { ...outcome, hits: outcome.hits.map(({ rule }) => rule) }
    for (const key of ['action', 'hits', 'block', 'forwardedBefore'] as const) {
      const [comes, expected] = [found, file.expect].map((each) => shown(each[key]))
      if (comes === expected) continue
      console.log(`${file.name}: ${key} comes to ${comes}, expected ${expected}`)
      process.exitCode = 1
    }
  }
}

function shown(value: string | number | readonly string[] | undefined): string {
  return typeof value === 'object' ? value.toSorted().join(' + ') || 'none' : `${value ?? 'none'}`
}

function labelled(label: Label): readonly Case[] {
  return cases.filter(({ file }) => file.label === label)
}

function counts({ outcome }: Case, rule: string): boolean {
  return outcome.hits.some((hit) => hit.rule === rule && !hit.shadow)
}

/** By label. */
function changes(weigh: (hit: Hit) => Hit): string {
  const changed = LABELS.map((label) => {
    const others = labelled(label).filter(({ outcome }) => {
      const { hits, grounds } = outcome
      return decide(hits.map(weigh), grounds).action !== decide(hits, grounds).action
    })
    return `${others.length}`
  })
  return changed.join(' / ')
}

function share(part: number, whole: number): string {
  return whole === 0 ? '-' : `${Math.round((100 * part) / whole)} %`
}

function print(title: string, rows: readonly Record<string, string>[]): void {
  const heads = Object.keys(rows[0] ?? {})
  const widths = heads.map((head) => Math.max(head.length, ...rows.map((row) => row[head]!.length)))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!)))
      .join('  ')
  console.log(`\n${title}\n${line(heads)}`)
  for (const row of rows) console.log(line(heads.map((head) => row[head]!)))
}
