// What a restart must not forget of people, one JSON a line; every name is a digest.
import { z } from 'zod'

export type HistoryLine = z.infer<typeof line>

export type Person = Omit<z.infer<typeof person>, 'kind' | 'name'>

const name = z.string().max(64)
const members = z.array(z.tuple([name, z.number()]))

const person = z.object({
  kind: z.literal('person'),
  name,
  firstSeenAt: z.number(),
  touchedAt: z.number(),
  cleanDays: z.number(),
  /** Number of the UTC day that was counted last. */
  lastCleanDay: z.number(),
  droppedAt: z.exactOptional(z.number()),
})

const line = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('since'), at: z.number() }),
  person,
  z.object({ kind: z.literal('follows'), name, members }),
  z.object({ kind: z.literal('called'), name, members }),
])

/** Throws on what is no such line. */
export function parseHistoryLine(text: string): HistoryLine {
  return line.parse(JSON.parse(text))
}
