// Compiles rules so that the operator's lists, the dear part, outlive a change of everything else.
import type { Facts } from '../facts.ts'
import { type CompiledRules, catalog, compileRules } from '../rules/catalog.ts'
import { recompose } from '../rules/composites.ts'
import type { Hit, Rule } from '../rules/rule.ts'

type Settings = Parameters<typeof compileRules>[0]
type ListName = 'banned-url' | 'banned-text'

interface Kept {
  readonly entries: readonly string[]
  readonly rule: Rule
}

/** Like compileRules; a list whose entries are those of the last time is not compiled again. */
export function listKeeper(): (settings: Settings) => CompiledRules {
  const kept = new Map<ListName, Kept>()
  const keep = (name: ListName, entries: readonly string[], settings: Settings): Rule => {
    const last = kept.get(name)
    if (last && isSame(last.entries, entries)) return last.rule
    const rule = catalog[name](settings)
    kept.set(name, { entries, rule })
    return rule
  }
  return (settings) => {
    const { urls, text } = settings.banned
    const others = compileRules({ ...settings, banned: { urls: [], text: [] } })
    const lists = [keep('banned-url', urls, settings), keep('banned-text', text, settings)]
    return joined(lists, others, settings)
  }
}

/** The lists first, as in the catalog. */
function joined(lists: readonly Rule[], others: CompiledRules, settings: Settings): CompiledRules {
  const hitsOf = (rule: Rule, facts: Facts): readonly Hit[] => {
    const match = rule.evaluate(facts)
    const { score, shadow, offence } = settings.rules[rule.name as ListName]
    const { name, absolute } = rule
    return match ? [{ rule: name, score, why: match.why, shadow, offence, absolute }] : []
  }
  return {
    ...others,
    rules: others.rules.map((rule) => lists.find(({ name }) => name === rule.name) ?? rule),
    evaluate(facts) {
      if (!facts.judged) return []
      const listed = lists.flatMap((rule) => hitsOf(rule, facts))
      return recompose([...listed, ...others.evaluate(facts)], settings.composites)
    },
  }
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((entry, at) => entry === other[at])
}
