// Servers by API: what we make of one and why, and the notices that were given.
import { z } from 'zod'
import { blockedName } from '../config/values.ts'
import type { Audit } from './audit.ts'
import type { ConsoleParts } from './listener.ts'
import { placeBefore } from './parse.ts'
import type { Api } from './routes.ts'
import { answers, answersOf } from './shapes.ts'

const params = z.object({ domain: blockedName })

const page = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  after: placeBefore.optional(),
  /** `true`: only those that are not closed. */
  open: z.stringbool().default(false),
})

const deed = z.strictObject({
  id: z.string().min(1).max(200),
  action: z.literal(['dismiss']),
  why: z.string().max(2_000).optional(),
})

export function addDomainsApi(api: Api, parts: ConsoleParts, audit: Audit): void {
  addDomain(api, parts)
  addNoticeList(api, parts)
  addNoticeDeed(api, parts, audit)
}

function addDomain(api: Api, { standing, blocks }: ConsoleParts): void {
  const schema = {
    summary: 'What we make of a server, with the reasons and what they are founded on',
    params,
    response: answersOf(answers.domain),
  }
  api.get('/domains/:domain', { schema }, async (request) => {
    const { domain } = request.params
    const looked = await standing.look(domain)
    const above = blocks.find(domain)
    const block = above && (await blocks.details(above.domain))
    return { ...looked, ...(block && { block }) }
  })
}

function addNoticeList(api: Api, { notices }: ConsoleParts): void {
  const schema = {
    summary: 'Notices, last opened first',
    querystring: page,
    response: answersOf(answers.notices),
  }
  api.get('/notices', { schema }, async (request) => {
    const { limit, after, open } = request.query
    return notices.page({ limit, ...(after !== undefined && { after }), ...(open && { open }) })
  })
}

function addNoticeDeed(api: Api, { notices, now }: ConsoleParts, audit: Audit): void {
  const schema = {
    summary: 'Dismiss a notice: it ends without a block, and its author is heard again',
    body: deed,
    response: answersOf(answers.notice),
  }
  api.post('/notices', { schema }, async (request) => {
    const { id, why = 'dismissed by the operator' } = request.body
    const before = await notices.find(id)
    const closed = { at: now(), how: 'dismissed' as const, why }
    if (!before || !(await notices.change(id, { closed }))) {
      throw Object.assign(new Error(`There is no open notice ${id}.`), { statusCode: 404 })
    }
    const after = (await notices.find(id)) ?? { ...before, closed }
    await audit(request, { what: 'notice dismissed', why, before, after })
    return { notice: after }
  })
}
