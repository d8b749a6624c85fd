// The block list by API: look, add, lift.
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Blocks } from '../blocks.ts'
import { blockedName } from '../config/values.ts'
import { unblockable } from '../unblockable.ts'
import type { ConsoleParts } from './listener.ts'
import { parseRequest } from './parse.ts'

const page = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  after: z.string().optional(),
})

const addition = z.strictObject({
  domain: blockedName,
  scope: z.enum(['host', 'subtree']).default('subtree'),
  reason: z.string().max(2_000).default(''),
  note: z.string().max(2_000).optional(),
})

const params = z.object({ domain: blockedName })
const lifting = z.strictObject({ why: z.string().max(2_000).optional() })

export function addBlocksApi(
  api: FastifyInstance,
  { blocks, own, now, newId }: ConsoleParts,
): void {
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
    const why = unblockable(given.domain, given.scope, own)
    if (why !== undefined) throw Object.assign(new Error(why), { statusCode: 400 })
    const told = { by: 'operator', offences: [], ...(note !== undefined && { note }) }
    const block = { ...given, id: newId(), since: now(), ...told }
    // The operator's word is newer than any mark that lifting an earlier block has left.
    const status = await blocks.add({ block, evidenceAt: now() + 1 })
    const kept = status === 'existed' ? await blocks.details(given.domain) : block
    return reply.code(status === 'existed' ? 200 : 201).send({ status, block: kept })
  })
  api.delete('/blocks/:domain', async (request) => {
    const { domain: lifted } = parseRequest(params, request.params)
    const { why } = parseRequest(lifting, request.query)
    const at = now()
    const mark = { domain: lifted, at, by: 'operator', ...(why !== undefined && { why }) }
    if (await blocks.remove(mark)) return { status: 'removed', domain: lifted }
    throw Object.assign(new Error(whyNotLifted(lifted, blocks)), { statusCode: 404 })
  })
}

function whyNotLifted(lifted: string, blocks: Blocks): string {
  const above = blocks.find(lifted)
  if (!above) return `${lifted} is not blocked.`
  return `${lifted} has no block of its own; the one of ${above.domain} covers it.`
}
