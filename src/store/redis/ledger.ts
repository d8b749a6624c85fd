// What this machine could not give back to an emptied Redis from the mirror: evidence, marks, notices, known pictures, shared values.
import { join } from 'node:path'
import { type BlockState, createBlockState } from '../block-state.ts'
import { appendDurably, isMissing, readLines } from '../durable.ts'
import {
  type JournalLine,
  type NoticeLine,
  type PictureLine,
  parseJournalLine,
} from '../journal-line.ts'

export interface Ledger {
  /** Never rejects: a line that cannot be written is counted, the store has it. */
  note(line: JournalLine): Promise<void>
  read(): Promise<{
    readonly filed: BlockState['filed']
    readonly marks: BlockState['marks']
    readonly identities: ReadonlyMap<string, string>
  }>
  /** What was noted of pictures, in that order. */
  pictures(): Promise<readonly PictureLine[]>
  /** What was noted of notices, in that order. */
  notices(): Promise<readonly NoticeLine[]>
}

/** Without a folder nothing is noted. */
export function openLedger(
  folder: string | undefined,
  onFault: (what: string, error: unknown) => void,
): Ledger {
  const file = folder === undefined ? undefined : join(folder, 'redis-ledger.ndjson')
  return {
    async note(line) {
      if (file === undefined) return
      await appendDurably(file, JSON.stringify(line)).catch((error: unknown) =>
        onFault('ledger', error),
      )
    },
    async read() {
      const state = createBlockState()
      const identities = new Map<string, string>()
      for await (const line of lines((text) => !APART.test(text))) {
        if (line.kind === 'identity') identities.set(line.name, line.value)
        else if (line.kind === 'block' || line.kind === 'mark') state.apply(line)
      }
      return { filed: state.filed, marks: state.marks, identities }
    },
    async pictures() {
      const found: PictureLine[] = []
      for await (const line of lines((text) => text.startsWith(PICTURE))) {
        if (line.kind === 'picture' || line.kind === 'picture-removed') found.push(line)
      }
      return found
    },
    async notices() {
      const found: NoticeLine[] = []
      for await (const line of lines((text) => text.startsWith(NOTICE))) {
        if (line.kind === 'notice') found.push(line)
      }
      return found
    },
  }

  async function* lines(isMeant: (text: string) => boolean): AsyncGenerator<JournalLine> {
    for await (const text of linesOf(file)) {
      const line = isMeant(text) ? parse(text) : undefined
      if (line !== undefined) yield line
    }
  }

  function parse(text: string): JournalLine | undefined {
    try {
      return parseJournalLine(text)
    } catch (error) {
      onFault('ledger', error) // torn by a crash: the other lines are still good
      return undefined
    }
  }
}

/** Such lines are picked out unparsed: a ledger may be long, and these are read at every start. */
const PICTURE = '{"kind":"picture'
const NOTICE = '{"kind":"notice"'
const APART = /^\{"kind":"(?:picture|notice)/

async function* linesOf(file: string | undefined): AsyncGenerator<string> {
  if (file === undefined) return
  try {
    for await (const lines of readLines(file)) yield* lines.filter((line) => line !== '')
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}
