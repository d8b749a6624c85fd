// What is written down for ever, one JSON a line: blocks, marks, notices, known pictures, small shared values.
import { z } from 'zod'
import type { Notice } from './notice-store.ts'
import type { Block, BlockAddition, KnownPicture, Mark } from './store.ts'

export type JournalLine =
  | ({ readonly kind: 'block' } & BlockAddition)
  | { readonly kind: 'mark'; readonly mark: Mark }
  | { readonly kind: 'identity'; readonly name: string; readonly value: string }
  | PictureLine
  | NoticeLine

export type PictureLine =
  | { readonly kind: 'picture'; readonly picture: KnownPicture }
  | { readonly kind: 'picture-removed'; readonly id: string; readonly at: number }

/** As it is after a change; of two lines of one notice that of the higher revision counts. */
export interface NoticeLine {
  readonly kind: 'notice'
  readonly revision: number
  readonly notice: Notice
}

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

const MOST_HASHES = 1_024 // some 80 crops, twice where there is a border, of up to six frames

export const pictureId = z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256 in hex')

const blurhash = z.string().regex(/^[\w#$%*+,.:;=?@[\]^{|}~-]{6,166}$/, 'is no blurhash')

export const pictureSchema = z.object({
  id: pictureId,
  name: z.string().min(1).max(500),
  note: z.exactOptional(z.string().max(2_000)),
  addedAt: z.int().min(0),
  hashes: z
    .array(z.string().regex(/^[0-9a-f]{64}$/, 'is no hash of 64 hex digits'))
    .min(1)
    .max(MOST_HASHES),
  blurhashes: z.array(blurhash).max(MOST_HASHES),
}) satisfies z.ZodType<KnownPicture>

const time = z.int().min(0)
const MOST_OFFENCES = 20

export const noticeSchema = z.object({
  id: z.string().regex(/^[\w.:-]{1,64}$/, 'cannot be the id of a notice'),
  domain: z.string().min(1).max(253),
  author: z.string().min(1).max(2_100),
  openedAt: time,
  deadline: time,
  why: z.string().max(2_000),
  neverBlocks: z.exactOptional(z.literal(true)),
  offences: z
    .array(offence.extend({ isPublic: z.boolean() }))
    .min(1)
    .max(MOST_OFFENCES),
  checked: z.exactOptional(z.object({ at: time, found: z.string() })),
  dueAt: time,
  closed: z.exactOptional(
    z.object({
      at: time,
      how: z.enum([
        ...(['author-gone', 'post-gone', 'not-dealt-with'] as const),
        ...(['dismissed', 'blocked', 'unreachable'] as const),
      ]),
      why: z.string(),
    }),
  ),
  report: z.exactOptional(
    z.object({
      ...{
        at: time,
        state: z.enum(['sending', 'sent', 'failed', 'refused']),
        tries: z.int().min(1),
      },
      why: z.exactOptional(z.string().max(1_000)),
    }),
  ),
}) satisfies z.ZodType<Notice>

export const journalLineSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('block'), block: blockSchema, evidenceAt: z.number() }),
  z.object({ kind: z.literal('mark'), mark: markSchema }),
  z.object({ kind: z.literal('identity'), name: z.string(), value: z.string() }),
  z.object({ kind: z.literal('picture'), picture: pictureSchema }),
  z.object({ kind: z.literal('picture-removed'), id: pictureId, at: z.int() }),
  z.object({ kind: z.literal('notice'), revision: z.int().min(0), notice: noticeSchema }),
])

/** Throws on what is no such line. */
export function parseJournalLine(text: string): JournalLine {
  return journalLineSchema.parse(JSON.parse(text))
}

export function parseBlock(text: string): Block {
  return blockSchema.parse(JSON.parse(text))
}

export function parsePicture(text: string): KnownPicture {
  return pictureSchema.parse(JSON.parse(text))
}

export function parseNotice(text: string): Notice {
  return noticeSchema.parse(JSON.parse(text))
}

export function parseMark(text: string): Mark {
  return markSchema.parse(JSON.parse(text))
}

export function parseOffence(text: string): Block['offences'][number] {
  return offence.parse(JSON.parse(text))
}
