// The verdicts by API, newest first.
import { z } from 'zod'
import type { Verdict } from '../verdict.ts'
import type { ConsoleParts } from './listener.ts'
import type { Api } from './routes.ts'
import { answers, answersOf } from './shapes.ts'

const querystring = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  before: z.string().optional(),
  action: z.enum(['forward', 'drop', 'hold', 'defer', 'refuse']).optional(),
  domain: z.string().optional(),
})

const MAX_PAGES = 50 // a filter that matches nothing must end, too

export function addVerdictsApi(api: Api, { records }: ConsoleParts): void {
  const summary = 'What became of the deliveries, newest first'
  const schema = { summary, querystring, response: answersOf(answers.verdicts) }
  api.get('/verdicts', { schema }, async (request) => {
    const { limit, before, action, domain } = request.query
    const found: Verdict[] = []
    let next = before
    for (let read = 0; read < MAX_PAGES && found.length < limit; read++) {
      const wanted = limit - found.length
      const got = await records.page({ limit: wanted, ...(next !== undefined && { before: next }) })
      const verdicts = got.records.map((json) => JSON.parse(json) as Verdict)
      found.push(...verdicts.filter((verdict) => fits(verdict, action, domain)))
      next = got.next
      if (next === undefined) break
    }
    return { verdicts: found, ...(next !== undefined && { next }) }
  })
}

function fits(verdict: Verdict, action: string | undefined, domain: string | undefined): boolean {
  if (action !== undefined && verdict.action !== action) return false
  return domain === undefined || verdict.sender.domain === domain
}
