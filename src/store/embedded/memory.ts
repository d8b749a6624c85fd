// All that one process remembers, and the part of it that a restart must not forget.
import { KEPT_MS, MOST } from '../limits.ts'
import { type Expiring, expiring } from './expiring.ts'
import { type Followers, openFollowers } from './followers.ts'
import { type HistoryLine, LASTING } from './history-line.ts'
import { openPeople, type People } from './people.ts'
import { openWindows, type Windows } from './windows.ts'

export interface Memory {
  readonly people: People
  readonly followers: Followers
  readonly called: Windows
  readonly calls: Windows
  readonly newcomers: Windows
  readonly regulars: Windows
  readonly copies: Windows
  readonly threads: Windows
  readonly dropped: Expiring<number>
}

export function openMemory(remembered: number, now: () => number): Memory {
  const maxNames = Math.ceil(remembered * 0.4)
  const windows = (most: number, whenFull: 'refuse' | 'replace' = 'refuse') =>
    openWindows({ most, whenFull, maxNames, now })
  return {
    people: openPeople(remembered, now),
    followers: openFollowers(remembered, now),
    called: windows(MOST.called, 'replace'),
    calls: windows(MOST.calls),
    newcomers: windows(MOST.newcomers),
    regulars: windows(MOST.regulars),
    copies: windows(MOST.copies),
    threads: windows(MOST.thread),
    dropped: expiring({ max: remembered, now }),
  }
}

/** What is forgotten first before the rest: restored in this order it makes the same memory. */
export function* linesOf(memory: Memory): Generator<HistoryLine> {
  const { people, followers, dropped } = memory
  const since = people.since()
  if (since !== undefined) yield { kind: 'since', at: since }
  for (const [name, person] of people.entries()) yield { kind: 'person', name, ...person }
  for (const [name, members] of followers.entries())
    yield { kind: 'follows', name, members: [...members] }
  for (const kind of LASTING) {
    for (const [name, members] of memory[kind].entries())
      yield { kind, name, members: [...members] }
  }
  for (const [name, at] of dropped.entries()) yield { kind: 'dropped', name, at }
}

export function restore(memory: Memory, line: HistoryLine, now: number): void {
  const { people, followers, dropped } = memory
  if (line.kind === 'since') people.restoreSince(line.at)
  else if (line.kind === 'person') restorePerson(people, line)
  else if (line.kind === 'follows') followers.restore(line.name, line.members)
  else if (line.kind === 'dropped') restoreDropped(dropped, line, now)
  else memory[line.kind].restore(line.name, line.members, KEPT_MS[line.kind])
}

function restorePerson(
  people: People,
  { kind: _, name, ...person }: Extract<HistoryLine, { kind: 'person' }>,
): void {
  people.restore(name, person)
}

function restoreDropped(
  dropped: Memory['dropped'],
  { name, at }: Extract<HistoryLine, { kind: 'dropped' }>,
  now: number,
): void {
  const keptMs = at + KEPT_MS.dropped - now
  if (keptMs > 0) dropped.set(name, at, { keptMs })
}
