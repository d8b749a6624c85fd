// Who belongs to a name and when it was last seen: bounded in names and in members, forgotten in time.
import { expiring } from './expiring.ts'

export type Members = ReadonlyMap<string, number>

export interface Windows {
  /** Changes nothing, not even what is forgotten first. */
  members(name: string): Members
  /** Drops what is older than `keptMs`, then adds as far as there is room. */
  add(name: string, members: readonly string[], span: Span): void
  /** What is forgotten first before the rest; may be read slice by slice. */
  entries(): Generator<readonly [name: string, members: Members]>
  restore(name: string, members: readonly (readonly [string, number])[], keptMs: number): void
  /** Gives back the room of what has expired. */
  sweep(): void
}

export interface WindowLimits {
  /** Of one name. */
  readonly most: number
  /** What gives way where there is no room: the newcomer, or the member that was seen longest ago. */
  readonly whenFull: 'refuse' | 'replace'
  readonly maxNames: number
  readonly now: () => number
}

interface Span {
  readonly at: number
  readonly keptMs: number
}

export const NO_MEMBERS: Members = new Map()
const MEMBERS_A_NAME = 5 // on average: some names have hundreds, not all of them

export function openWindows({ most, whenFull, maxNames, now }: WindowLimits): Windows {
  const maxSize = maxNames * MEMBERS_A_NAME + most
  const windows = expiring<Map<string, number>>({ max: maxNames, maxSize, now })
  const add = whenFull === 'refuse' ? addWhereRoom : addNewest
  return {
    members: (name) => windows.get(name) ?? NO_MEMBERS,
    add(name, more, { at, keptMs }) {
      if (more.length === 0) return
      const members = windows.get(name) ?? new Map<string, number>()
      dropOlder(members, at - keptMs)
      add(members, more, { at, most })
      windows.set(name, members, { keptMs, size: members.size })
    },
    entries: windows.entries,
    restore(name, entries, keptMs) {
      const members = new Map(entries)
      dropOlder(members, now() - keptMs)
      if (members.size > 0) windows.set(name, members, { keptMs, size: members.size })
    },
    sweep: windows.sweep,
  }
}

export function countAfter(members: Members, after: number): number {
  let count = 0
  for (const at of members.values()) if (at > after) count++
  return count
}

export function isMemberAfter(members: Members, name: string, after: number): boolean {
  return (members.get(name) ?? Number.NEGATIVE_INFINITY) > after
}

interface Room {
  readonly at: number
  readonly most: number
}

function addWhereRoom(members: Map<string, number>, more: readonly string[], room: Room): void {
  for (const name of more) {
    if (members.has(name) || members.size < room.most) see(members, name, room.at)
  }
}

function addNewest(members: Map<string, number>, more: readonly string[], room: Room): void {
  for (const name of more) see(members, name, room.at)
  if (members.size <= room.most) return
  const inOrder = [...members].sort(([a, at], [b, bt]) => at - bt || (a < b ? -1 : 1))
  for (const [name] of inOrder.slice(0, members.size - room.most)) members.delete(name)
}

function see(members: Map<string, number>, name: string, at: number): void {
  const known = members.get(name)
  if (known === undefined || known < at) members.set(name, at)
}

function dropOlder(members: Map<string, number>, limit: number): void {
  for (const [name, at] of members) {
    if (at <= limit) members.delete(name)
  }
}
