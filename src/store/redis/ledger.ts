// What this machine could not give back to an emptied Redis from the mirror: evidence, marks, notices, known pictures, shared values.
import type { BlockState } from '../block-state.ts'
import type { JournalLine, NoticeLine, PictureLine } from '../journal-line.ts'
import { type LedgerFile, openLedgerFile } from './ledger-file.ts'
import { createLedgerState, keyOf } from './ledger-state.ts'

export interface Ledger {
  /** Never rejects: a line that cannot be written is counted, the store has it. */
  note(line: JournalLine): Promise<void>
  read(): Promise<{
    readonly filed: BlockState['filed']
    readonly marks: BlockState['marks']
    readonly identities: ReadonlyMap<string, string>
  }>
  /** Of each picture what was noted last. */
  pictures(): Promise<readonly PictureLine[]>
  /** Of each notice its last state. */
  notices(): Promise<readonly NoticeLine[]>
  /** Writes the file anew where more than half of it is overtaken. Never rejects; whoever reads waits for it. */
  tidy(): Promise<void>
}

export interface LedgerOptions {
  /** Without a folder nothing is noted. */
  readonly folder: string | undefined
  readonly now: () => number
  readonly onFault: (what: string, error: unknown) => void
}

export function openLedger({ folder, now, onFault }: LedgerOptions): Ledger {
  const file = folder === undefined ? undefined : openLedgerFile(folder)
  let tidied = Promise.resolve()
  const told = (error: unknown) => onFault('ledger', error)

  async function stateOf(isMeant: (text: string) => boolean, to?: number) {
    const state = createLedgerState(told)
    for await (const { text } of file?.lines(to) ?? []) if (isMeant(text)) state.take(text)
    return state
  }

  return {
    async note(line) {
      await file?.append(JSON.stringify(line)).catch(told)
    },
    async read() {
      await tidied
      const { blocks, identities } = await stateOf((text) => !APART.test(text))
      return { filed: blocks.filed, marks: blocks.marks, identities }
    },
    async pictures() {
      await tidied
      const { pictures } = await stateOf((text) => text.startsWith(PICTURE))
      return [...pictures.values()]
    },
    async notices() {
      await tidied
      const { notices } = await stateOf((text) => text.startsWith(NOTICE))
      return [...notices.values()]
    },
    tidy() {
      tidied = tidied.then(() => file?.rewrite(() => overtaken(file))).catch(told)
      return tidied
    },
  }

  async function overtaken(file: LedgerFile) {
    const { count, keys, end } = await survey(file)
    if ((count - keys) * 2 <= count) return undefined
    const state = await stateOf(() => true, end)
    return { end, lines: state.lines(now()) }
  }
}

/** Such lines are picked out unparsed: a ledger may be long, and these are read at every start. */
const PICTURE = '{"kind":"picture'
const NOTICE = '{"kind":"notice"'
const APART = /^\{"kind":"(?:picture|notice)/

/** Unparsed, too. */
async function survey(file: LedgerFile) {
  const keys = new Set<string>()
  let [count, last] = [0, 0]
  for await (const { text, end } of file.lines()) {
    last = end
    keys.add(keyOf(text) ?? `line ${count}`)
    count++
  }
  return { count, keys: keys.size, end: last }
}
