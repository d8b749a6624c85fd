// The block list from the command line.
import { blockedName } from '../config/values.ts'
import type { ConsoleParts } from '../console/listener.ts'
import { mastodonCsv } from '../lists/write-list.ts'
import { printable } from '../printable.ts'
import type { Block } from '../store/store.ts'
import { type Admin, messageIn, openAdmin } from './admin.ts'
import { splitArguments, WrongUse } from './arguments.ts'
import { backup, bringIn, restore } from './block-files.ts'
import { useOf } from './help.ts'
import { configFor } from './settled-config.ts'

const VALUED = ['reason', 'note', 'why', 'by', 'since', 'until', 'name', 'format'] as const
const SWITCHES = ['json', 'dry-run', 'even-lifted', 'host-only'] as const
const PAGE = 1_000
const SHOWN = 20

export type Given = ReturnType<
  typeof splitArguments<(typeof VALUED)[number], (typeof SWITCHES)[number]>
>
type Deed = (admin: Admin, given: Given) => Promise<number>

const deeds: Readonly<Record<string, Deed>> = {
  ...{ list, add, remove, undo, backup, restore },
  import: bringIn,
  export: exportCsv,
}

export async function blocks(args: readonly string[]): Promise<number> {
  const given = splitArguments(args, { VALUED, SWITCHES })
  const [name = ''] = given.files
  const deed = Object.hasOwn(deeds, name) ? deeds[name] : undefined
  if (!deed) throw new WrongUse(useOf('blocks'))
  const admin = await openAdmin(configFor(given.config))
  try {
    return await deed(admin, given)
  } finally {
    await admin.close()
  }
}

async function list(admin: Admin, { switches, values }: Given): Promise<number> {
  for await (const block of every(admin)) {
    if (values.by !== undefined && block.by !== values.by) continue
    say(switches.json ? JSON.stringify(block) : lineOf(block))
  }
  return 0
}

async function add(admin: Admin, { files, values, switches }: Given): Promise<number> {
  const domain = domainIn(files)
  const { reason = '', note } = values
  const scope = switches['host-only'] ? 'host' : 'subtree'
  const wish = { domain, scope, reason, ...(note !== undefined && { note }) }
  const { status } = await admin.ask('POST', '/api/blocks', wish)
  const isNew = status === 201
  say(isNew ? `${domain} is blocked, for ever or until removed` : `${domain} was blocked already`)
  return isNew ? 0 : 1
}

async function remove(admin: Admin, { files, values }: Given): Promise<number> {
  const domain = domainIn(files)
  const query = values.why === undefined ? '' : `?why=${encodeURIComponent(values.why)}`
  const answer = await admin.ask('DELETE', `/api/blocks/${domain}${query}`)
  const isFree = answer.status === 200
  say(isFree ? `${domain} is free; what it did until now never blocks it again` : messageIn(answer))
  return isFree ? 0 : 1
}

async function undo(admin: Admin, given: Given): Promise<number> {
  const { files, values, switches } = given
  if (files.length > 1) return remove(admin, given)
  const { by, why } = values
  if (by === undefined && values.since === undefined) throw new WrongUse(useOf('blocks'))
  const [since, until] = [timeIn('since', values.since), timeIn('until', values.until)]
  const wish = { by, why, since, until, dryRun: switches['dry-run'] }
  const answer = await admin.ask('POST', '/api/blocks/undo', wish)
  const { undone, domains } = JSON.parse(answer.text) as { undone: number; domains: string[] }
  const verb = switches['dry-run'] ? 'would be lifted' : 'lifted'
  say(`${undone} ${undone === 1 ? 'block' : 'blocks'} ${verb}`)
  for (const domain of domains.slice(0, SHOWN)) say(`  ${domain}`)
  if (undone > SHOWN) say(`  … and ${undone - SHOWN} more`)
  return undone > 0 ? 0 : 1
}

/** Mastodon's import format. */
async function exportCsv(admin: Admin): Promise<number> {
  for await (const line of mastodonCsv(every(admin))) say(line)
  return 0
}

type Page = Awaited<ReturnType<ConsoleParts['blocks']['page']>>

async function* every(admin: Admin): AsyncGenerator<Block> {
  for (let after: string | undefined; ; ) {
    const cursor = after === undefined ? '' : `&after=${encodeURIComponent(after)}`
    const { text } = await admin.ask('GET', `/api/blocks?limit=${PAGE}${cursor}`)
    const page = JSON.parse(text) as Page
    yield* page.blocks
    after = page.next
    if (after === undefined) return
  }
}

function domainIn([, text, ...more]: readonly string[]): string {
  if (more.length > 0) {
    throw new WrongUse(`one domain at a time, not also "${more[0]}"; ${useOf('blocks')}`)
  }
  const parsed = blockedName.safeParse(text ?? '')
  if (!parsed.success) throw new WrongUse(`"${text ?? ''}" is no domain; ${useOf('blocks')}`)
  return parsed.data
}

/** A day means its beginning where the operator is. */
function timeIn(flag: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text)
  const at = new Date(isDay ? `${text}T00:00:00` : text)
  if (Number.isNaN(at.getTime())) {
    throw new WrongUse(`--${flag}: "${text}" is no time such as 2026-02-18 or 2026-02-18T09:00Z`)
  }
  return at.toISOString()
}

function lineOf({ domain, since, by, reason }: Block): string {
  return printable(`${new Date(since).toISOString()}  ${domain}  ${by}  ${reason}`)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
