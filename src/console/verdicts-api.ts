// The verdicts by API, newest first.
import { z } from 'zod'
import type { RecordStore } from '../store/store.ts'
import type { Verdict } from '../verdict.ts'
import type { ConsoleParts } from './listener.ts'
import { parseRecord } from './parse.ts'
import type { Api } from './routes.ts'
import { answers, answersOf } from './shapes.ts'

const querystring = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  before: z.string().optional(),
  action: z.enum(['forward', 'drop', 'hold', 'defer', 'refuse']).optional(),
  domain: z.string().optional(),
})

const PAGE = 1_000
const MAX_PAGES = 100 // as many records as are kept: a filter that matches nothing must end, too

export function addVerdictsApi(api: Api, { records, onFault }: ConsoleParts): void {
  const summary = 'What became of the deliveries, newest first'
  const schema = { summary, querystring, response: answersOf(answers.verdicts) }
  api.get('/verdicts', { schema }, async (request) => {
    const { limit, before, action, domain } = request.query
    const fits = (verdict: Verdict) =>
      (action === undefined || verdict.action === action) &&
      (domain === undefined || verdict.sender.domain === domain)
    const isFiltered = action !== undefined || domain !== undefined
    const search = { limit, fits, atOnce: isFiltered ? PAGE : limit }
    return searchFrom(before, search, readingFrom(records, onFault))
  })
}

interface Search {
  readonly limit: number
  /** Records that are looked through at once. */
  readonly atOnce: number
  readonly fits: (verdict: Verdict) => boolean
}

type ReadPage = (
  limit: number,
  before: string | undefined,
) => Promise<{ readonly verdicts: readonly (Verdict | undefined)[]; readonly next?: string }>

async function searchFrom(
  before: string | undefined,
  { limit, atOnce, fits }: Search,
  read: ReadPage,
) {
  const found: Verdict[] = []
  let next = before
  for (let page = 0; page < MAX_PAGES; page++) {
    const got = await read(atOnce, next)
    const matches = [...got.verdicts.entries()].filter(([, each]) => each && fits(each))
    const wanted = matches.slice(0, limit - found.length)
    found.push(...wanted.map(([, verdict]) => verdict!))
    const [last] = wanted.at(-1) ?? []
    // The next page begins behind the last one that is shown, not behind the last one that was looked at.
    const isCut = wanted.length < matches.length && last !== undefined
    next = isCut ? (await read(last + 1, next)).next : got.next
    if (next === undefined || found.length >= limit) break
  }
  return { verdicts: found, ...(next !== undefined && { next }) }
}

function readingFrom(records: RecordStore, onFault: (what: string) => void): ReadPage {
  return async (limit, before) => {
    const page = await records.page({ limit, ...(before !== undefined && { before }) })
    const verdicts = page.records.map((json) => parseRecord<Verdict>(json, onFault))
    return { verdicts, ...(page.next !== undefined && { next: page.next }) }
  }
}
