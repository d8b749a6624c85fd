// What a check is: a look at one thing, told in the operator's words.
import type { Config } from '../config.ts'
import type { Visit, Visited } from '../instance/visit.ts'

export interface Remark {
  /** What was looked at. */
  readonly about: string
  readonly status: 'fine' | 'doubtful' | 'wrong' | 'skipped'
  readonly says: string
  /** What to do about it. */
  readonly advice?: string
}

/** The admin API of the relay, or of the store where none runs. */
interface Door {
  readonly isRunning: boolean
  ask(method: 'GET', path: string): Promise<{ readonly text: string }>
}

export interface CheckContext {
  readonly config: Config
  /** Undefined where neither a relay nor the store could be asked. */
  readonly admin: Door | undefined
  /** The admin token, where a relay runs. */
  readonly token: string | undefined
  /** Scheme, host and port under which others reach the site. */
  readonly publicUrl: string
  readonly visit: (visit: Visit) => Promise<Visited>
  /** The addresses of a name. */
  readonly lookup: (host: string) => Promise<readonly string[]>
  readonly now: () => number
}

export type Check = (context: CheckContext) => Promise<readonly Remark[]>

export function fine(about: string, says: string): Remark {
  return { about, status: 'fine', says }
}

export function wrong(about: string, says: string, advice?: string): Remark {
  return { about, status: 'wrong', says, ...(advice !== undefined && { advice }) }
}

export function doubtful(about: string, says: string, advice?: string): Remark {
  return { about, status: 'doubtful', says, ...(advice !== undefined && { advice }) }
}

export function skipped(about: string, says: string): Remark {
  return { about, status: 'skipped', says }
}
