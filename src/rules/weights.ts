// What every rule weighs and what can be set of it, with the reasons for what is shipped.
import { z } from 'zod'
import { duration } from '../config/values.ts'
import type { RuleWeight } from './rule.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const ESTABLISHED_MS = 30 * DAY_MS // spam accounts live for hours, some sleep for days

// thresholds: 6 holds, 10 drops. A flood with two signs of a throwaway is dropped (5 + 2.5 + 2.5), with one it is held;
// three signs without it are held. What is counted over several posts (campaign, mention-burst, dropped-thread) holds
// at most by itself: a viral post brings a hundred strangers, a birthday ten equal greetings.
export const rulesSchema = z
  .strictObject({
    // Not accepted, wherever they come from: whoever lists an entry means it.
    'banned-url': ruleSchema({ score: 10, offence: true }, {}),
    // Known, or with a banned URL in it: whoever registers or lists it means it.
    'banned-image': ruleSchema({ score: 10, offence: true }, {}),
    // No offence: words are quoted, argued about and mistyped; a URL hardly ever is.
    'banned-text': ruleSchema({ score: 10, offence: false }, {}),
    'mention-flood': ruleSchema(
      { score: 5, offence: true },
      // The wave of 2024 called five people a post; few people call as many strangers by hand.
      { minMentions: z.int().min(2).default(5) },
    ),
    'mention-burst': ruleSchema(
      { score: 4, offence: false },
      {
        window: windowUpTo(DAY_MS).default(HOUR_MS), // a wave's account is used up within minutes
        people: counted(50).default(10), // two posts of that wave and the one at hand
        actors: counted(250).default(5), // a town's meeting brings three or four newcomers
        share: z.number().min(0).max(1).default(0.5), // of those known: large servers have newcomers every hour
        learning: duration.default(3 * DAY_MS), // until then a fresh memory takes everybody for a newcomer
        establishedAfter: duration.default(ESTABLISHED_MS), // such an account greets and helps, one by one
      },
    ),
    // Holds until it is clear what it is; a retry later the copies are known. With a flood or one sign it drops.
    campaign: ruleSchema(
      { score: 7.5, offence: false },
      {
        window: windowUpTo(7 * DAY_MS).default(DAY_MS), // waves pause at night
        posts: counted(60).default(3), // forty letters or one picture that three circles were sent by chance are rare
        links: counted(60).default(5), // the news of the day are one link for many
        establishedAfter: duration.default(ESTABLISHED_MS), // such an account may tell one or two people so
      },
    ),
    'new-account': ruleSchema(
      { score: 2.5, offence: false },
      {
        maxAge: duration.default(7 * DAY_MS), // the wave's were minutes old, some slept for a day
        firstSeenWithin: duration.default(DAY_MS), // many an old account is met for the first time
      },
    ),
    'blank-profile': ruleSchema(
      { score: 2.5, offence: false },
      { establishedAfter: duration.default(ESTABLISHED_MS) },
    ),
    'bare-link': ruleSchema(
      { score: 2.5, offence: false },
      { establishedAfter: duration.default(ESTABLISHED_MS) },
    ),
    // One sign of three: no server is known to write so, but a library's fault may.
    'odd-json': ruleSchema({ score: 2.5, offence: false }, {}),
    // What cannot be read to its end is held; with a flood or two signs it is dropped.
    'too-much-to-read': ruleSchema({ score: 6, offence: false }, {}),
    // Whoever boosts or quotes may not know what it is: no offence.
    'dropped-object': ruleSchema({ score: 10, offence: false }, {}),
    // A victim answers too, and is forwarded; with one sign more it is held.
    'dropped-thread': ruleSchema({ score: 4, offence: false }, {}),
    'test-string': testSchema(),
  })
  .prefault({})

export type RulesConfig = z.output<typeof rulesSchema>

function ruleSchema<Options extends z.ZodRawShape>(
  { score, offence }: Pick<RuleWeight, 'score' | 'offence'>,
  options: Options,
) {
  return z
    .strictObject({
      ...weight(score),
      offence: z.boolean().default(offence),
      ...options,
    })
    .prefault({} as never)
}

/** Everybody may send the string, in anybody's name: never an offence. */
function testSchema() {
  const never = z.literal(false, 'is always false: anybody may try the test string').default(false)
  return z.strictObject({ ...weight(10), offence: never }).prefault({})
}

function weight(score: number) {
  return { score: z.number().nonnegative().default(score), shadow: z.boolean().default(false) }
}

/** The memory counts no further. */
function counted(most: number) {
  return z.int().min(2).max(most)
}

function windowUpTo(most: number) {
  const why = `is between 1m and ${most / HOUR_MS}h`
  return duration.refine((window) => window >= 60_000 && window <= most, why)
}
