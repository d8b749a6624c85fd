// What this machine could not give back to an emptied Redis from the mirror: evidence, marks, shared values.
import { join } from 'node:path'
import { type BlockState, createBlockState } from '../block-state.ts'
import { appendDurably, isMissing, readLines } from '../durable.ts'
import { type JournalLine, parseJournalLine } from '../journal-line.ts'

export interface Ledger {
  /** Never rejects: a line that cannot be written is counted, the store has it. */
  note(line: JournalLine): Promise<void>
  read(): Promise<{
    readonly filed: BlockState['filed']
    readonly marks: BlockState['marks']
    readonly identities: ReadonlyMap<string, string>
  }>
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
      const take = (line: JournalLine): void => {
        if (line.kind === 'identity') identities.set(line.name, line.value)
        else state.apply(line)
      }
      for await (const text of linesOf(file)) {
        try {
          take(parseJournalLine(text))
        } catch (error) {
          onFault('ledger', error) // torn by a crash: the other lines are still good
        }
      }
      return { filed: state.filed, marks: state.marks, identities }
    },
  }
}

async function* linesOf(file: string | undefined): AsyncGenerator<string> {
  if (file === undefined) return
  try {
    for await (const lines of readLines(file)) yield* lines.filter((line) => line !== '')
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}
