// What is written down for ever, one JSON a line: blocks, marks, small shared values.
import { z } from 'zod'
import type { Block, BlockAddition, Mark } from './store.ts'

export type JournalLine =
  | ({ readonly kind: 'block' } & BlockAddition)
  | { readonly kind: 'mark'; readonly mark: Mark }
  | { readonly kind: 'identity'; readonly name: string; readonly value: string }

const hit = z.object({ rule: z.string(), score: z.number(), why: z.string() })

const offence = z.object({
  object: z.string(),
  author: z.string(),
  keyId: z.string(),
  at: z.number(),
  hits: z.array(hit),
})

export const blockSchema = z.object({
  id: z.string(),
  domain: z.string(),
  scope: z.enum(['host', 'subtree']),
  since: z.number(),
  by: z.string(),
  reason: z.string(),
  offences: z.array(offence),
  note: z.exactOptional(z.string()),
}) satisfies z.ZodType<Block>

export const markSchema = z.object({
  domain: z.string(),
  at: z.number(),
  by: z.string(),
  why: z.exactOptional(z.string()),
}) satisfies z.ZodType<Mark>

export const journalLineSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('block'), block: blockSchema, evidenceAt: z.number() }),
  z.object({ kind: z.literal('mark'), mark: markSchema }),
  z.object({ kind: z.literal('identity'), name: z.string(), value: z.string() }),
])

/** Throws on what is no such line. */
export function parseJournalLine(text: string): JournalLine {
  return journalLineSchema.parse(JSON.parse(text))
}

export function parseBlock(text: string): Block {
  return blockSchema.parse(JSON.parse(text))
}

export function parseMark(text: string): Mark {
  return markSchema.parse(JSON.parse(text))
}

export function parseOffence(text: string): Block['offences'][number] {
  return offence.parse(JSON.parse(text))
}
