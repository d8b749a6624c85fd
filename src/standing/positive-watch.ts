// Looks at what servers say of positive lists: once after a domain's first proved delivery, then every week.
import { LRUCache } from 'lru-cache'
import type { Description, DescriptionAnswer, Descriptions } from './description.ts'

export interface PositiveWatch {
  /** After each proved delivery; cheap. */
  seen(domain: string): void
  /** It is blocked for its list, so that nothing of it is proved any more: looked at every week all the same. */
  keep(domain: string): void
  /** The block is gone. */
  drop(domain: string): void
  /** What was found could not be decided on: looked at again in an hour. */
  again(domain: string): void
  close(): void
}

export interface PositiveWatchSetup {
  readonly descriptions: Pick<Descriptions, 'describe'>
  readonly now: () => number
  /** With or without a list; never where the server did not describe itself. */
  readonly onFound: (domain: string, description: Description) => Promise<void> | void
  readonly onFault: (what: string) => void
  readonly paceMs?: number
}

/** One look in so long: an hour has room for 720 new domains. */
const PACE_MS = 5_000
const LOOK_MS = 2_500
const DAY_MS = 86_400_000
const WEEK_MS = 7 * DAY_MS
/** Where nothing was learned. */
const AGAIN_MS = 3_600_000
const MAX_WAITING = 2_000
const MAX_LOOKED = 50_000
const MAX_KEPT = 20_000

export function openPositiveWatch(setup: PositiveWatchSetup): PositiveWatch {
  const { now, onFault, paceMs = PACE_MS } = setup
  const due = new LRUCache<string, number>({ max: MAX_LOOKED })
  const waiting = new Set<string>()
  const kept = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let isOpen = true

  function queue(domain: string): void {
    if (!isOpen || waiting.has(domain) || now() < (due.get(domain) ?? 0)) return
    // Not noted: whoever comes again is queued again.
    if (waiting.size >= MAX_WAITING) return
    waiting.add(domain)
    wake()
  }

  function wake(): void {
    if (isOpen && timer === undefined) timer = setTimeout(turn, paceMs).unref()
  }

  async function turn(): Promise<void> {
    const [domain] = waiting
    if (domain !== undefined) await look(domain)
    timer = undefined
    if (waiting.size > 0) wake()
  }

  async function look(domain: string): Promise<void> {
    waiting.delete(domain)
    // Whatever happens, not at once again.
    due.set(domain, now() + AGAIN_MS)
    try {
      const answer = await setup.descriptions.describe(domain, LOOK_MS)
      if (isOpen && isTold(answer)) {
        due.set(domain, now() + (answer.isPartial ? DAY_MS : WEEK_MS))
        await setup.onFound(domain, answer.description)
      }
    } catch {
      due.set(domain, now() + AGAIN_MS)
      onFault('positive-lists')
    }
  }

  const sweep = setInterval(() => kept.forEach(queue), AGAIN_MS).unref()

  return {
    seen: queue,
    keep(domain) {
      if (kept.size < MAX_KEPT) kept.add(domain)
      queue(domain)
    },
    drop: (domain) => void kept.delete(domain),
    again: (domain) => void due.set(domain, now() + AGAIN_MS),
    close() {
      isOpen = false
      clearTimeout(timer)
      clearInterval(sweep)
    },
  }
}

function isTold(
  answer: DescriptionAnswer | undefined,
): answer is Extract<DescriptionAnswer, { status: 'described' }> {
  return answer?.status === 'described'
}
