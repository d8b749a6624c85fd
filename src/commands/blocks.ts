// The block list from the command line.
import type { Blocks } from '../blocks.ts'
import { blockedName } from '../config/values.ts'
import { everyBlock } from '../lists/every-block.ts'
import { mastodonCsv } from '../lists/write-list.ts'
import { printable, safeJson } from '../printable.ts'
import type { Block } from '../store/store.ts'
import { splitArguments, WrongUse } from './arguments.ts'
import { backup, bringIn, restore } from './block-files.ts'
import { type Desk, messageIn, openDesk } from './desk.ts'
import { useOf } from './help.ts'
import { configFor, needDomain } from './settled-config.ts'
import { timeOf } from './times.ts'

const VALUED = ['reason', 'note', 'why', 'by', 'since', 'until', 'name', 'format'] as const
const SWITCHES = ['json', 'dry-run', 'even-lifted', 'host-only'] as const
const SHOWN = 20

type Flag = (typeof VALUED)[number] | (typeof SWITCHES)[number]

export type Given = ReturnType<
  typeof splitArguments<(typeof VALUED)[number], (typeof SWITCHES)[number]>
>

interface Deed {
  readonly perform: (desk: Desk, given: Given) => Promise<number>
  /** A flag that a deed does not know is refused: it might have been meant to hold it back. */
  readonly flags: readonly Flag[]
  /** Words behind its name. */
  readonly words: readonly [least: number, most: number]
  /** It may block what is not to be blocked. */
  readonly adds?: boolean
}

const deeds: Readonly<Record<string, Deed>> = {
  list: { perform: list, flags: ['by', 'json'], words: [0, 0] },
  add: { perform: add, flags: ['reason', 'note', 'host-only'], words: [1, 1], adds: true },
  remove: { perform: remove, flags: ['why'], words: [1, 1] },
  import: {
    perform: bringIn,
    flags: ['name', 'format', 'dry-run', 'even-lifted'],
    words: [1, 1],
    adds: true,
  },
  export: { perform: exportCsv, flags: [], words: [0, 0] },
  undo: { perform: undo, flags: ['by', 'since', 'until', 'why', 'dry-run'], words: [0, 1] },
  backup: { perform: backup, flags: [], words: [0, 1] },
  restore: { perform: restore, flags: [], words: [1, 1], adds: true },
}

export async function blocks(args: readonly string[]): Promise<number> {
  const given = splitArguments(args, { VALUED, SWITCHES })
  const [name = '', ...words] = given.files
  const deed = Object.hasOwn(deeds, name) ? deeds[name] : undefined
  if (!deed) throw new WrongUse(useOf('blocks'))
  const [least, most] = deed.words
  if (words.length < least || words.length > most) throw new WrongUse(useOf('blocks', name))
  const strange = givenFlags(given).find((flag) => !deed.flags.includes(flag))
  if (strange) throw new WrongUse(`blocks ${name} takes no --${strange}; ${useOf('blocks', name)}`)
  const config = configFor(given.config)
  const desk = await openDesk(config)
  try {
    if (deed.adds && !desk.isRunning) needDomain(config)
    return await deed.perform(desk, given)
  } finally {
    await desk.close()
  }
}

function givenFlags({ values, switches }: Given): readonly Flag[] {
  return [
    ...VALUED.filter((flag) => values[flag] !== undefined),
    ...SWITCHES.filter((flag) => switches[flag]),
  ]
}

async function list(desk: Desk, { switches, values }: Given): Promise<number> {
  for await (const block of every(desk)) {
    if (values.by !== undefined && block.by !== values.by) continue
    say(switches.json ? safeJson(block) : lineOf(block))
  }
  return 0
}

async function add(desk: Desk, { files, values, switches }: Given): Promise<number> {
  const domain = domainIn(files)
  const { reason = '', note } = values
  const scope = switches['host-only'] ? 'host' : 'subtree'
  const wish = { domain, scope, reason, ...(note !== undefined && { note }) }
  const answer = await desk.ask('POST', '/api/blocks', wish)
  const { status } = JSON.parse(answer.text) as { status: keyof typeof ADDED | 'unwritten' }
  if (status === 'unwritten') throw new Error(unwritten(domain, desk))
  say(`${domain} ${ADDED[status]}`)
  return status === 'existed' ? 1 : 0
}

