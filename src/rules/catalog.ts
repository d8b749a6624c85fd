// Every rule there is: its factory, its weight and its options. A new rule is a file and an entry here.
import { z } from 'zod'
import { duration } from '../config-values.ts'
import type { Facts } from '../facts.ts'
import { bannedUrl } from './banned-url.ts'
import { bareLink } from './bare-link.ts'
import { blankProfile } from './blank-profile.ts'
import { mentionFlood } from './mention-flood.ts'
import { newAccount } from './new-account.ts'
import type { Hit, Rule, RuleWeight } from './rule.ts'
import { tooMuchToRead } from './too-much-to-read.ts'

const DAY_MS = 86_400_000
const ESTABLISHED_MS = 30 * DAY_MS // spam accounts live for hours, some sleep for days

// A flood with two signs of a throwaway is dropped (5 + 2.5 + 2.5), with one it is held; three signs without it are held.
// A post that cannot be read to its end is held (6); with a flood or two signs of a throwaway it is dropped.
export const rulesSchema = z
  .strictObject({
    'banned-url': ruleSchema({ score: 10, offence: true }, {}),
    'mention-flood': ruleSchema(
      { score: 5, offence: true },
      // The wave of 2024 called five people a post; few people call as many by hand.
      { minMentions: z.int().min(2).default(5) },
    ),
    'new-account': ruleSchema(
      { score: 2.5, offence: false },
      { maxAge: duration.default(7 * DAY_MS) }, // the wave's were minutes old, some slept for a day
    ),
    'blank-profile': ruleSchema(
      { score: 2.5, offence: false },
      { establishedAfter: duration.default(ESTABLISHED_MS) },
    ),
    'bare-link': ruleSchema(
      { score: 2.5, offence: false },
      { establishedAfter: duration.default(ESTABLISHED_MS) },
    ),
    'too-much-to-read': ruleSchema({ score: 6, offence: false }, {}),
  })
  .prefault({})

export type RulesConfig = z.output<typeof rulesSchema>

interface RuleSettings {
  readonly rules: RulesConfig
  readonly banned: { readonly urls: readonly string[] }
}

export const catalog = {
  'banned-url': ({ banned }) => bannedUrl(banned.urls),
  'mention-flood': ({ rules }) => mentionFlood(rules['mention-flood']),
  'new-account': ({ rules }) => newAccount(rules['new-account']),
  'blank-profile': ({ rules }) => blankProfile(rules['blank-profile']),
  'bare-link': ({ rules }) => bareLink(rules['bare-link']),
  'too-much-to-read': () => tooMuchToRead(),
} as const satisfies Record<keyof RulesConfig, (settings: RuleSettings) => Rule>

export interface CompiledRules {
  readonly rules: readonly Rule[]
  /** Nothing for what is not judged. A rule that throws is a fault. */
  evaluate(facts: Facts): readonly Hit[]
}

export function compileRules(settings: RuleSettings): CompiledRules {
  const names = Object.keys(catalog) as (keyof typeof catalog)[]
  const weighed = names.map((name) => ({
    rule: catalog[name](settings),
    weight: settings.rules[name],
  }))
  return {
    rules: weighed.map(({ rule }) => rule),
    evaluate: (facts) =>
      facts.judged ? weighed.flatMap(({ rule, weight }) => weigh(rule, weight, facts)) : [],
  }
}

function weigh(rule: Rule, { score, offence, shadow }: RuleWeight, facts: Facts): readonly Hit[] {
  const match = rule.evaluate(facts)
  if (!match) return []
  const { name, absolute } = rule
  return [{ rule: name, score, why: match.why, shadow, offence, absolute }]
}

function ruleSchema<Options extends z.ZodRawShape>(
  { score, offence }: Pick<RuleWeight, 'score' | 'offence'>,
  options: Options,
) {
  return z
    .strictObject({
      score: z.number().nonnegative().default(score),
      offence: z.boolean().default(offence),
      shadow: z.boolean().default(false),
      ...options,
    })
    .prefault({} as never)
}
