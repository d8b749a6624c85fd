// The policy in force as paragraphs: which of them hold, by the settings and the rules of this moment.
import { inForceOf } from '../config/changes.ts'
import type { Config } from '../config.ts'
import type { RuleSet } from '../reload/rules-in-force.ts'
import type { TextKey } from './en.ts'

export interface Policy {
  /** Everything is judged and nothing follows. */
  readonly isTrial: boolean
  /** What is not accepted, one sentence each. */
  readonly refused: readonly TextKey[]
  /** What a server is blocked for. */
  readonly offences: readonly TextKey[]
  readonly blocksByItself: boolean
  readonly graceMs: number
  readonly positiveList: Config['standing']['positiveList']
  /** Anything is banned at all. */
  readonly bans: boolean
}

type InForce = Pick<RuleSet, 'config' | 'banned'>

export function policyOf(started: Config, { config: told, banned }: InForce): Policy {
  const config = inForceOf(started, told)
  const { mode, blocks, standing } = config
  const refused = refusedBy(config, banned)
  return {
    isTrial: mode === 'observe',
    refused,
    offences: offencesIn(config, refused),
    blocksByItself: !blocks.dryRun && blocks.maxPerHour > 0,
    graceMs: standing.grace,
    positiveList: standing.positiveList,
    bans: refused.some((key) => !/Flood|Signs/.test(key)),
  }
}

function refusedBy({ rules, images }: Config, banned: InForce['banned']): readonly TextKey[] {
  const bansUrls = !rules['banned-url'].shadow && banned.urls.length > 0
  const readsPictures = images.enabled && !rules['banned-image'].shadow
  const bansWords = !rules['banned-text'].shadow && banned.text.length > 0
  return [
    ...when(weighs(rules['mention-flood']), 'refusedFlood'),
    ...when(bansUrls, 'refusedUrl'),
    // What is drawn is looked for as long as URLs are listed, whatever becomes of links.
    ...when(readsPictures, banned.urls.length > 0 ? 'refusedImage' : 'refusedKnownImage'),
    ...when(bansWords, 'refusedText'),
    'refusedSigns',
  ]
}

const OFFENCES = [
  ['mention-flood', 'refusedFlood', 'offenceFlood'],
  ['banned-url', 'refusedUrl', 'offenceUrl'],
  ['banned-image', 'refusedImage', 'offenceImage'],
  ['banned-image', 'refusedKnownImage', 'offenceKnownImage'],
] as const

function offencesIn({ rules, composites }: Config, refused: readonly TextKey[]) {
  const told = OFFENCES.filter(([rule, key]) => rules[rule].offence && refused.includes(key))
  const named = new Set<string>(OFFENCES.map(([rule]) => rule))
  const others = Object.entries({ ...rules, ...composites }).some(
    ([name, rule]) => rule.offence && weighs(rule) && !named.has(name),
  )
  return [...told.map(([, , offence]) => offence), ...when(others, 'offenceOther')]
}

/** A rule without points condemns nothing. */
function weighs({ shadow, score }: { readonly shadow: boolean; readonly score: number }): boolean {
  return !shadow && score > 0
}

function when(holds: boolean, key: TextKey): readonly TextKey[] {
  return holds ? [key] : []
}
