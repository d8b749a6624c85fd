// Evidence by API: what was kept of offences, for whoever has to be shown it; and how to forget a person.
import { z } from 'zod'
import { blockedName } from '../config/values.ts'
import type { Audit } from './audit.ts'
import type { ConsoleParts } from './listener.ts'
import type { Api } from './routes.ts'
import { answers, answersOf } from './shapes.ts'

const wish = z.strictObject({
  domain: blockedName.optional(),
  since: z.coerce.number().int().nonnegative().optional(),
  until: z.coerce.number().int().nonnegative().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

const purge = z.strictObject({ actor: z.string().min(1).max(2_048) })

export function addEvidenceApi(api: Api, { evidence }: ConsoleParts, audit: Audit): void {
  const list = {
    summary: 'Evidence, oldest first; where there is more, ask again with `since` of the last one',
    querystring: wish,
    response: answersOf(answers.evidence),
  }
  api.get('/evidence', { schema: list }, async (request) => {
    const { limit, domain, since, until } = request.query
    const bounds = {
      ...(domain !== undefined && { domain }),
      ...(since !== undefined && { since }),
      ...(until !== undefined && { until }),
    }
    const entries = []
    for await (const entry of evidence.of(bounds)) {
      if (entries.length >= limit) return { entries, isWhole: false }
      entries.push(entry)
    }
    return { entries, isWhole: true }
  })
  const forget = {
    summary: 'Forget all evidence of one actor',
    querystring: purge,
    response: answersOf(answers.purged),
  }
  api.delete('/evidence', { schema: forget }, async (request) => {
    const { actor } = request.query
    // As a proof spells it, however the operator does.
    const names = new Set([actor, URL.parse(actor)?.href ?? actor])
    let purged = 0
    for (const name of names) purged += await evidence.purge(name)
    await audit(request, { what: 'evidence purged', after: { actor, purged } })
    return { purged }
  })
}
