// domain <host>: what we make of a server, why, and what was done about it.

import { blockedName } from '../config/values.ts'
import { printable, safeJson } from '../printable.ts'
import type { Looked } from '../standing/desk.ts'
import { counted } from '../standing/reasons.ts'
import type { Block } from '../store/store.ts'
import { splitArguments, WrongUse } from './arguments.ts'
import { openDesk } from './desk.ts'
import { useOf } from './help.ts'
import { configFor } from './settled-config.ts'

type Answer = Looked & { readonly block?: Block }

export async function domain(args: readonly string[]): Promise<number> {
  const SWITCHES = ['json'] as const
  const { files, switches, config } = splitArguments(args, { VALUED: [], SWITCHES })
  const [host, ...more] = files
  if (host === undefined || more.length > 0) throw new WrongUse(useOf('domain'))
  const parsed = blockedName.safeParse(host)
  if (!parsed.success) throw new WrongUse(`"${printable(host, 200)}" is no domain`)
  const desk = await openDesk(configFor(config))
  try {
    const { text } = await desk.ask('GET', `/api/domains/${parsed.data}`)
    const answer = JSON.parse(text) as Answer
    process.stdout.write(switches.json ? `${safeJson(answer)}\n` : `${textOf(answer)}\n`)
    return 0
  } finally {
    await desk.close()
  }
}

function textOf(answer: Answer): string {
  const { domain: name, standing, reasons, block, notices } = answer
  const rows: (readonly [string, ...string[]])[] = [
    ['standing', `${standing}: ${consequenceOf(answer)}`],
    ['because', ...reasons],
    ['blocked', ...(block ? [blockLine(block)] : [])],
    ['notices', ...notices.map(noticeLine)],
    ['says', ...sayings(answer)],
  ]
  const width = Math.max(...rows.map(([label]) => label.length))
  const lines = rows.flatMap(([label, ...texts]) =>
    texts.map((text, at) => `  ${(at === 0 ? label : '').padEnd(width)}  ${printable(text)}`),
  )
  return [name, ...lines].join('\n')
}

function consequenceOf({ shield, grace }: Answer): string {
  if (shield !== undefined) return `never blocked by itself (${shield})`
  return grace ? 'an offence opens a notice' : 'an offence blocks it at once'
}

function blockLine({ domain: name, since, by, reason }: Block): string {
  return `${name}, since ${new Date(since).toISOString()}, by ${by}: ${reason}`
}

function noticeLine(notice: Looked['notices'][number]) {
  const { openedAt, author, deadline, closed, checked, report } = notice
  const told = report === undefined ? '' : `, report ${report.state}`
  const opened = `${new Date(openedAt).toISOString()} for ${author}${told}`
  if (closed) return `${opened}: ${closed.how}, ${closed.why}`
  const seen = checked ? `, last look: ${checked.found}` : ''
  return `${opened}: open until ${new Date(deadline).toISOString()}${seen}`
}

/** By its own word. */
function sayings({ description }: Looked): readonly string[] {
  if (!description) return []
  if (description.status === 'unknown') return [`nothing (${description.why})`]
  const { software, version, activeUsers, registration, positiveList } = description.description
  return [
    [software ?? 'unknown software', version ?? ''].join(' ').trim(),
    ...(activeUsers === undefined ? [] : [counted(activeUsers, 'active user', 'active users')]),
    ...(registration === undefined ? [] : [`registration: ${registration}`]),
    ...(positiveList ? [`federates by positive list: ${positiveList.evidence}`] : []),
  ]
}
