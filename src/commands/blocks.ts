// blocks list|add|remove|export: the block list from the command line.

import { blockedName } from '../config/values.ts'
import { loadConfig } from '../config.ts'
import { mastodonCsv } from '../lists/write-list.ts'
import type { Block } from '../store/store.ts'
import { splitArguments, WrongUse } from './arguments.ts'
import { type BlockDesk, openBlockDesk } from './block-desk.ts'

const VALUED = ['reason', 'note', 'why'] as const
const SWITCHES = ['json'] as const
const USE =
  'blocks list [--json] | add <domain> [--reason r] [--note n] | remove <domain> [--why w] | export'
const PAGE = 1_000

type Given = ReturnType<typeof splitArguments<(typeof VALUED)[number], (typeof SWITCHES)[number]>>
type Deed = (desk: BlockDesk, given: Given) => Promise<number>

const deeds: Readonly<Record<string, Deed>> = { list, add, remove, export: exportCsv }

export async function blocks(args: readonly string[]): Promise<number> {
  const given = splitArguments(args, { VALUED, SWITCHES })
  const deed = Object.hasOwn(deeds, given.files[0] ?? '') ? deeds[given.files[0]!] : undefined
  if (!deed) throw new WrongUse(`use: ${USE}`)
  const upstream = 'http://127.0.0.1:3000' // the block list is there without an instance
  const loaded = loadConfig(given.config, { instance: { upstream, domain: 'localhost' } })
  if (loaded.status === 'wrong') throw new WrongUse(loaded.why)
  const desk = await openBlockDesk(loaded.config)
  try {
    return await deed(desk, given)
  } finally {
    await desk.close()
  }
}

async function list(desk: BlockDesk, { switches }: Given): Promise<number> {
  for await (const block of every(desk)) say(switches.json ? JSON.stringify(block) : lineOf(block))
  return 0
}

async function add(desk: BlockDesk, { files, values }: Given): Promise<number> {
  const domain = domainIn(files)
  const added = await desk.add({ domain, reason: values.reason ?? '', note: values.note })
  say(
    added === 'added'
      ? `${domain} is blocked, for ever or until removed`
      : `${domain} was blocked already`,
  )
  return added === 'added' ? 0 : 1
}

async function remove(desk: BlockDesk, { files, values }: Given): Promise<number> {
  const domain = domainIn(files)
  const removal = await desk.remove(domain, values.why)
  say(
    removal.removed
      ? `${domain} is free; what it did until now never blocks it again`
      : removal.why,
  )
  return removal.removed ? 0 : 1
}

/** Mastodon's import format. */
async function exportCsv(desk: BlockDesk): Promise<number> {
  for await (const line of mastodonCsv(every(desk))) say(line)
  return 0
}

async function* every(desk: BlockDesk): AsyncGenerator<Block> {
  for (let after: string | undefined; ; ) {
    const page = await desk.page({ limit: PAGE, ...(after !== undefined && { after }) })
    yield* page.blocks
    after = page.next
    if (after === undefined) return
  }
}

function domainIn([, text, ...more]: readonly string[]): string {
  if (more.length > 0)
    throw new WrongUse(`one domain at a time, not also "${more[0]}"; use: ${USE}`)
  const parsed = blockedName.safeParse(text ?? '')
  if (!parsed.success) throw new WrongUse(`"${text ?? ''}" is no domain; use: ${USE}`)
  return parsed.data
}

function lineOf({ domain, since, by, reason }: Block): string {
  return `${new Date(since).toISOString()}  ${domain}  ${by}  ${reason}`.replace(
    /[\p{Cc}\p{Cf}]/gu,
    '�',
  )
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
