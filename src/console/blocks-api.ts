// The block list by API: look, add, lift.
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { domain } from '../config-values.ts'
import type { ConsoleParts } from './listener.ts'
import { parseRequest } from './parse.ts'

const page = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  after: z.string().optional(),
})

const addition = z.strictObject({
  domain,
  scope: z.enum(['host', 'subtree']).default('subtree'),
  reason: z.string().max(2_000).default(''),
  note: z.string().max(2_000).optional(),
})

const params = z.object({ domain })
const lifting = z.strictObject({ why: z.string().max(2_000).optional() })

export function addBlocksApi(api: FastifyInstance, { blocks, now, newId }: ConsoleParts): void {
  api.get('/blocks', async (request) => {
    const { limit, after } = parseRequest(page, request.query)
    return blocks.page({ limit, ...(after !== undefined && { after }) })
  })
  api.get('/blocks/:domain', async (request, reply) => {
    const found = await blocks.details(parseRequest(params, request.params).domain)
    return found ?? reply.callNotFound()
  })
  api.post('/blocks', async (request, reply) => {
    const { note, ...given } = parseRequest(addition, request.body)
    const block = { ...given, id: newId(), since: now(), by: 'operator', offences: [] }
    // The operator's word is newer than any mark that lifting an earlier block has left.
    const added = await blocks.add({
      block: { ...block, ...(note !== undefined && { note }) },
      evidenceAt: now() + 1,
    })
    return reply.code(added === 'added' ? 201 : 200).send({ status: added, block })
  })
  api.delete('/blocks/:domain', async (request, reply) => {
    const { domain: lifted } = parseRequest(params, request.params)
    const { why } = parseRequest(lifting, request.query)
    const at = now()
    const mark = { domain: lifted, at, by: 'operator', ...(why !== undefined && { why }) }
    return (await blocks.remove(mark))
      ? { status: 'removed', domain: lifted }
      : reply.callNotFound()
  })
}
