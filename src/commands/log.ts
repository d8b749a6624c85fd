// What became of the deliveries: the newest last, and on wish as they come.
import { setTimeout as pause } from 'node:timers/promises'
import { safeJson } from '../printable.ts'
import type { Verdict } from '../verdict.ts'
import { type Admin, openAdmin } from './admin.ts'
import { splitArguments, WrongUse } from './arguments.ts'
import { useOf } from './help.ts'
import { configFor } from './settled-config.ts'
import { verdictText } from './verdict-text.ts'

const VALUED = ['limit', 'action', 'domain'] as const
const SWITCHES = ['follow', 'json'] as const
const LIMIT = 100
const MOST = 1_000
const LOOK_EVERY_MS = 1_000
const MAX_PAGES = 20 // between two looks; then the reader is told that there was more

interface Wanted {
  readonly query: string
  readonly limit: number
  readonly isJson: boolean
}

export async function log(args: readonly string[]): Promise<number> {
  const { files, values, switches, config } = splitArguments(args, { VALUED, SWITCHES })
  if (files.length > 0) throw new WrongUse(useOf('log'))
  const wanted = { query: queryOf(values), limit: limitIn(values.limit), isJson: switches.json }
  const admin = await openAdmin(configFor(config))
  try {
    const { verdicts } = await page(admin, wanted.query, wanted.limit)
    show(verdicts, wanted)
    if (!switches.follow) return 0
    if (!admin.isRunning) throw new Error('no relay runs that could be followed')
    await follow(admin, wanted, verdicts[0]?.id)
    return 0
  } finally {
    await admin.close()
  }
}

/** Until the process is stopped, or the relay is. */
async function follow(admin: Admin, wanted: Wanted, newest: string | undefined): Promise<never> {
  for (let seen = newest; ; ) {
    await pause(LOOK_EVERY_MS)
    const fresh = await since(admin, wanted, seen)
    show(fresh, wanted)
    seen = fresh[0]?.id ?? seen
  }
}

/** Newest first. */
async function since(
  admin: Admin,
  { query }: Wanted,
  seen: string | undefined,
): Promise<readonly Verdict[]> {
  const fresh: Verdict[] = []
  let before: string | undefined
  for (let read = 0; read < MAX_PAGES; read++) {
    const { verdicts, next } = await page(admin, query, LIMIT, before)
    const known = verdicts.findIndex(({ id }) => id === seen)
    fresh.push(...(known < 0 ? verdicts : verdicts.slice(0, known)))
    if (known >= 0 || next === undefined) return fresh
    before = next
  }
  process.stderr.write(`more than ${fresh.length} came at once: the older ones are not shown\n`)
  return fresh
}

async function page(admin: Admin, query: string, limit: number, before?: string) {
  const cursor = before === undefined ? '' : `&before=${encodeURIComponent(before)}`
  const { text } = await admin.ask('GET', `/api/verdicts?limit=${limit}${query}${cursor}`)
  return JSON.parse(text) as { verdicts: Verdict[]; next?: string }
}

function show(verdicts: readonly Verdict[], { isJson }: Wanted): void {
  for (const verdict of verdicts.toReversed()) {
    process.stdout.write(`${isJson ? safeJson(verdict) : verdictText(verdict)}\n`)
  }
}

function queryOf({
  action,
  domain,
}: {
  readonly action?: string | undefined
  readonly domain?: string | undefined
}) {
  return Object.entries({ action, domain })
    .map(([key, value]) => (value === undefined ? '' : `&${key}=${encodeURIComponent(value)}`))
    .join('')
}

function limitIn(text: string | undefined): number {
  const limit = text === undefined ? LIMIT : Number(text)
  if (Number.isInteger(limit) && limit >= 1 && limit <= MOST) return limit
  throw new WrongUse(`--limit: "${text}" is no number from 1 to ${MOST}`)
}
