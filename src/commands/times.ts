// Times as operators write them: a day, or a moment whose zone is said.
import { printable } from '../printable.ts'
import { WrongUse } from './arguments.ts'

/** For the help. */
export const HOW_TO_TELL_TIME =
  'a time is a day in UTC (2026-02-18), or a moment with its zone (2026-02-18T09:00Z, 2026-02-18T18:00+09:00)'
export const WHOLE_DAYS = '--since a day begins with it, --until a day takes in the whole of it'

/** Year, month, day; then what makes it a moment. */
const FORM = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/
const DAY_MS = 86_400_000

/** Epoch milliseconds. A day means its first millisecond, for `until` its last. Throws WrongUse. */
export function timeOf(flag: string, text: string): number {
  const [, day, moment] = FORM.exec(text) ?? []
  const at = day !== undefined && isInCalendar(day) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at)) throw wrong(flag, text)
  return moment === undefined && flag === 'until' ? at + DAY_MS - 1 : at
}

function wrong(flag: string, text: string): WrongUse {
  return new WrongUse(`--${flag}: "${printable(text, 100)}" is no time: ${HOW_TO_TELL_TIME}`)
}

/** Date takes 30 February for 2 March. */
function isInCalendar(day: string): boolean {
  const at = Date.parse(`${day}T00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day)
}
