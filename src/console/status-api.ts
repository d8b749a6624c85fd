// How the relay is, and the wish that it reads its rules and lists again.
import { version } from '../version.ts'
import type { Audit } from './audit.ts'
import type { RunningParts } from './listener.ts'
import type { Api } from './routes.ts'
import { answers, answersOf } from './shapes.ts'

export interface Status {
  readonly ready: boolean
  /** Why it is not ready. */
  readonly why: readonly string[]
  readonly mode: 'enforce' | 'observe'
  readonly domain: string
  /** ISO 8601. */
  readonly startedAt: string
  /** While it is down the copy of the block list in memory is enforced. */
  readonly store: 'up' | 'down'
  readonly blocks: number
  /** Ours less that of others; absent until enough servers were heard from. */
  readonly clockOffsetMs?: number
}

export function addStatusApi(api: Api, parts: RunningParts, audit: Audit): void {
  const status = { summary: 'How the relay is', response: answersOf(answers.status) }
  api.get('/status', { schema: status }, async () => ({ version, ...parts.status() }))
  const reload = {
    summary: 'Read rules, thresholds and ban lists again; what is wrong with them is told',
    response: answersOf(answers.reloaded),
  }
  api.post('/reload', { schema: reload }, async (request) => {
    const wrong = parts.reload()
    await audit(request, { what: 'rules read again', after: { wrong } })
    return { wrong }
  })
}
