// The changes by API, newest first.
import { z } from 'zod'
import type { AuditEntry } from './audit.ts'
import type { ConsoleParts } from './listener.ts'
import { parseRecord } from './parse.ts'
import type { Api } from './routes.ts'
import { answers, answersOf } from './shapes.ts'

const querystring = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  before: z.string().optional(),
})

export function addAuditApi(api: Api, { audit, onFault }: ConsoleParts): void {
  const summary = 'Who changed what, when and why, newest first'
  const schema = { summary, querystring, response: answersOf(answers.audit) }
  api.get('/audit', { schema }, async (request) => {
    const { limit, before } = request.query
    const page = await audit.page({ limit, ...(before !== undefined && { before }) })
    const entries = page.records.flatMap((json) => parseRecord<AuditEntry>(json, onFault) ?? [])
    return { entries, ...(page.next !== undefined && { next: page.next }) }
  })
}
