// What journal lines add up to: the list of blocks and the marks, without any disk.
import type { JournalLine } from './journal-line.ts'
import { inOrder, newOffences } from './limits.ts'
import type { BlockAddition, Mark } from './store.ts'

export interface FiledBlock extends BlockAddition {
  readonly place: number
}

type Outcome = 'added' | 'existed' | 'marked' | 'removed' | 'missing'

/** The list as it stands, without the disk. */
export interface BlockState {
  apply(line: Extract<JournalLine, { kind: 'block' | 'mark' }>): Outcome
  /** What rebuilds this state when applied in order. */
  lines(): Generator<JournalLine>
  readonly filed: ReadonlyMap<string, FiledBlock>
  /** By place, first added first; another array after each change. */
  ordered(): readonly FiledBlock[]
  readonly marks: ReadonlyMap<string, Mark>
}

export function createBlockState(): BlockState {
  const filed = new Map<string, FiledBlock>()
  const marks = new Map<string, Mark>()
  let places = 0
  let ordered: readonly FiledBlock[] | undefined // whoever reads page by page must not sort the list for each

  function add({ block, evidenceAt }: BlockAddition): Outcome {
    if (isMarked(marks.get(block.domain), evidenceAt)) return 'marked'
    const known = filed.get(block.domain)
    if (known === undefined) {
      const offences = inOrder(newOffences([], block.offences))
      filed.set(block.domain, { block: { ...block, offences }, evidenceAt, place: places++ })
      return 'added'
    }
    const more = newOffences(known.block.offences, block.offences)
    const offences = inOrder([...known.block.offences, ...more])
    filed.set(block.domain, { ...known, block: { ...known.block, offences } })
    return 'existed'
  }

  function remove(mark: Mark): Outcome {
    if ((marks.get(mark.domain)?.at ?? 0) <= mark.at) marks.set(mark.domain, mark)
    return filed.delete(mark.domain) ? 'removed' : 'missing'
  }

  return {
    filed,
    marks,
    ordered() {
      ordered ??= [...filed.values()]
      return ordered
    },
    apply(line) {
      ordered = undefined
      return line.kind === 'block' ? add(line) : remove(line.mark)
    },
    *lines() {
      for (const mark of marks.values()) yield { kind: 'mark', mark }
      for (const { block, evidenceAt } of filed.values()) yield { kind: 'block', block, evidenceAt }
    },
  }
}

export function isMarked(mark: Mark | undefined, evidenceAt: number): boolean {
  return mark !== undefined && evidenceAt < mark.at
}
