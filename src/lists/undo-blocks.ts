// Lifts what one maker has blocked within a time: a rule that went wrong, a list that should not have come in.
import type { Blocks } from '../blocks.ts'
import type { Block } from '../store/store.ts'

export interface UndoWish {
  /** `rule:<name>`, `list:<name>`, `positive-list`, `operator`; all when undefined. */
  readonly by: string | undefined
  /** Epoch milliseconds, both included. */
  readonly since: number
  readonly until: number
  readonly why: string | undefined
  readonly isDryRun: boolean
}

const PAGE = 1_000
const AT_ONCE = 50 // liftings on their way: they share one fsync

/** The blocks that were, or would be, lifted. */
export async function undoBlocks(
  { by, since, until, why, isDryRun }: UndoWish,
  { blocks, now }: { readonly blocks: Pick<Blocks, 'page' | 'remove'>; readonly now: () => number },
): Promise<readonly Block[]> {
  const found: Block[] = []
  for await (const block of everyBlock(blocks)) {
    const isMeant = (by === undefined || block.by === by) && block.since >= since
    if (isMeant && block.since <= until) found.push(block)
  }
  if (isDryRun) return found
  const told = { by: 'operator', ...(why !== undefined && { why }) }
  for (let at = 0; at < found.length; at += AT_ONCE) {
    const batch = found.slice(at, at + AT_ONCE)
    await Promise.all(batch.map(({ domain }) => blocks.remove({ domain, at: now(), ...told })))
  }
  return found
}

/** Last added first. */
export async function* everyBlock({ page }: Pick<Blocks, 'page'>): AsyncGenerator<Block> {
  for (let after: string | undefined; ; ) {
    const shown = await page({ limit: PAGE, ...(after !== undefined && { after }) })
    yield* shown.blocks
    after = shown.next
    if (after === undefined) return
  }
}
