// The block list by API: look, add, lift.
import { z } from 'zod'
import type { Blocks } from '../blocks.ts'
import { blockedName } from '../config/values.ts'
import { unblockable } from '../unblockable.ts'
import type { Audit } from './audit.ts'
import type { ConsoleParts } from './listener.ts'
import { placeBefore } from './parse.ts'
import type { Api } from './routes.ts'
import { answers, answersOf } from './shapes.ts'

const page = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  after: placeBefore.optional(),
})

const addition = z.strictObject({
  domain: blockedName,
  scope: z.enum(['host', 'subtree']).default('subtree'),
  reason: z.string().max(2_000).default(''),
  note: z.string().max(2_000).optional(),
})

const params = z.object({ domain: blockedName })
const lifting = z.strictObject({ why: z.string().max(2_000).optional() })

export function addBlocksApi(api: Api, parts: ConsoleParts, audit: Audit): void {
  addReading(api, parts)
  addAdding(api, parts, audit)
  addLifting(api, parts, audit)
}

function addReading(api: Api, { blocks }: ConsoleParts): void {
  const list = {
    summary: 'The block list, last added first',
    querystring: page,
    response: answersOf(answers.blocks),
  }
  api.get('/blocks', { schema: list }, async (request) => {
    const { limit, after } = request.query
    return blocks.page({ limit, ...(after !== undefined && { after }) })
  })
  const one = { summary: 'One block with its evidence', params, response: answersOf(answers.block) }
  api.get('/blocks/:domain', { schema: one }, async (request, reply) => {
    const found = await blocks.details(request.params.domain)
    return found ?? reply.callNotFound()
  })
}

function addAdding(api: Api, { blocks, own, now, newId }: ConsoleParts, audit: Audit): void {
  const schema = {
    summary: 'Block a domain; 200 instead of 201 when it was blocked already',
    body: addition,
    response: answersOf(answers.added, 200, 201),
  }
  api.post('/blocks', { schema }, async (request, reply) => {
    const { note, ...given } = request.body
    const why = unblockable(given.domain, given.scope, own)
    if (why !== undefined) throw Object.assign(new Error(why), { statusCode: 400 })
    const told = { by: 'operator', offences: [], ...(note !== undefined && { note }) }
    const block = { ...given, id: newId(), since: now(), ...told }
    // The operator's word is newer than any mark that lifting an earlier block has left.
    const status = await blocks.add({ block, evidenceAt: now() + 1 })
    if (status === 'existed') {
      return { status, block: (await blocks.details(given.domain)) ?? block }
    }
    if (status === 'marked') throw Object.assign(new Error(liftedLater(given)), { statusCode: 409 })
    await audit(request, { what: 'block added', why: given.reason, after: block })
    return reply.code(201).send({ status, block })
  })
}

function addLifting(api: Api, { blocks, now }: ConsoleParts, audit: Audit): void {
  const schema = {
    summary: 'Lift a block; leaves a mark, so that older evidence never blocks the domain again',
    params,
    querystring: lifting,
    response: answersOf(answers.removed),
  }
  api.delete('/blocks/:domain', { schema }, async (request) => {
    const { domain } = request.params
    const { why } = request.query
    const before = await blocks.details(domain)
    const mark = { domain, at: now(), by: 'operator', ...(why !== undefined && { why }) }
    if (!(await blocks.remove(mark))) {
      throw Object.assign(new Error(whyNotLifted(domain, blocks)), { statusCode: 404 })
    }
    await audit(request, { what: 'block lifted', why, before, after: mark })
    return { status: 'removed' as const, domain }
  })
}

/** Only a clock that went ahead, here or on another machine, lets a mark be newer than the operator's word. */
function liftedLater({ domain }: { readonly domain: string }): string {
  return `${domain} was lifted at a time that is still to come: is a clock wrong?`
}

function whyNotLifted(lifted: string, blocks: Blocks): string {
  const above = blocks.find(lifted)
  if (!above) return `${lifted} is not blocked.`
  return `${lifted} has no block of its own; the one of ${above.domain} covers it.`
}
