// The block list of one process: in memory, every change in the journal first.
import { type BlockState, type FiledBlock, isMarked } from '../block-state.ts'
import { checkBlock, newOffences } from '../limits.ts'
import type { Block, BlockChange, BlockEntry, BlockStore } from '../store.ts'
import type { Journal } from './journal.ts'

const VERSION = 'journal' // the journal is the only copy: its history never changes behind our back

export function embeddedBlocks(state: BlockState, journal: Journal): BlockStore {
  const watchers: ((change: BlockChange, version: string) => void)[] = []
  const tell = (change: BlockChange): void => {
    for (const watcher of watchers) watcher(change, VERSION)
  }
  const { filed, marks } = state

  return {
    async all() {
      return [...filed.values()].map(({ block }) => entryOf(block))
    },
    async load({ each }) {
      for (const { block } of filed.values()) each(entryOf(block))
      return { kind: 'whole', version: VERSION }
    },
    restore: async () => VERSION,
    async add(addition) {
      checkBlock(addition.block)
      const { block, evidenceAt } = addition
      if (isMarked(marks.get(block.domain), evidenceAt)) return 'marked'
      const known = filed.get(block.domain)?.block
      if (known && newOffences(known.offences, block.offences).length === 0) return 'existed'
      const line = { kind: 'block', block, evidenceAt } as const
      await journal.append(line)
      const outcome = state.apply(line)
      if (outcome === 'added') tell({ kind: 'added', entry: entryOf(block) })
      return outcome === 'added' || outcome === 'marked' ? outcome : 'existed'
    },
    async remove(mark) {
      const line = { kind: 'mark', mark } as const
      await journal.append(line)
      const removed = state.apply(line) === 'removed'
      if (removed) tell({ kind: 'removed', domain: mark.domain })
      return removed
    },
    find: async (domain) => filed.get(domain)?.block,
    mark: async (domain) => marks.get(domain),
    marks: async () => [...marks.values()],
    page: async (page) => pageOf(state.ordered(), page),
    async watch(onChange) {
      watchers.push(onChange)
    },
  }
}

function pageOf(
  ordered: readonly FiledBlock[],
  { limit, after }: { readonly limit: number; readonly after?: string },
): { blocks: Block[]; total: number; next?: string } {
  const end = after === undefined ? ordered.length : countBefore(ordered, Number(after))
  const shown = ordered.slice(Math.max(0, end - limit), end).reverse()
  const last = shown.at(-1)
  return {
    blocks: shown.map(({ block }) => block),
    total: ordered.length,
    ...(last !== undefined && end > limit && { next: String(last.place) }),
  }
}

function countBefore(ordered: readonly FiledBlock[], place: number): number {
  let [low, high] = [0, ordered.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ordered[middle]!.place < place) low = middle + 1
    else high = middle
  }
  return low
}

function entryOf({ id, domain, scope, by }: Block): BlockEntry {
  return { id, domain, scope, by }
}
