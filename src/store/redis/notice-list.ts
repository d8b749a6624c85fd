// The notices in Redis as a list that is whole: what Redis lost is given back out of this machine's ledger.
import type { NoticeLine } from '../journal-line.ts'
import type { Log } from '../log.ts'
import { NOTICE_LIMITS } from '../notice-rules.ts'
import { KEYS } from './keys.ts'
import type { Ledger } from './ledger.ts'
import type { Link, Script } from './link.ts'
import { parseEntry } from './notice-entry.ts'
import * as scripts from './notice-scripts.ts'

const AT_ONCE = 50 // of some 2 KB, 20 at most
const ROUNDS = 3 // several processes may mend at once

export interface NoticeList {
  /** Resolves to the version of a list that is whole; gives back what was lost before. */
  settle(): Promise<string>
  /** Runs a script on the known list, after giving back what it lost. */
  run(link: Link, code: Script, args: readonly (string | number)[]): Promise<unknown>
}

export interface NoticeListOptions {
  readonly slow: Link
  readonly ledger: Ledger
  readonly log: Log
  readonly now: () => number
  readonly onFault: (what: string) => void
}

interface State {
  /** '' when the list is consistent in itself. */
  readonly wrong: string
  readonly epoch: string
  readonly changes: number
}

export function openNoticeList(options: NoticeListOptions): NoticeList {
  const { slow } = options
  let known: State | undefined
  let mending: Promise<State> | undefined

  async function settle(): Promise<State> {
    const found = await look(slow)
    if (known !== undefined && whyLost(found, known) === '') known = found
    else {
      mending ??= mend({ found, known }, options).finally(() => {
        mending = undefined
      })
      known = await mending
    }
    return known
  }

  return {
    settle: async () => {
      const { epoch, changes } = await settle()
      return `${epoch} ${changes}`
    },
    async run(link, code, args) {
      const { epoch } = known ?? (await settle())
      try {
        return await link.run(code, scripts.NOTICE_KEYS, [epoch, ...args])
      } catch (error) {
        if (!isLost(error)) throw error
        const anew = await settle()
        return link.run(code, scripts.NOTICE_KEYS, [anew.epoch, ...args])
      }
    },
  }
}

async function look(slow: Link): Promise<State> {
  const reply = await slow.run(scripts.LOOK, scripts.NOTICE_KEYS, [])
  const [wrong, epoch, changes] = reply as [string, string, string]
  return { wrong, epoch, changes: Number(changes) }
}

function isLost(error: unknown): boolean {
  return error instanceof Error && error.message.includes('SEKISHOLOST')
}

function whyLost(found: State, known: State | undefined): string {
  if (found.wrong !== '' || known === undefined) return found.wrong
  if (found.epoch !== known.epoch) return 'it is another list'
  return found.changes < known.changes ? 'it was set back' : ''
}

interface Loss {
  readonly found: State
  readonly known: State | undefined
}

/** Also done once at the start: another machine may have named an emptied list before this one came. */
async function mend({ found, known }: Loss, options: NoticeListOptions): Promise<State> {
  const { slow, ledger, now, log, onFault } = options
  const lines = keptOf(await ledger.notices(), now())
  const why = whyLost(found, known)
  const isLoss = why !== '' && (known !== undefined || lines.length > 0)
  if (isLoss) {
    onFault('notices-lost')
    log.error(`Redis lost notices: ${why}`)
  }
  const isOther = found.wrong === '' && found.epoch !== known?.epoch
  const state = await restore(slow, { found, lines, isNamed: why === '' || isOther })
  if (isLoss) log.warn('Redis was given back the notices')
  return state
}

interface Restoring {
  readonly found: State
  readonly lines: readonly NoticeLine[]
  readonly isNamed: boolean
}

async function restore(slow: Link, { found, lines, isNamed }: Restoring): Promise<State> {
  let state = found
  for (let round = 0; round < ROUNDS; round++) {
    if (state.wrong !== '') await refile(slow, state)
    await giveBack(slow, lines)
    if (!isNamed) await slow.run(scripts.NAME, scripts.NOTICE_KEYS, [state.epoch])
    state = await look(slow)
    if (state.wrong === '') return state
  }
  throw new Error(`the notices are not restored: ${state.wrong}`)
}

/** What is left in Redis is found again by whatever leads to it. */
async function refile(slow: Link, { epoch }: State): Promise<void> {
  await slow.run(scripts.UNFILE, scripts.NOTICE_KEYS, [epoch])
  const lines: NoticeLine[] = []
  for (let cursor: string | undefined = '0'; cursor !== undefined; ) {
    const reply = await slow.call('HSCAN', KEYS.notices, cursor, 'COUNT', AT_ONCE)
    const [next, pairs] = reply as [string, string[]]
    for (let at = 1; at < pairs.length; at += 2) lines.push(asLine(pairs[at]!))
    cursor = next === '0' ? undefined : next
  }
  await giveBack(slow, lines)
}

function asLine(entry: string): NoticeLine {
  const { notice, revision } = parseEntry(entry)
  return { kind: 'notice', notice, revision }
}

/** The first opened first. */
function keptOf(lines: readonly NoticeLine[], now: number): readonly NoticeLine[] {
  const isKept = ({ notice: { closed } }: NoticeLine) =>
    closed === undefined || closed.at > now - NOTICE_LIMITS.closedMs
  const kept = lines.filter(isKept)
  return kept.sort((a, b) => a.notice.openedAt - b.notice.openedAt).slice(-NOTICE_LIMITS.closed * 2)
}

async function giveBack(slow: Link, lines: readonly NoticeLine[]): Promise<void> {
  for (let at = 0; at < lines.length; at += AT_ONCE) {
    const rows = lines
      .slice(at, at + AT_ONCE)
      .flatMap(({ notice, revision }) => [
        ...[notice.id, notice.author, notice.domain, notice.dueAt, notice.closed?.at ?? ''],
        ...[revision, JSON.stringify(notice)],
      ])
    await slow.run(scripts.RESTORE, scripts.NOTICE_KEYS, rows)
  }
}
