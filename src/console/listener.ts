// The admin listener: health, metrics and the API behind a token. Never on the public address.
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import type { Blocks } from '../blocks.ts'
import type { Explainer } from '../explain.ts'
import type { Metrics } from '../metrics.ts'
import type { RecordStore } from '../store/store.ts'
import { addBlocksApi } from './blocks-api.ts'
import { addExplainApi } from './explain-api.ts'
import { isToken } from './token.ts'
import { addVerdictsApi } from './verdicts-api.ts'

export interface ConsoleParts {
  readonly token: string
  readonly blocks: Blocks
  /** The instance's domain and aliases: never blocked. */
  readonly own: readonly string[]
  readonly records: RecordStore
  readonly metrics: Metrics
  readonly explain: Explainer
  readonly isReady: () => boolean
  readonly now: () => number
  readonly newId: () => string
}

const MAX_WRONG_TOKENS = 10 // a minute; then even the right one waits

export function buildConsole(parts: ConsoleParts): FastifyInstance {
  const app = fastify({ forceCloseConnections: true, bodyLimit: 262_144 })
  app.setErrorHandler((error: { statusCode?: number; message: string }, _request, reply) => {
    const status = error.statusCode ?? 500
    const message = status < 500 ? error.message : 'The relay could not do this.'
    return fail(reply, status, message)
  })
  app.setNotFoundHandler((_request, reply) => fail(reply, 404, 'There is nothing here.'))
  app.get('/healthz', (_request, reply) => reply.send({ ok: true }))
  app.get('/readyz', (_request, reply) =>
    reply.code(parts.isReady() ? 200 : 503).send({ ready: parts.isReady() }),
  )
  app.get('/metrics', async (_request, reply) =>
    reply.type(parts.metrics.registry.contentType).send(await parts.metrics.registry.metrics()),
  )
  app.register(
    async (api) => {
      api.addHook('onRequest', guard(parts))
      addBlocksApi(api, parts)
      addVerdictsApi(api, parts)
      addExplainApi(api, parts)
    },
    { prefix: '/api' },
  )
  return app
}

function fail(reply: FastifyReply, status: number, message: string): FastifyReply {
  const code = status === 400 ? 'bad-request' : status === 404 ? 'not-found' : `http-${status}`
  return reply.code(status).send({ error: { code, message } })
}

function guard({ token, now }: ConsoleParts) {
  let wrong: number[] = []
  return async (request: FastifyRequest, reply: FastifyReply) => {
    wrong = wrong.filter((at) => now() - at < 60_000)
    if (wrong.length >= MAX_WRONG_TOKENS) {
      return fail(reply.header('retry-after', '60'), 429, 'Too many wrong tokens; wait a minute.')
    }
    const [, given] = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '') ?? []
    if (given !== undefined && isToken(given, token)) return undefined
    wrong.push(now())
    return fail(reply, 401, 'Authorization: Bearer with the admin token is needed.')
  }
}
