// What became of the deliveries: the newest last, and on wish as they come.
import { setTimeout as pause } from 'node:timers/promises'
import { LRUCache } from 'lru-cache'
import { safeJson } from '../printable.ts'
import type { Verdict } from '../verdict.ts'
import { splitArguments, WrongUse } from './arguments.ts'
import { type Desk, openDesk } from './desk.ts'
import { useOf } from './help.ts'
import { configFor } from './settled-config.ts'
import { verdictText } from './verdict-text.ts'

const VALUED = ['limit', 'action', 'domain'] as const
const SWITCHES = ['follow', 'json'] as const
const LIMIT = 100
const MOST = 1_000
const LOOK_EVERY_MS = 1_000
const LOOKED_AT = 200
const MAX_PAGES = 20 // between two looks; then the reader is told that there was more
const MAX_SEEN = 10_000

interface Wanted {
  /** For the API, and the same for us. */
  readonly query: string
  readonly fits: (verdict: Verdict) => boolean
  readonly limit: number
  readonly isJson: boolean
}

export async function log(args: readonly string[]): Promise<number> {
  const { files, values, switches, config } = splitArguments(args, { VALUED, SWITCHES })
  if (files.length > 0) throw new WrongUse(useOf('log'))
  const wanted = wantedBy(values, switches.json)
  const desk = await openDesk(configFor(config))
  try {
    const { verdicts } = await page(desk, wanted.query, wanted.limit)
    show(verdicts, wanted)
    if (!switches.follow) return 0
    if (!desk.isRunning) throw new Error('no relay runs that could be followed')
    await follow(desk, wanted, verdicts)
    return 0
  } finally {
    await desk.close()
  }
}

/** Until the process is stopped, or the relay is. The filter is applied here: the relay would look through everything. */
async function follow(desk: Desk, wanted: Wanted, shown: readonly Verdict[]): Promise<never> {
  const seen = new LRUCache<string, true>({ max: MAX_SEEN })
  for (const { id } of (await page(desk, '', LOOKED_AT)).verdicts) seen.set(id, true)
  for (const { id } of shown) seen.set(id, true)
  for (;;) {
    await pause(LOOK_EVERY_MS)
    const fresh = await freshIn(desk, seen)
    show(fresh.filter(wanted.fits), wanted)
  }
}

/** Newest first. What took long stands among older ones, so some of them are always looked at again. */
async function freshIn(desk: Desk, seen: LRUCache<string, true>): Promise<readonly Verdict[]> {
  const fresh: Verdict[] = []
  let before: string | undefined
  for (let read = 0; read < MAX_PAGES; read++) {
    const { verdicts, next } = await page(desk, '', LOOKED_AT, before)
    const unseen = verdicts.filter(({ id }) => !seen.has(id))
    for (const { id } of unseen) seen.set(id, true)
    fresh.push(...unseen)
    if (unseen.length < verdicts.length || next === undefined) return fresh
    before = next
  }
  process.stderr.write(`more than ${fresh.length} came at once: the older ones are not shown\n`)
  return fresh
}

async function page(desk: Desk, query: string, limit: number, before?: string) {
  const cursor = before === undefined ? '' : `&before=${encodeURIComponent(before)}`
  const { text } = await desk.ask('GET', `/api/verdicts?limit=${limit}${query}${cursor}`)
  return JSON.parse(text) as { verdicts: Verdict[]; next?: string }
}

function show(verdicts: readonly Verdict[], { isJson }: Wanted): void {
  for (const verdict of verdicts.toReversed()) {
    process.stdout.write(`${isJson ? safeJson(verdict) : verdictText(verdict)}\n`)
  }
}

function wantedBy(
  { action, domain, limit }: Readonly<Partial<Record<(typeof VALUED)[number], string | undefined>>>,
  isJson: boolean,
): Wanted {
  const query = Object.entries({ action, domain })
    .map(([key, value]) => (value === undefined ? '' : `&${key}=${encodeURIComponent(value)}`))
    .join('')
  const fits = (verdict: Verdict) =>
    (action === undefined || verdict.action === action) &&
    (domain === undefined || verdict.sender.domain === domain)
  return { query, fits, limit: limitIn(limit), isJson }
}

function limitIn(text: string | undefined): number {
  const limit = text === undefined ? LIMIT : Number(text)
  if (Number.isInteger(limit) && limit >= 1 && limit <= MOST) return limit
  throw new WrongUse(`--limit: "${text}" is no number from 1 to ${MOST}`)
}
