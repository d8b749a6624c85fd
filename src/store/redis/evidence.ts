// Evidence in Redis: the deliveries by their ids, found by time, domain and author; all of it expires.
import { ALL_TIMES, checkEvidence, dayOf } from '../evidence-rules.ts'
import type { Evidence, EvidenceStore } from '../evidence-store.ts'
import type { Log } from '../log.ts'
import { EVIDENCE_KEYS, FORGET_OLDER, FORGOTTEN_AT_ONCE, KEEP, PURGE } from './evidence-scripts.ts'
import { digest, KEYS } from './keys.ts'
import type { Link } from './link.ts'

export interface RedisEvidence extends EvidenceStore {
  close(): void
}

export interface RedisEvidenceOptions {
  readonly slow: Link
  readonly now: () => number
  readonly log: Log
  readonly keptMs: number
  /** Of all of it: senders choose how long it is, and blocks need the room. */
  readonly maxBytes: number
}

const SWEEP_MS = 10 * 60_000
const IDS_A_PAGE = 500
const READ_AT_ONCE = 8 // of up to 400 KB

export function redisEvidence(options: RedisEvidenceOptions): RedisEvidence {
  const { slow, now, log, keptMs, maxBytes } = options
  const run = (code: typeof KEEP, ...args: readonly (string | number)[]) =>
    slow.run(code, EVIDENCE_KEYS, args)
  const oldest = () => digits(Math.max(0, Math.floor(now() - keptMs) + 1))

  async function sweep(): Promise<void> {
    while (slow.isUp() && Number(await run(FORGET_OLDER, oldest())) === FORGOTTEN_AT_ONCE);
  }
  const timer = setInterval(() => {
    sweep().catch((err) => log.warn({ err }, 'evidence that is too old stays in Redis for now'))
  }, SWEEP_MS).unref()

  return {
    async keep(evidence) {
      checkEvidence(evidence)
      const { id, at, domain, author } = evidence
      const entry = [id, digits(at), digest(author), domain, JSON.stringify(evidence)]
      const bounds = [oldest(), maxBytes, Math.max(1, Math.ceil(keptMs))]
      const { from, to } = dayOf(at)
      await run(KEEP, ...entry, ...bounds, digits(from), digits(to))
    },
    async *of({ domain, since = ALL_TIMES.since, until = ALL_TIMES.until }) {
      const from = digits(Math.max(since, Number(oldest())))
      const prefix = domain === undefined ? '' : `${domain}|`
      const key = domain === undefined ? KEYS.deliveryTimes : KEYS.deliveryDomains
      const range = { key, min: `[${prefix}${from}`, max: `(${prefix}${digits(until)}}` }
      for await (const ids of idsIn(slow, range)) yield* read(slow, ids)
    },
    async purge(author) {
      let forgotten = 0
      for (let more = FORGOTTEN_AT_ONCE; more === FORGOTTEN_AT_ONCE; forgotten += more) {
        more = Number(await run(PURGE, digest(author)))
      }
      return forgotten
    },
    close: () => clearInterval(timer),
  }
}

/** By page, so that it can be long; what comes or goes meanwhile changes nothing about the others. */
async function* idsIn(
  slow: Link,
  { key, min, max }: { readonly key: string; readonly min: string; readonly max: string },
): AsyncGenerator<readonly string[]> {
  for (let from: string | undefined = min; from !== undefined; ) {
    const reply = await slow.call('ZRANGEBYLEX', key, from, max, 'LIMIT', 0, IDS_A_PAGE)
    const members = reply as string[]
    yield members.map((member) => member.slice(member.lastIndexOf('|') + 1))
    from = members.length < IDS_A_PAGE ? undefined : `(${members.at(-1)}`
  }
}

async function* read(slow: Link, ids: readonly string[]): AsyncGenerator<Evidence> {
  for (let at = 0; at < ids.length; at += READ_AT_ONCE) {
    const some = ids.slice(at, at + READ_AT_ONCE)
    const entries = (await slow.call('HMGET', KEYS.deliveries, ...some)) as (string | null)[]
    for (const entry of entries) if (entry !== null) yield evidenceIn(entry)
  }
}

/** `<time>|<author>|<domain>|<JSON>`: our own words. */
function evidenceIn(entry: string): Evidence {
  const [head = ''] = /^\d+\|[^|]*\|[^|]*\|/.exec(entry) ?? []
  return JSON.parse(entry.slice(head.length)) as Evidence
}

/** The alphabet orders them as their numbers do. */
function digits(at: number): string {
  return String(Math.min(Math.max(0, Math.ceil(at)), Number.MAX_SAFE_INTEGER)).padStart(16, '0')
}
