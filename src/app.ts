// The public listener: routes and bytes, nothing else. What a request means is decided in paths.ts and inbox.ts.
import { randomUUID } from 'node:crypto'
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import { type Reply, refused } from './act.ts'
import type { Arrivals } from './arrivals.ts'
import { receive } from './delivery.ts'
import { type ErrorCode, errorOfStatus } from './errors.ts'
import type { Inbox } from './inbox.ts'
import { addOwnPages } from './own-pages.ts'
import type { Passthrough } from './passthrough.ts'
import { classifyTarget } from './paths.ts'
import { PROBE_HEADER } from './probe.ts'
import type { ActorDoor } from './remote/actor-door.ts'
import { inspectHead } from './request-head.ts'
import { buildServer } from './server.ts'
import type { Statement } from './statement/open.ts'
import { addStatement } from './statement/routes.ts'
import { hasBody } from './tunnel.ts'

export interface AppParts {
  readonly inbox: Inbox
  /** Absent: only inboxes are served. */
  readonly passthrough: Passthrough | undefined
  readonly actor: ActorDoor
  /** Absent: nothing is said to the public. */
  readonly statement: Statement | undefined
  /** Bytes; a function because the instance's software becomes known after the start. */
  readonly maxBodyBytes: () => number
  readonly arrivals: Arrivals
  /** Counts a whole delivery in the load until the returned function is called. */
  readonly enter: () => () => void
  /** What a sign of the operator's `check` is answered with. */
  readonly probe: (sign: unknown) => string | undefined
  readonly now: () => number
  readonly random: () => number
  readonly reportFault: (what: string, cause: unknown) => void
}

const BODY_TIMEOUT_MS = 10_000
const MAX_BODY_BYTES = 1_048_576

export function buildApp(parts: AppParts): FastifyInstance {
  const app = fastify({
    bodyLimit: MAX_BODY_BYTES,
    forceCloseConnections: 'idle',
    genReqId: () => randomUUID(),
    rewriteUrl: (request) => routeOf(request.method ?? '', request.url ?? ''),
    serverFactory: (route) => buildServer(route, parts),
    return503OnClosing: true,
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  addInbox(app, parts)
  addOwnPages(app, parts.actor)
  addStatement(app, parts)
  app.setNotFoundHandler((request, reply) => send(reply, refused(whyNot(request), parts.random)))
  return app
}

/** Every spelling of an inbox meets one route; what is refused meets none. */
function routeOf(method: string, target: string): string {
  const { kind } = classifyTarget(method, target)
  if (kind === 'inbox') return '/inbox'
  if (kind === 'own' || kind === 'webfinger') return target
  return '/nowhere'
}

function addInbox(app: FastifyInstance, parts: AppParts): void {
  app.route({
    method: 'POST',
    url: '/inbox',
    onRequest: (request, reply, done) => {
      const answer = parts.probe(request.headers[PROBE_HEADER])
      if (answer !== undefined) {
        reply.code(204).header(PROBE_HEADER, answer).send()
        return
      }
      const { rawHeaders, httpVersion } = request.raw
      const head = inspectHead({ rawHeaders, httpVersion })
      if (head.status === 'refused') return done(new Refusal(errorOfStatus(head.httpStatus)))
      if (!hasBody(request.raw) || awaitBody(request, reply, parts)) done()
      else done(new Refusal('relay-overloaded'))
    },
    handler: (request, reply) => deliver(request, reply, parts),
    errorHandler: async (error, request, reply) => {
      await refuseWith(codeOf(error, request, parts), { request, reply }, parts)
    },
  })
}

async function deliver(request: FastifyRequest, reply: FastifyReply, parts: AppParts) {
  const { rawHeaders, socket } = request.raw
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
  if (body.length > parts.maxBodyBytes()) throw new Refusal('body-too-large')
  const delivery = receive({
    id: request.id,
    receivedAt: parts.now(),
    method: request.method,
    target: request.originalUrl,
    rawHeaders,
    body,
    peer: socket.remoteAddress ?? '',
  })
  const leave = parts.enter()
  try {
    return send(reply, await parts.inbox.receive(delivery))
  } finally {
    leave()
  }
}

/** False where there is no room for one more body. */
function awaitBody(request: FastifyRequest, reply: FastifyReply, parts: AppParts): boolean {
  const giveUp = (code: ErrorCode) => {
    refuseWith(code, { request, reply }, parts).catch((cause) =>
      parts.reportFault('a body could not be refused', cause),
    )
  }
  const { rawHeaders, socket } = request.raw
  const head = { rawHeaders, peer: socket.remoteAddress ?? '' }
  const length = request.headers['content-length']
  const leave = parts.arrivals.admit({
    ...head,
    bytes: length === undefined ? undefined : Number(length),
    giveUp: () => giveUp('relay-overloaded'),
  })
  if (!leave) return false
  const timer = setTimeout(giveUp, BODY_TIMEOUT_MS, 'body-too-slow')
  const stop = () => {
    clearTimeout(timer)
    leave()
  }
  request.raw.once('end', stop).once('close', stop)
  reply.raw.once('finish', stop)
  return true
}

interface Exchange {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

/** What was not read to its end is not going to be: the connection closes behind the refusal. */
async function refuseWith(code: ErrorCode, { request, reply }: Exchange, parts: AppParts) {
  if (reply.sent || reply.raw.headersSent) return
  reply.hijack() // at once: what else becomes of the body meanwhile is nobody's delivery
  const isWhole = request.raw.complete
  const { rawHeaders, ...answer } = await parts.inbox.refuse(
    { id: request.id, receivedAt: parts.now() },
    code,
  )
  const closing = isWhole ? [] : ['Connection', 'close']
  send(reply, { ...answer, rawHeaders: [...rawHeaders, ...closing] })
}

class Refusal extends Error {
  readonly refusal: ErrorCode
  constructor(refusal: ErrorCode) {
    super(refusal)
    this.refusal = refusal
  }
}

function codeOf(error: unknown, { raw }: FastifyRequest, parts: AppParts): ErrorCode {
  if (error instanceof Refusal) return error.refusal
  if (raw.destroyed && !raw.complete) return 'body-broken-off'
  const { code } = error as { code?: string }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return 'body-too-large'
  if (code === 'FST_ERR_CTP_INVALID_CONTENT_LENGTH') return 'head-malformed'
  if (code?.startsWith('FST_ERR_CTP')) return 'type-unsupported'
  parts.reportFault('a request failed', error)
  return 'relay-fault'
}

function whyNot({ method, originalUrl }: FastifyRequest): ErrorCode {
  if (classifyTarget('POST', originalUrl).kind === 'inbox') return 'method-not-allowed'
  const target = classifyTarget(method, originalUrl)
  if (target.kind !== 'refused') return 'not-found'
  if (target.status === 405) return 'method-not-allowed'
  return target.status === 400 ? 'target-malformed' : 'not-found'
}

/** The instance's answer goes out as it came: spelling, order and repeats of its headers kept. */
function send(reply: FastifyReply, { status, rawHeaders, body }: Reply): FastifyReply {
  reply.hijack()
  if (reply.raw.headersSent) return reply
  reply.raw.sendDate = !rawHeaders.some((name, at) => at % 2 === 0 && /^date$/i.test(name))
  reply.raw.writeHead(status, [...rawHeaders])
  if (body.length === 0) reply.raw.end()
  else reply.raw.end(body)
  return reply
}
