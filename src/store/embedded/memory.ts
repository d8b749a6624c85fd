// All that one process remembers, and the part of it that a restart must not forget.
import { KEPT_MS, MOST } from '../limits.ts'
import { type Expiring, expiring } from './expiring.ts'
import { type Followers, openFollowers } from './followers.ts'
import type { HistoryLine } from './history-line.ts'
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
export function* linesOf({ people, followers, called }: Memory): Generator<HistoryLine> {
  const since = people.since()
  if (since !== undefined) yield { kind: 'since', at: since }
  for (const [name, person] of people.entries()) yield { kind: 'person', name, ...person }
  for (const [name, members] of followers.entries())
    yield { kind: 'follows', name, members: [...members] }
  for (const [name, members] of called.entries())
    yield { kind: 'called', name, members: [...members] }
}

export function restore({ people, followers, called }: Memory, line: HistoryLine): void {
  if (line.kind === 'since') people.restoreSince(line.at)
  else if (line.kind === 'follows') followers.restore(line.name, line.members)
  else if (line.kind === 'called') called.restore(line.name, line.members, KEPT_MS.called)
  else {
    const { kind: _, name, ...person } = line
    people.restore(name, person)
  }
}
