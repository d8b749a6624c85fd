// A verdict on one line of a terminal; colours only where somebody sees them.
import { styleText } from 'node:util'
import { printable } from '../printable.ts'
import type { Action, Verdict } from '../verdict.ts'

type Style = Parameters<typeof styleText>[0]

export const actionStyles: Readonly<Record<Action, Style>> = {
  forward: 'green',
  hold: 'yellow',
  defer: 'yellow',
  drop: 'red',
  refuse: 'red',
}
const MAX_TEXT = 120

export function verdictText(verdict: Verdict): string {
  const { at, action, score, sender, activity, hits, block, notes, error } = verdict
  const told =
    hits.length > 0 ? hits.map(({ rule }) => rule) : [...notes, ...(error ? [error] : [])]
  const who = sender.domain ?? '?'
  const carried = sender.carrier === undefined ? '' : ` (by ${sender.carrier})`
  const blocked = block ? ` ■ ${block.domain} (${block.by})` : followed(notes)
  return [
    at,
    paint(actionStyles[action], action.padEnd(7)),
    ...(notes.includes('observe') && action !== 'forward' ? ['(forwarded)'] : []),
    String(score).padStart(5),
    (activity.type ?? '?').padEnd(9),
    sender.proof.padEnd(11),
    printable(`${who}${carried}`, MAX_TEXT).padEnd(24),
    printable(`${told.join(' + ')}${blocked}`, MAX_TEXT),
  ]
    .join(' ')
    .trimEnd()
}

/** A notice, and what would have come of it were it not for observe mode or a dry run. */
function followed(notes: readonly string[]): string {
  const told = notes.map((note) => FOLLOWED.exec(note)?.groups?.what).find(Boolean)
  return told === undefined ? '' : ` □ ${told}`
}

const FOLLOWED =
  /^(?:nothing: dry-run: )?(?<what>would (?:block|give notice to) [^\s:]+|\S+ would have been blocked|notice)/

/** Not into a file or a pipe, and not where NO_COLOR is set. */
export function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout })
}
