// Lines that deserve a second look: something banned with a few signs off, or cut at an end. Never a reason to condemn.
import { drawnEntries } from './drawn-entries.ts'
import { fold } from './drawn-fold.ts'
import type { PictureBans } from './sight.ts'

/** Of a host that a line is cut through. */
const MIN_PIECE = 4

export function compileNearBans(
  bans: Pick<PictureBans, 'urls' | 'aliases'>,
): (line: string) => boolean {
  const hosts = [...drawnEntries(bans).keys()].slice(0, MAX_HOSTS)
  const wanted = hosts.map((host) => host.slice(0, MAX_PATTERN))
  const patterns = wanted.map((host) => ({ host, rows: rowsOf(host), allowed: allowedIn(host) }))
  return (line) => {
    const text = fold(line)
    return patterns.some(
      ({ host, rows, allowed }) =>
        isCut(text, host) || distance(text, host.length, rows) <= allowed,
    )
  }
}

/** Milliseconds a line. Of longer lists the rest is found without a second look. */
const MAX_HOSTS = 2_000
const MAX_PATTERN = 30 // bits of a number that are easy to work with

function allowedIn({ length }: string): number {
  if (length < 9) return 1
  return length < 14 ? 2 : 3
}

/** The line begins in the middle of the host, or ends there. */
function isCut(text: string, host: string): boolean {
  const head = text.slice(0, MIN_PIECE)
  const tail = text.slice(-MIN_PIECE)
  const at = head.length < MIN_PIECE ? -1 : host.indexOf(head)
  if (at > 0 && text.startsWith(host.slice(at))) return true
  const end = tail.length < MIN_PIECE ? -1 : host.lastIndexOf(tail)
  return end >= 0 && text.endsWith(host.slice(0, end + MIN_PIECE))
}

type Rows = ReadonlyMap<string, number>

/** For each sign, the places where the pattern has it. */
function rowsOf(pattern: string): Rows {
  const rows = new Map<string, number>()
  for (const [index, sign] of [...pattern].entries()) {
    rows.set(sign, (rows.get(sign) ?? 0) | (1 << index))
  }
  return rows
}

/** Edits from the pattern to the part of the text that is nearest to it; Myers 1999, a column of the table in bits. */
function distance(text: string, length: number, rows: Rows): number {
  const last = 1 << (length - 1)
  let [more, less] = [-1, 0]
  let edits = length
  let best = length
  for (const sign of text) {
    const equal = rows.get(sign) ?? 0
    const across = (((equal & more) + more) ^ more) | equal | less
    const rising = less | ~(across | more)
    const falling = more & across
    if ((rising & last) !== 0) edits++
    if ((falling & last) !== 0) edits--
    best = Math.min(best, edits)
    more = (falling << 1) | ~(across | (rising << 1))
    less = (rising << 1) & across
  }
  return best
}
