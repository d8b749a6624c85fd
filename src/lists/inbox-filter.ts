// What stands in mastodonInboxFilter's configuration, and what a part of it becomes here.
import { z } from 'zod'
import type { Tree } from '../config/tree.ts'

const texts = z.array(z.string()).nullish()

/** Its own program refuses a file with other types, so that nobody has one. */
export const filterSchema = z.looseObject({
  redirectUrl: z.string().optional(),
  listenHost: z.string().default('0.0.0.0'),
  listenPort: z.int().min(1).max(65_535).default(8901),
  requestTimeoutMs: z.number().optional(),
  mentionMin: z.number().optional(),
  badText: texts,
  badImageDigest: texts,
  skipDomain: texts,
  skipAcct: texts,
  skipImageDigest: texts,
})

export type Filter = z.output<typeof filterSchema>

export interface Translation {
  readonly settings?: Tree
  readonly notes?: readonly string[]
}
