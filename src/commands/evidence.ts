// evidence export|purge: what was sent, when, signed with which key; in a form that can be handed on.
import { createHash } from 'node:crypto'
import { blockedName } from '../config/values.ts'
import type { Config } from '../config.ts'
import { printable, safeJson } from '../printable.ts'
import type { Evidence } from '../store/evidence-store.ts'
import { version } from '../version.ts'
import { splitArguments, WrongUse } from './arguments.ts'
import { type Desk, openDesk } from './desk.ts'
import { useOf } from './help.ts'
import { configFor } from './settled-config.ts'
import { timeOf } from './times.ts'

const VALUED = ['domain', 'since', 'until', 'actor'] as const

export async function evidence(args: readonly string[]): Promise<number> {
  const given = splitArguments(args, { VALUED, SWITCHES: [] })
  const { files, values } = given
  const [deed, ...more] = files
  const perform = deed === 'export' ? exportAll : deed === 'purge' ? purge : undefined
  if (!perform || more.length > 0) throw new WrongUse(useOf('evidence'))
  const config = configFor(given.config)
  const wish = wishIn(values, deed!)
  const desk = await openDesk(config)
  try {
    return await perform(desk, wish, config)
  } finally {
    await desk.close()
  }
}

interface Wish {
  readonly domain?: string
  /** Epoch milliseconds. */
  readonly since?: number
  readonly until?: number
  readonly actor?: string
}

type Values = Partial<Record<(typeof VALUED)[number], string | undefined>>

function wishIn({ domain, since, until, actor }: Values, deed: string): Wish {
  if (isMisused({ domain, since, until, actor }, deed)) {
    throw new WrongUse(useOf('evidence', deed))
  }
  return {
    ...(domain !== undefined && { domain: domainIn(domain) }),
    ...(since !== undefined && { since: timeOf('since', since) }),
    ...(until !== undefined && { until: timeOf('until', until) }),
    ...(actor !== undefined && { actor }),
  }
}

function isMisused({ domain, since, until, actor }: Values, deed: string): boolean {
  if (deed === 'export') return actor !== undefined
  return actor === undefined || (domain ?? since ?? until) !== undefined
}

function domainIn(text: string): string {
  const parsed = blockedName.safeParse(text)
  if (!parsed.success) throw new WrongUse(`"${printable(text, 200)}" is no domain`)
  return parsed.data
}

/** The head says how to read and check an entry; the digest of all that was written goes to standard error. */
async function exportAll(desk: Desk, wish: Wish, { instance }: Config): Promise<number> {
  const hash = createHash('sha256')
  const write = (text: string) => {
    hash.update(text)
    process.stdout.write(text)
  }
  const { domain, since, until } = wish
  const head = {
    about: ABOUT,
    ...{ receivedBy: instance.domain, software: `Sekisho ${version}` },
    exportedAt: new Date().toISOString(),
    ...(domain !== undefined && { domain }),
    ...(since !== undefined && { since: new Date(since).toISOString() }),
    ...(until !== undefined && { until: new Date(until).toISOString() }),
  }
  write(`${safeJson(head).slice(0, -1)},"deliveries":[`)
  let count = 0
  for await (const entry of every(desk, wish)) {
    write(`${count++ === 0 ? '' : ','}\n${safeJson(shown(entry))}`)
  }
  write('\n]}\n')
  process.stderr.write(`deliveries: ${count}; SHA-256 of the file: ${hash.digest('hex')}\n`)
  return count > 0 ? 0 : 1
}

const ABOUT =
  'Deliveries of ActivityPub posts as they came over HTTPS, each with a signature that was verified on arrival. ' +
  '`keyId` names the key on the sender’s server and `keyPem` is that key as it was then; `request` holds the target ' +
  'and the headers that the signature covers; `bodySha256` is the digest of the body; `body` is the body in Base64, ' +
  'kept of public posts alone. Times are UTC.'

function shown({ at, ...entry }: Evidence): object {
  return { receivedAt: new Date(at).toISOString(), ...entry }
}

async function* every(desk: Desk, { domain, since = 0, until }: Wish): AsyncGenerator<Evidence> {
  let from = since
  let seen = new Set<string>()
  for (;;) {
    const query = new URLSearchParams({ since: String(from) })
    if (domain !== undefined) query.set('domain', domain)
    if (until !== undefined) query.set('until', String(until))
    query.set('limit', '200')
    const { text } = await desk.ask('GET', `/api/evidence?${query}`)
    const { entries, isWhole } = JSON.parse(text) as { entries: Evidence[]; isWhole: boolean }
    const fresh = entries.filter(({ id }) => !seen.has(id))
    yield* fresh
    const last = entries.at(-1)
    if (isWhole || !last || fresh.length === 0) return
    seen = new Set(entries.filter(({ at }) => at === last.at).map(({ id }) => id))
    from = last.at
  }
}

const HOW_TO_NAME = 'An actor is named by its id, as the evidence spells it: https://…\n'

async function purge(desk: Desk, { actor = '' }: Wish): Promise<number> {
  const query = new URLSearchParams({ actor })
  const { text } = await desk.ask('DELETE', `/api/evidence?${query}`)
  const { purged } = JSON.parse(text) as { purged: number }
  process.stdout.write(`${purged} ${purged === 1 ? 'entry' : 'entries'} of it forgotten\n`)
  if (purged === 0) process.stderr.write(HOW_TO_NAME)
  return purged > 0 ? 0 : 1
}
