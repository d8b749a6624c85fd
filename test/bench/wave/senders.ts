// How servers come back with what they were asked to bring again, each software in its own rhythm.
import { MINUTE } from './calendar.ts'
import type { Software } from './people.ts'
import type { Random } from './random.ts'

const SECOND = 1_000

/** Milliseconds until the next try after so many failed ones; undefined: it has given up. */
export function nextTry(
  software: Software,
  failed: number,
  { random, retryAfterMs }: { readonly random: Random; readonly retryAfterMs: number },
): number | undefined {
  const waiting = RHYTHM[software](failed, random)
  if (waiting === undefined) return undefined
  return software === 'gotosocial' ? Math.max(waiting, retryAfterMs) : waiting
}

type Rhythm = (failed: number, random: Random) => number | undefined

const RHYTHM = {
  mastodon(failed, random) {
    const growing = (failed - 1) ** 4
    return failed > 16 ? undefined : (15 + growing * (1 + random.next() / 2)) * SECOND
  },
  misskey(failed, random) {
    const minutes = Math.min(2 ** failed - 1, 8 * 60)
    return failed >= 12 ? undefined : minutes * (1 + random.next() / 5) * MINUTE
  },
  gotosocial: (failed) => (failed >= 5 ? undefined : 8 * 2 ** (failed - 1) * SECOND),
  pleroma(failed, random) {
    const seconds = failed ** 5 + 15 + 30 * random.next() * failed
    return failed >= 5 ? undefined : seconds * SECOND
  },
  lemmy: (failed) => Math.min(1.25 ** failed * SECOND, 24 * 60 * MINUTE),
} as const satisfies Record<Software, Rhythm>
