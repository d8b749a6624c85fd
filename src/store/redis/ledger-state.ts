// What the lines of a ledger add up to: the newest of each thing, and the lines that say no more than that.
import { type BlockState, createBlockState } from '../block-state.ts'
import {
  type JournalLine,
  type NoticeLine,
  type PictureLine,
  parseJournalLine,
} from '../journal-line.ts'
import { NOTICE_LIMITS } from '../notice-rules.ts'

export interface LedgerState {
  readonly blocks: BlockState
  readonly identities: ReadonlyMap<string, string>
  readonly pictures: ReadonlyMap<string, PictureLine>
  readonly notices: ReadonlyMap<string, NoticeLine>
  take(text: string): void
  /** Without the notices that are forgotten by now. */
  lines(now: number): Generator<string>
}

export function createLedgerState(onFault: (error: unknown) => void): LedgerState {
  const blocks = createBlockState()
  const identities = new Map<string, string>()
  const pictures = new Map<string, PictureLine>()
  const notices = new Map<string, NoticeLine>()
  const strange: string[] = []

  function apply(line: JournalLine): void {
    switch (line.kind) {
      case 'block':
      case 'mark':
        return void blocks.apply(line)
      case 'identity':
        return void identities.set(line.name, line.value)
      case 'picture':
        return void pictures.set(line.picture.id, line)
      case 'picture-removed':
        return void pictures.set(line.id, line)
      case 'notice': {
        const known = notices.get(line.notice.id)
        if (known === undefined || known.revision <= line.revision)
          notices.set(line.notice.id, line)
      }
    }
  }

  return {
    ...{ blocks, identities, pictures, notices },
    take(text) {
      try {
        apply(parseJournalLine(text))
      } catch (error) {
        onFault(error) // torn by a crash: the other lines are still good
        if (isJson(text)) strange.push(text)
      }
    },
    *lines(now) {
      const shared = [...identities].map(([name, value]) => ({ kind: 'identity', name, value }))
      const kept = [...notices.values()].filter((line) => isKept(line, now))
      for (const line of [...shared, ...pictures.values(), ...kept]) yield JSON.stringify(line)
      for (const line of blocks.lines()) yield JSON.stringify(line)
      yield* strange // a newer version may read it
    },
  }
}

function isKept({ notice: { closed } }: NoticeLine, now: number): boolean {
  return closed === undefined || closed.at > now - NOTICE_LIMITS.closedMs
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const KIND = /^\{"kind":"(block|mark|identity|picture|notice)/
const NAMES = {
  block: /"domain":"([^"]*)"/,
  mark: /"domain":"([^"]*)"/,
  identity: /"name":"([^"]*)"/,
  picture: /"id":"([^"]*)"/,
  notice: /"id":"([^"]*)"/,
} as const satisfies Record<string, RegExp>

/** What an unparsed line is about: a later one of the same overtakes it. Quotes in what strangers wrote are escaped. */
export function keyOf(text: string): string | undefined {
  const kind = KIND.exec(text)?.[1] as keyof typeof NAMES | undefined
  const name = kind && NAMES[kind].exec(text)?.[1]
  return name === undefined ? undefined : `${kind} ${name}`
}
