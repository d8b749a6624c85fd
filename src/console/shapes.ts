// What the API answers with, as schemas: they describe, and the OpenAPI document is made of them.
import { z } from 'zod'
import { blockSchema, noticeSchema, pictureSchema } from '../store/journal-line.ts'

const action = z.enum(['forward', 'drop', 'hold', 'defer', 'refuse'])
const proof = z.enum(['verified', 'missing', 'invalid', 'unavailable'])

const hit = z.object({ rule: z.string(), score: z.number(), why: z.string(), shadow: z.boolean() })

const verdict = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  action,
  score: z.number(),
  hits: z.array(hit),
  sender: z.object({
    domain: z.string().optional(),
    keyId: z.string().optional(),
    actor: z.string().optional(),
    carrier: z.string().optional(),
    proof,
  }),
  activity: z.object({
    id: z.string().optional(),
    type: z.string().optional(),
    object: z.string().optional(),
  }),
  reach: z.object({ local: z.int(), mentions: z.int() }),
  block: z.object({ domain: z.string(), by: z.string() }).optional(),
  notes: z.array(z.string()),
  error: z.string().optional(),
  tookMs: z.number(),
})

const auditEntry = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  who: z.string(),
  from: z.string(),
  what: z.string(),
  why: z.string().optional(),
  before: z.unknown(),
  after: z.unknown(),
})

const evidenceSchema = z.looseObject({
  id: z.string(),
  at: z.number(),
  domain: z.string(),
  author: z.string(),
  keyId: z.string(),
  bodySha256: z.string(),
})

const error = z.object({ error: z.object({ code: z.string(), message: z.string() }) })
const next = z.string().optional()
const refused = z.array(z.object({ domain: z.string(), why: z.string() }))

export const answers = {
  verdicts: z.object({ verdicts: z.array(verdict), next }),
  explained: z.object({ verdict, explanation: z.looseObject({}) }),
  blocks: z.object({ blocks: z.array(blockSchema), total: z.int(), next }),
  block: blockSchema,
  added: z.object({
    status: z.enum(['added', 'existed', 'journaled', 'unwritten']),
    block: blockSchema,
  }),
  removed: z.object({ status: z.literal('removed'), domain: z.string() }),
  imported: z.object({ added: z.int(), existed: z.int(), refused }),
  undone: z.object({ undone: z.int(), domains: z.array(z.string()) }),
  restored: z.object({
    added: z.int(),
    existed: z.int(),
    marks: z.int(),
    pictures: z.int(),
    notices: z.int(),
    refused,
  }),
  images: z.object({
    images: z.array(pictureSchema),
    total: z.int(),
    drawn: z.array(z.object({ entry: z.string(), readAs: z.array(z.string()) })),
  }),
  imageAdded: z.object({ status: z.enum(['added', 'existed']), image: pictureSchema }),
  imageRemoved: z.object({ status: z.literal('removed'), id: z.string() }),
  domain: z.looseObject({
    domain: z.string(),
    standing: z.enum(['good', 'poor', 'unknown']),
    grace: z.boolean(),
    shield: z.string().optional(),
    reasons: z.array(z.string()),
    notices: z.array(noticeSchema),
    block: blockSchema.optional(),
  }),
  notices: z.object({ notices: z.array(noticeSchema), total: z.int(), next }),
  notice: z.object({ notice: noticeSchema }),
  evidence: z.object({ entries: z.array(evidenceSchema), isWhole: z.boolean() }),
  purged: z.object({ purged: z.int() }),
  audit: z.object({ entries: z.array(auditEntry), next }),
  reloaded: z.object({ wrong: z.array(z.string()) }),
  status: z.looseObject({ version: z.string(), mode: z.enum(['enforce', 'observe']) }),
  error,
} as const

/** The answer of a route that went well, and those that it shares with all others. */
export function answersOf(schema: z.ZodType, ...statuses: readonly number[]) {
  const good = (statuses.length > 0 ? statuses : [200]).map((status) => [status, schema] as const)
  const refusals = [400, 401, 403, 404, 409, 429].map((status) => [status, error] as const)
  return Object.fromEntries([...good, ...refusals]) as Record<number, z.ZodType>
}
