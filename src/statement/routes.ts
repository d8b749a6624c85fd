// The statement's pages under /sekisho/: for people, for whoever subscribes to the blocks, and for nobody when it is
// turned off.
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { FileKind } from './block-files.ts'
import type { Statement } from './open.ts'
import { PAGE_POLICY } from './style.ts'

const METHOD = ['GET', 'HEAD'] as const
const MAX_AGE = 'public, max-age=60'
const RETRY_AFTER_SECONDS = '10'

const TYPES = {
  csv: 'text/csv; charset=utf-8',
  json: 'application/json; charset=utf-8',
} as const satisfies Record<FileKind, string>

export interface StatementParts {
  /** Absent: nothing is said to the public. */
  readonly statement: Statement | undefined
  readonly reportFault: (what: string, cause: unknown) => void
}

export function addStatement(
  app: FastifyInstance,
  { statement, reportFault }: StatementParts,
): void {
  if (!statement) return
  const errorHandler = (cause: Error, _request: FastifyRequest, reply: FastifyReply) => {
    reportFault('a page of the statement failed', cause)
    later(reply)
  }
  const route = (url: string, handler: Handler) =>
    app.route({ method: [...METHOD], url, handler, errorHandler })
  const sendList = (kind: FileKind) =>
    route(`/sekisho/blocks.${kind}`, fileHandler(statement, kind))
  route('/sekisho', async (_request, reply) => reply.redirect('/sekisho/', 308))
  route('/sekisho/', async (request, reply) => {
    const { lang } = request.query as { readonly lang?: unknown }
    const asked = typeof lang === 'string' ? lang : undefined
    const page = await statement.page({ asked, accepted: request.headers['accept-language'] })
    guardPage(reply).header('content-language', page.language).header('vary', 'Accept-Language')
    if (isKnown(request, reply, page)) return reply
    return reply.type('text/html; charset=utf-8').send(page.html)
  })
  sendList('csv')
  sendList('json')
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

function guardPage(reply: FastifyReply): FastifyReply {
  return reply
    .header('content-security-policy', PAGE_POLICY)
    .header('x-content-type-options', 'nosniff')
    .header('referrer-policy', 'no-referrer')
}

/** Downloads that may be open at once; the proxy in front takes them quickly, whoever reads slowly behind it. */
const MAX_DOWNLOADS = 50
const MAX_DOWNLOAD_MS = 600_000

function fileHandler(statement: Statement, kind: FileKind): Handler {
  let open = 0
  return async (request, reply) => {
    const answer = await statement.file(kind)
    if (answer.status === 'unpublished') {
      reply.callNotFound()
      return reply
    }
    if (answer.status === 'not-ready') return later(reply)
    const { file } = answer
    reply.header('x-content-type-options', 'nosniff').header('access-control-allow-origin', '*')
    if (isKnown(request, reply, file)) return reply
    reply.type(TYPES[kind]).header('content-length', file.length)
    if (request.method === 'HEAD') return reply.send()
    if (open >= MAX_DOWNLOADS) return later(reply)
    open += 1
    const late = setTimeout(() => reply.raw.destroy(), MAX_DOWNLOAD_MS).unref()
    reply.raw.once('close', () => {
      open -= 1
      clearTimeout(late)
    })
    return reply.send(Readable.from(file.read(), { highWaterMark: 1 }))
  }
}

function later(reply: FastifyReply): FastifyReply {
  for (const name of ['content-length', 'etag', 'last-modified']) reply.removeHeader(name)
  reply.header('cache-control', 'no-store').header('retry-after', RETRY_AFTER_SECONDS)
  return reply.code(503).send()
}

interface Version {
  readonly etag: string
  readonly changedAt: number
}

/** RFC 9110 §13.2.2: an ETag goes before a date. Answers 304 where the reader has it already. */
function isKnown({ headers }: FastifyRequest, reply: FastifyReply, version: Version): boolean {
  const { etag, changedAt } = version
  reply.header('etag', etag).header('cache-control', MAX_AGE)
  reply.header('last-modified', new Date(changedAt).toUTCString())
  const tags = headers['if-none-match']
  const since = Date.parse(headers['if-modified-since'] ?? '')
  const isSame = tags === undefined ? since >= wholeSeconds(changedAt) : names(tags, etag)
  if (isSame) reply.code(304).send()
  return isSame
}

function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1_000) * 1_000
}

/** Weak comparison: what precedes the quotes does not count. */
function names(tags: string, etag: string): boolean {
  const plain = etag.replace(/^W\//, '')
  return tags.split(',').some((tag) => ['*', plain].includes(tag.trim().replace(/^W\//, '')))
}
