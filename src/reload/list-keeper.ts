// Compiles rules so that the operator's lists, the dear part, outlive a change of everything else.
import { type CompiledRules, catalog, compileRules, type RuleName } from '../rules/catalog.ts'
import type { Rule } from '../rules/rule.ts'

type Settings = Parameters<typeof compileRules>[0]

interface Kept {
  readonly entries: readonly string[]
  readonly rule: Rule
}

/** Like compileRules; a list whose entries are those of the last time is not compiled again. */
export function listKeeper(): (settings: Settings) => CompiledRules {
  const kept = new Map<RuleName, Kept>()
  return (settings) => {
    const { urls, text } = settings.banned
    const lists = new Map<RuleName, readonly string[]>([
      ['banned-url', urls],
      ['banned-text', text],
    ])
    return compileRules(settings, (name) => {
      const entries = lists.get(name)
      const last = kept.get(name)
      if (entries && last && isSame(last.entries, entries)) return last.rule
      const rule = catalog[name](settings)
      if (entries) kept.set(name, { entries, rule })
      return rule
    })
  }
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((entry, at) => entry === other[at])
}
