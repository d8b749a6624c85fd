// Every rule there is. A new one is a file, an entry here and its weight in weights.ts.
import type { Facts } from '../facts.ts'
import type { Windows } from '../remember.ts'
import { bannedImage } from './banned-image.ts'
import { bannedText } from './banned-text.ts'
import { bannedUrl } from './banned-url.ts'
import { bareLink } from './bare-link.ts'
import { blankProfile } from './blank-profile.ts'
import { campaign } from './campaign.ts'
import { type Composites, checkComposites, recompose } from './composites.ts'
import { droppedObject } from './dropped-object.ts'
import { droppedThread } from './dropped-thread.ts'
import { mentionBurst } from './mention-burst.ts'
import { mentionFlood } from './mention-flood.ts'
import { newAccount } from './new-account.ts'
import { oddJson } from './odd-json.ts'
import type { Hit, Rule, RuleWeight } from './rule.ts'
import { testString } from './test-string.ts'
import { tooMuchToRead } from './too-much-to-read.ts'
import type { RulesConfig } from './weights.ts'

interface RuleSettings {
  readonly rules: RulesConfig
  readonly banned: { readonly urls: readonly string[]; readonly text: readonly string[] }
  readonly composites: Composites
}

export const catalog = {
  'banned-url': ({ banned }) => bannedUrl(banned.urls),
  'banned-image': () => bannedImage(),
  'banned-text': ({ banned }) => bannedText(banned.text),
  'mention-flood': ({ rules }) => mentionFlood(rules['mention-flood']),
  'mention-burst': ({ rules }) => mentionBurst(rules['mention-burst']),
  campaign: ({ rules }) => campaign(rules.campaign),
  'new-account': ({ rules }) => newAccount(rules['new-account']),
  'blank-profile': ({ rules }) => blankProfile(rules['blank-profile']),
  'bare-link': ({ rules }) => bareLink(rules['bare-link']),
  'odd-json': () => oddJson(),
  'too-much-to-read': () => tooMuchToRead(),
  'dropped-object': () => droppedObject(),
  'dropped-thread': () => droppedThread(),
  'test-string': () => testString(),
} as const satisfies Record<keyof RulesConfig, (settings: RuleSettings) => Rule>

export interface CompiledRules {
  readonly rules: readonly Rule[]
  /** How far back the memory counts for them. */
  readonly windows: Windows
  /** Nothing for what is not judged. A rule that throws is a fault. */
  evaluate(facts: Facts): readonly Hit[]
}

export type RuleName = keyof typeof catalog

/**
 * Throws for what the operator wrote and no rule can be made of, and names it. `make` may hand out a rule that was
 * compiled from the same settings before.
 */
export function compileRules(
  settings: RuleSettings,
  make: (name: RuleName) => Rule = (name) => catalog[name](settings),
): CompiledRules {
  const { composites } = settings
  const names = Object.keys(catalog) as RuleName[]
  checkComposites(composites, names)
  const weighed = names.map((name) => ({
    rule: make(name),
    weight: settings.rules[name],
  }))
  const evaluate = (facts: Facts) =>
    weighed.flatMap(({ rule, weight }) => weigh(rule, weight, facts))
  return {
    rules: weighed.map(({ rule }) => rule),
    windows: {
      burstMs: settings.rules['mention-burst'].window,
      campaignMs: settings.rules.campaign.window,
      establishedMs: settings.rules.campaign.establishedAfter,
    },
    evaluate: (facts) => (facts.judged ? recompose(evaluate(facts), composites) : []),
  }
}

function weigh(rule: Rule, { score, offence, shadow }: RuleWeight, facts: Facts): readonly Hit[] {
  const match = rule.evaluate(facts)
  if (!match) return []
  const { name, absolute } = rule
  const isOffence = offence && !match.isDoubtful
  return [{ rule: name, score, why: match.why, shadow, offence: isOffence, absolute }]
}
