// What the relay is compared with: Fastify and undici, handing bytes on and looking at nothing.
import type { AddressInfo } from 'node:net'
import { fastify } from 'fastify'
import { Pool } from 'undici'
import { answerParent, setupOf } from './answering.ts'

const { upstream } = setupOf<{ upstream: string }>()
const FRAMING = /^(?:connection|keep-alive|content-length|transfer-encoding)$/i

const pool = new Pool(upstream)
const app = fastify({ bodyLimit: 1_048_576, keepAliveTimeout: 65_000 })
app.removeAllContentTypeParsers()
app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
app.post('/inbox', async (request, reply) => {
  const { rawHeaders, url = '' } = request.raw
  const answer = await pool.request({
    method: 'POST',
    path: url,
    headers: rawHeaders.filter((_, at) => !FRAMING.test(rawHeaders[at - (at % 2)]!)),
    body: request.body as Buffer,
  })
  const body = Buffer.from(await answer.body.arrayBuffer())
  const headers = Object.entries(answer.headers).filter(([name]) => !FRAMING.test(name))
  return reply.code(answer.statusCode).headers(Object.fromEntries(headers)).send(body)
})
await app.listen({ host: '127.0.0.1', port: 0 })
answerParent({ port: (app.server.address() as AddressInfo).port }, {})
