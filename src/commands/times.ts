// Times as operators write them.
import { WrongUse } from './arguments.ts'

/** Epoch milliseconds. A day means its beginning where the operator is. Throws WrongUse. */
export function timeOf(flag: string, text: string): number {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text)
  const at = new Date(isDay ? `${text}T00:00:00` : text)
  if (!Number.isNaN(at.getTime())) return at.getTime()
  throw new WrongUse(`--${flag}: "${text}" is no time such as 2026-02-18 or 2026-02-18T09:00Z`)
}
