// What the operator makes of several hits together: one more of its own name, never one less.
import { z } from 'zod'
import type { Hit } from './rule.ts'

const MAX_NAME = 64

/** Names are labels of metrics and stand in `by: rule:<name>`. */
const compositeName = z
  .string()
  .max(MAX_NAME)
  .regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, 'is no name such as young-and-blank')

export const compositesSchema = z.record(
  compositeName,
  z.strictObject({
    all: z.array(z.string()).min(1),
    score: z.number().nonnegative(),
    offence: z.boolean().optional(),
    shadow: z.boolean().optional(),
  }),
)

export type Composites = z.output<typeof compositesSchema>

/** Throws for one that takes a rule's name, or is not made of rules alone, and names it. */
export function checkComposites(composites: Composites, rules: readonly string[]): void {
  for (const [name, { all }] of Object.entries(composites)) {
    if (rules.includes(name)) throw new Error(`composites.${name}: a rule has that name`)
    const unknown = all.find((part) => !rules.includes(part))
    if (unknown === undefined) continue
    const isNested = Object.hasOwn(composites, unknown)
    const what = isNested ? 'is a composite, which may not be part of another' : 'is no rule'
    throw new Error(`composites.${name}: "${unknown}" ${what}`)
  }
}

/** The hits of rules as they are, and the composites that they come to: of those that count alone. */
export function recompose(hits: readonly Hit[], composites: Composites): readonly Hit[] {
  const parts = hits.filter(({ rule }) => !Object.hasOwn(composites, rule))
  const counted = new Set(parts.flatMap(({ rule, shadow }) => (shadow ? [] : [rule])))
  const made = Object.entries(composites).flatMap(([name, composite]) =>
    composite.all.every((part) => counted.has(part)) ? [hitOf(name, composite)] : [],
  )
  return made.length > 0 || parts.length < hits.length ? [...parts, ...made] : hits
}

function hitOf(name: string, composite: Composites[string]): Hit {
  const { all, score, offence = false, shadow = false } = composite
  return { rule: name, score, why: all.join(' + '), shadow, offence, absolute: false }
}
