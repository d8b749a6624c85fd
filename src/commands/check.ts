// check: does the relay stand where it should?
import { lookup } from 'node:dns/promises'
import { checkActor } from '../checks/actor.ts'
import { checkApi } from '../checks/api.ts'
import type { Check, CheckContext, Remark } from '../checks/check.ts'
import { wrong } from '../checks/check.ts'
import { checkConfig } from '../checks/config.ts'
import { checkEmails } from '../checks/emails.ts'
import { checkImages } from '../checks/images.ts'
import { checkInboxes } from '../checks/inboxes.ts'
import { checkInstance, checkWayAround } from '../checks/instance.ts'
import { checkClock, checkRelay } from '../checks/relay.ts'
import { httpUrl } from '../config/values.ts'
import { type Config, loadConfig } from '../config.ts'
import { visit } from '../instance/visit.ts'
import { printable, safeJson } from '../printable.ts'
import { splitArguments, WrongUse } from './arguments.ts'
import { type Desk, openDesk } from './desk.ts'
import { useOf } from './help.ts'
import { paint } from './verdict-text.ts'

const VALUED = ['public-url'] as const
const SWITCHES = ['json', 'offline'] as const
const HERE: readonly Check[] = [checkConfig, checkRelay, checkImages, checkInstance, checkApi]
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
  const tell = (remark: Remark) => say(switches.json ? safeJson(remark) : textOf(remark))
  const { admin, faults } = await openOrTell(loaded.config)
  const context = contextOf(loaded.config, admin, publicUrl)
  let isWrong = false
  const take = (remarks: readonly Remark[]) => {
    for (const remark of remarks) tell(remark)
    isWrong ||= remarks.some(({ status }) => status === 'wrong')
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
  readonly admin: Desk | undefined
  readonly faults: readonly Remark[]
}

async function openOrTell(config: Config): Promise<Opening> {
  try {
    return { admin: await openDesk(config), faults: [] }
  } catch (cause) {
    return { admin: undefined, faults: [wrong('relay', (cause as Error).message)] }
  }
}

function contextOf(
  config: Config,
  admin: Desk | undefined,
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

function textOf({ about, status, says, advice }: Remark): string {
  const [sign, style] = SIGNS[status]
  const line = `${paint(style, sign)} ${about.padEnd(12)} ${printable(says)}`
  return advice === undefined ? line : `${line}\n  ${''.padEnd(12)} ${advice}`
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
