// Which entries of the operator's lists a post matches: a rule names the first, taking that one out may not be enough.
import { setImmediate } from 'node:timers/promises'
import type { Facts } from '../facts.ts'
import type { Rule } from '../rules/rule.ts'

/** The rule with these entries and no others. */
export type ListRule = (entries: readonly string[]) => Rule

const CHUNK = 500 // compiled in some milliseconds: lists of a hundred thousand must not keep deliveries waiting
const MAX_FOUND = 20

export async function matchingEntries(
  rule: ListRule,
  entries: readonly string[],
  facts: Facts,
): Promise<readonly string[]> {
  const found: string[] = []
  const distinct = [...new Set(entries)]
  for (let at = 0; at < distinct.length && found.length < MAX_FOUND; at += CHUNK) {
    found.push(...matchingIn(distinct.slice(at, at + CHUNK), rule, facts))
    await setImmediate()
  }
  return found.slice(0, MAX_FOUND)
}

/** By halves: one compilation tells of a whole half that it holds none. */
function matchingIn(entries: readonly string[], rule: ListRule, facts: Facts): readonly string[] {
  if (entries.length === 0 || !rule(entries).evaluate(facts)) return []
  if (entries.length === 1) return entries
  const half = Math.ceil(entries.length / 2)
  return [entries.slice(0, half), entries.slice(half)].flatMap((part) =>
    matchingIn(part, rule, facts),
  )
}
