// The whole block list, page by page.
import { setImmediate as othersFirst } from 'node:timers/promises'
import type { Block, BlockStore } from '../store/store.ts'

const PAGE = 1_000

/** Last added first. Between two pages whatever else waits has its turn. */
export async function* everyBlock({ page }: Pick<BlockStore, 'page'>): AsyncGenerator<Block> {
  for (let after: string | undefined; ; ) {
    const shown = await page({ limit: PAGE, ...(after !== undefined && { after }) })
    yield* shown.blocks
    after = shown.next
    if (after === undefined) return
    await othersFirst()
  }
}
