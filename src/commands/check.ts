// check: does the relay stand where it should?
import { lookup } from 'node:dns/promises'
import { checkActor } from '../checks/actor.ts'
import type { Check, CheckContext, Finding } from '../checks/check.ts'
import { wrong } from '../checks/check.ts'
import { checkEmails } from '../checks/emails.ts'
import { checkInboxes } from '../checks/inboxes.ts'
import { checkInstance, checkWayAround } from '../checks/instance.ts'
import { checkClock, checkRelay } from '../checks/relay.ts'
import { checkSettings } from '../checks/settings.ts'
import { httpUrl } from '../config/values.ts'
import { type Config, loadConfig } from '../config.ts'
import { visit } from '../instance/visit.ts'
import { printable, safeJson } from '../printable.ts'
import { type Admin, openAdmin } from './admin.ts'
import { splitArguments, WrongUse } from './arguments.ts'
import { useOf } from './help.ts'
import { paint } from './verdict-text.ts'

const VALUED = ['public-url'] as const
const SWITCHES = ['json', 'offline'] as const
const HERE: readonly Check[] = [checkSettings, checkRelay, checkInstance]
const OUTSIDE: readonly Check[] = [
  ...[checkClock, checkInboxes, checkWayAround],
  ...[checkActor, checkEmails],
]

export async function check(args: readonly string[]): Promise<number> {
  const { files, values, switches, config: flags } = splitArguments(args, { VALUED, SWITCHES })
  if (files.length > 0) throw new WrongUse(useOf('check'))
  const publicUrl = urlIn(values['public-url'])
  const loaded = loadConfig(flags)
  if (loaded.status === 'wrong') throw new WrongUse(loaded.why)
  const tell = (finding: Finding) => say(switches.json ? safeJson(finding) : textOf(finding))
  const { admin, faults } = await openOrTell(loaded.config)
  const context = contextOf(loaded.config, admin, publicUrl)
  let isWrong = false
  const take = (findings: readonly Finding[]) => {
    for (const finding of findings) tell(finding)
    isWrong ||= findings.some(({ status }) => status === 'wrong')
  }
  try {
    take(faults)
    for (const each of switches.offline ? HERE : [...HERE, ...OUTSIDE]) take(await each(context))
  } finally {
    await admin?.close()
  }
  return isWrong ? 1 : 0
}

interface Opening {
  readonly admin: Admin | undefined
  readonly faults: readonly Finding[]
}

async function openOrTell(config: Config): Promise<Opening> {
  try {
    return { admin: await openAdmin(config), faults: [] }
  } catch (cause) {
    return { admin: undefined, faults: [wrong('relay', (cause as Error).message)] }
  }
}

function contextOf(
  config: Config,
  admin: Admin | undefined,
  publicUrl: string | undefined,
): CheckContext {
  return {
    ...{ config, admin, visit, now: Date.now, token: admin?.token },
    publicUrl: publicUrl ?? `https://${config.instance.domain}`,
    async lookup(host) {
      const found = await lookup(host, { all: true }).catch(() => []) // then others say that it has none
      return found.map(({ address }) => address)
    },
  }
}

function urlIn(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  if (text !== '' && httpUrl.safeParse(text).success) return new URL(text).origin
  throw new WrongUse(`--public-url: "${text}" is no http or https URL`)
}

const SIGNS = {
  fine: ['✓', 'green'],
  doubtful: ['?', 'yellow'],
  wrong: ['✗', 'red'],
  skipped: ['–', 'dim'],
} as const

function textOf({ about, status, says, advice }: Finding): string {
  const [sign, style] = SIGNS[status]
  const line = `${paint(style, sign)} ${about.padEnd(12)} ${printable(says)}`
  return advice === undefined ? line : `${line}\n  ${''.padEnd(12)} ${advice}`
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