const ADDED = {
  added: 'is blocked, for ever or until removed',
  journaled: 'is blocked; that waits on the disk until the store answers',
  existed: 'was blocked already',
}

function unwritten(domain: string, { isRunning }: Desk): string {
  const what = 'could not be written: is the disk full?'
  return isRunning ? `${domain} is blocked until the relay ends; that ${what}` : `${domain} ${what}`
}

async function remove(desk: Desk, { files, values }: Given): Promise<number> {
  const domain = domainIn(files)
  const query = values.why === undefined ? '' : `?why=${encodeURIComponent(values.why)}`
  const answer = await desk.ask('DELETE', `/api/blocks/${domain}${query}`)
  const isFree = answer.status === 200
  say(isFree ? `${domain} is free; what it did until now never blocks it again` : messageIn(answer))
  return isFree ? 0 : 1
}

async function undo(desk: Desk, given: Given): Promise<number> {
  const { files, values, switches } = given
  if (files.length > 1) return undoOne(desk, given)
  const { by, why } = values
  if (by === undefined) throw new WrongUse(useOf('blocks', 'undo'))
  const [since, until] = [timeIn('since', values.since), timeIn('until', values.until)]
  const wish = { by, why, since, until, dryRun: switches['dry-run'] }
  const answer = await desk.ask('POST', '/api/blocks/undo', wish)
  const { undone, domains } = JSON.parse(answer.text) as { undone: number; domains: string[] }
  const verb = switches['dry-run'] ? 'would be lifted' : 'lifted'
  say(`${undone} ${undone === 1 ? 'block' : 'blocks'} ${verb}`)
  for (const domain of domains.slice(0, SHOWN)) say(`  ${domain}`)
  if (undone > SHOWN) say(`  … and ${undone - SHOWN} more`)
  return undone > 0 ? 0 : 1
}

async function undoOne(desk: Desk, given: Given): Promise<number> {
  const { values, switches, files } = given
  const isMany = [values.by, values.since, values.until].some((value) => value !== undefined)
  if (isMany) throw new WrongUse(useOf('blocks', 'undo'))
  if (!switches['dry-run']) return remove(desk, given)
  const domain = domainIn(files)
  const isThere = (await desk.ask('GET', `/api/blocks/${domain}`)).status === 200
  say(isThere ? `${domain} would be lifted` : `${domain} is not blocked.`)
  return isThere ? 0 : 1
}

/** Mastodon's import format. */
async function exportCsv(desk: Desk): Promise<number> {
  const left: string[] = []
  const kept = without(every(desk), ({ scope, domain }) => scope === 'host' && left.push(domain))
  for await (const line of mastodonCsv(kept)) say(line)
  if (left.length > 0) process.stderr.write(`${leftOut(left)}\n`)
  return 0
}

async function* without(
  blocks: AsyncIterable<Block>,
  isLeft: (block: Block) => unknown,
): AsyncGenerator<Block> {
  for await (const block of blocks) if (!isLeft(block)) yield block
}

const MAX_NAMED = 3

/** Mastodon's format always means the subdomains too. */
function leftOut(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMED).join(', ')
  const more = names.length > MAX_NAMED ? ', …' : ''
  const what =
    names.length === 1
      ? '1 block of a single host is'
      : `${names.length} blocks of single hosts are`
  return `${what} left out, since the format means subdomains too: ${shown}${more}`
}

function every(desk: Desk): AsyncGenerator<Block> {
  return everyBlock({
    async page({ limit, after }) {
      const cursor = after === undefined ? '' : `&after=${encodeURIComponent(after)}`
      const { text } = await desk.ask('GET', `/api/blocks?limit=${limit}${cursor}`)
      return JSON.parse(text) as Awaited<ReturnType<Blocks['page']>>
    },
  })
}

function domainIn([, text = '']: readonly string[]): string {
  const parsed = blockedName.safeParse(text)
  if (!parsed.success) throw new WrongUse(`"${printable(text, 200)}" is no domain`)
  return parsed.data
}

function timeIn(flag: string, text: string | undefined): string | undefined {
  return text === undefined ? undefined : new Date(timeOf(flag, text)).toISOString()
}

function lineOf({ domain, since, by, reason }: Block): string {
  return printable(`${new Date(since).toISOString()}  ${domain}  ${by}  ${reason}`)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
