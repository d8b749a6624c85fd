// The admin listener: health, metrics and the API behind a token. Never on the public address.
import { setTimeout as pause } from 'node:timers/promises'
import { type FastifyInstance, type FastifyReply, fastify } from 'fastify'
import type { Blocks } from '../blocks.ts'
import type { Explainer } from '../explain.ts'
import type { DrawnAlias } from '../images/sight.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { answerProbe, PROBE_HEADER } from '../probe.ts'
import type { StandingDesk } from '../standing/desk.ts'
import type { EvidenceStore } from '../store/evidence-store.ts'
import type { NoticeStore } from '../store/notice-store.ts'
import type { PictureStore, RecordStore } from '../store/store.ts'
import { auditTo } from './audit.ts'
import { addAuditApi } from './audit-api.ts'
import { addBlocksApi } from './blocks-api.ts'
import { addBulkApi } from './bulk-api.ts'
import { addDomainsApi } from './domains-api.ts'
import { addEvidenceApi } from './evidence-api.ts'
import { addExplainApi } from './explain-api.ts'
import { guardApi } from './guard.ts'
import { describeApi } from './openapi.ts'
import { addPicturesApi } from './pictures-api.ts'
import { type Api, withSchemas } from './routes.ts'
import { addStatusApi, type Status } from './status-api.ts'
import { addVerdictsApi } from './verdicts-api.ts'

/** What the store alone can answer for. */
export interface ConsoleParts {
  readonly token: string
  /** Names under which the listener may be asked, besides addresses and names without a dot. */
  readonly hosts: readonly string[]
  readonly blocks: Blocks
  readonly pictures: PictureStore
  readonly standing: Pick<StandingDesk, 'look'>
  readonly notices: NoticeStore
  readonly evidence: EvidenceStore
  /** The instance's domain and aliases: never blocked. */
  readonly own: readonly string[]
  /** Never blocked by a list of somebody else's. */
  readonly protectedDomains: readonly string[]
  readonly records: RecordStore
  readonly audit: RecordStore
  /** Counts a fault by its name. */
  readonly onFault: (what: string) => void
  readonly log: Log
  readonly now: () => number
  readonly newId: () => string
  /** Absent where a command asks the store and no relay runs. */
  readonly running?: RunningParts
}

export interface RunningParts {
  readonly explain: Explainer
  /** Reads rules, thresholds and ban lists again, and says what is wrong with them. */
  readonly reload: () => readonly string[]
  readonly status: () => Status
  readonly registry: Metrics['registry']
  /** The known pictures are others now: resolves when they are in force. */
  readonly onPicturesChanged?: () => Promise<void>
  /** How banned hosts in other scripts are read when they are drawn. */
  readonly drawnAliases?: () => readonly DrawnAlias[]
}

export function buildConsole(parts: ConsoleParts): FastifyInstance {
  const app = fastify({ forceCloseConnections: true, bodyLimit: 262_144 })
  app.setErrorHandler((error: { statusCode?: number; message: string }, _request, reply) => {
    const status = error.statusCode ?? 500
    if (status >= 500) parts.log.error({ err: error }, 'the API could not do what it was asked for')
    return fail(
      reply,
      status,
      status < 500 ? error.message : 'The relay could not do this; its log says why.',
    )
  })
  app.setNotFoundHandler((_request, reply) => fail(reply, 404, 'There is nothing here.'))
  if (parts.running) addHealth(app, { ...parts.running, ...parts })
  app.register(
    async (api) => {
      await describeApi(api)
      await api.register(async (guarded) => {
        guarded.addHook('onRequest', guardApi({ ...parts, pause }, fail))
        addRoutes(withSchemas(guarded), parts)
      })
    },
    { prefix: '/api' },
  )
  return app
}

function addHealth(app: FastifyInstance, parts: RunningParts & ConsoleParts): void {
  const { status, registry, token, now } = parts
  app.get('/healthz', (request, reply) => {
    const answer = answerProbe(request.headers[PROBE_HEADER], token, now())
    if (answer !== undefined) reply.header(PROBE_HEADER, answer)
    return reply.send({ ok: true })
  })
  app.get('/readyz', (_request, reply) => {
    const { ready, why, store } = status()
    return reply.code(ready ? 200 : 503).send({ ready, why, store })
  })
  app.get('/metrics', async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  )
}

function addRoutes(api: Api, parts: ConsoleParts): void {
  const audit = auditTo(parts)
  addBlocksApi(api, parts, audit)
  addBulkApi(api, parts, audit)
  addPicturesApi(api, parts, audit)
  addDomainsApi(api, parts, audit)
  addEvidenceApi(api, parts, audit)
  addVerdictsApi(api, parts)
  addAuditApi(api, parts)
  if (!parts.running) return
  addExplainApi(api, { ...parts, ...parts.running })
  addStatusApi(api, parts.running, audit)
}

function fail(reply: FastifyReply, status: number, message: string): FastifyReply {
  return reply.code(status).send({ error: { code: CODES[status] ?? `http-${status}`, message } })
}

const CODES: Readonly<Record<number, string>> = {
  400: 'bad-request',
  404: 'not-found',
  409: 'conflict',
}
