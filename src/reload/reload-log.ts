// What the operator is told of a reload: what is wrong, what changed, what waits for the next start.

import { changesBetween } from '../config/changes.ts'
import type { Config } from '../config.ts'
import type { Log } from '../log.ts'
import type { Lists } from './list-files.ts'

interface State {
  readonly config: Config
  readonly lists: Lists
}

interface Reload {
  readonly before: State
  readonly after: State
  readonly faults: readonly Error[]
  /** By the operator, who is answered even when there is nothing new. */
  readonly isAsked: boolean
}

export interface ReloadLog {
  tell(reload: Reload): void
}

export function openReloadLog(log: Log, started: Config): ReloadLog {
  let wrong: readonly string[] = []
  let waiting: readonly string[] = []
  return {
    tell({ before, after, faults, isAsked }) {
      const complaints = new Map(faults.map((fault) => [fault.message, fault]))
      const known = isAsked ? [] : wrong
      tellFaults(
        log,
        [...complaints.values()].filter(({ message }) => !known.includes(message)),
      )
      const isAnswerDue = complaints.size === 0 && (isAsked || wrong.length > 0)
      tellChanges(log, changesIn(before, after), isAnswerDue)
      wrong = [...complaints.keys()]

      const late = changesBetween(started, after.config).waiting
      const told = isAsked ? [] : waiting
      tellWaiting(
        log,
        late.filter((key) => !told.includes(key)),
      )
      waiting = late
    },
  }
}

function tellFaults(log: Log, faults: readonly Error[]): void {
  for (const { message, cause } of faults) {
    log.error(cause ? { err: cause } : {}, `${message}; what was in force stays in force`)
  }
}

function tellChanges(log: Log, changes: readonly string[], isAnswerDue: boolean): void {
  if (changes.length > 0) log.info(`read again: ${changes.join(', ')}`)
  else if (isAnswerDue) log.info('read again: nothing changed')
}

function tellWaiting(log: Log, keys: readonly string[]): void {
  if (keys.length > 0) log.warn(`${keys.join(', ')}: takes effect at the next start`)
}

function changesIn(before: State, after: State): readonly string[] {
  const { taken } = changesBetween(before.config, after.config)
  const files = [...after.lists].filter(([file, list]) => before.lists.get(file) !== list)
  return [...taken, ...files.map(([file]) => describe(file, before.lists, after.lists))]
}

function describe(file: string, before: Lists, after: Lists): string {
  const count = (lists: Lists) => lists.get(file)?.entries.length ?? 0
  return `${file} (entries: ${count(before)} → ${count(after)})`
}
