// Who changed what, when and why, and what stood there before: one entry for each change by API.
import type { FastifyRequest } from 'fastify'
import { printable } from '../printable.ts'
import type { ConsoleParts } from './listener.ts'

export interface Change {
  /** In words: `block added`. */
  readonly what: string
  readonly why?: string | undefined
  readonly before?: unknown
  readonly after?: unknown
}

export type Audit = (request: FastifyRequest, change: Change) => Promise<void>

export interface AuditEntry extends Change {
  readonly id: string
  /** ISO 8601. */
  readonly at: string
  /** As the caller named itself: there is one token for everybody who may. */
  readonly who: string
  /** The address that it came from. */
  readonly from: string
}

const NAME = 'sekisho-operator'
const MAX_NAME = 100

/** The change is made already: an entry that cannot be kept is in the log, and counted. */
export function auditTo({
  audit,
  log,
  onFault,
  now,
  newId,
}: Pick<ConsoleParts, 'audit' | 'log' | 'onFault' | 'now' | 'newId'>): Audit {
  return async (request, { what, why, before, after }) => {
    const at = now()
    const entry: AuditEntry = {
      ...{ id: newId(), at: new Date(at).toISOString(), who: nameIn(request), from: request.ip },
      ...{ what, ...(why && { why }), before: before ?? null, after: after ?? null },
    }
    log.info({ audit: entry }, what)
    try {
      await audit.append({ id: entry.id, at, json: JSON.stringify(entry) })
    } catch (cause) {
      onFault('audit')
      log.error({ err: cause, audit: entry }, 'a change could not be kept in the audit')
    }
  }
}

function nameIn({ headers }: FastifyRequest): string {
  const given = headers[NAME]
  return typeof given === 'string' && given !== '' ? printable(given, MAX_NAME) : 'operator'
}
