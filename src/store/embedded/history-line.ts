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

/** Windows that last for weeks, as the memory names them. */
export const LASTING = ['called', 'regulars', 'threads'] as const

const line = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('since'), at: z.number() }),
  person,
  z.object({ kind: z.literal('follows'), name, members }),
  z.object({ kind: z.enum(LASTING), name, members }),
  z.object({ kind: z.literal('dropped'), name, at: z.number() }),
])

const anyLine = z.looseObject({ kind: z.string() })
const KINDS: ReadonlySet<string> = new Set(['since', 'person', 'follows', 'dropped', ...LASTING])

/** Undefined for a kind that a newer version added; throws on what is no such line. */
export function parseHistoryLine(text: string): HistoryLine | undefined {
  const read = anyLine.parse(JSON.parse(text))
  return KINDS.has(read.kind) ? line.parse(read) : undefined
}
