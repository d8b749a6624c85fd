// What was refused or put off for an error code alone, for the log: strangers choose how often that happens, so it is
// told as a sum, once a minute for each code.
import type { Log } from './log.ts'
import type { Action } from './verdict.ts'

export interface Refusals {
  add(action: Action, error: string): void
  /** Tells what is not told yet. */
  close(): void
}

const EVERY_MS = 60_000

export function sumUpRefusals(log: Pick<Log, 'info'>): Refusals {
  const counts = new Map<string, { readonly deed: string; readonly count: number }>()
  let timer: NodeJS.Timeout | undefined

  function tell(): void {
    clearTimeout(timer)
    timer = undefined
    for (const [error, { deed, count }] of counts) {
      const what = count === 1 ? '1 delivery was' : `${count} deliveries were`
      log.info({ error, count }, `${what} ${deed} in the last minute: ${error}`)
    }
    counts.clear()
  }

  return {
    add(action, error) {
      timer ??= setTimeout(tell, EVERY_MS).unref()
      const { count = 0 } = counts.get(error) ?? {}
      counts.set(error, { deed: action === 'refuse' ? 'refused' : 'put off', count: count + 1 })
    },
    close: tell,
  }
}
