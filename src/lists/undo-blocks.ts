// Lifts what one maker has blocked within a time: a rule that went wrong, a list that should not have come in.
import type { Blocks } from '../blocks.ts'
import { everyBlock } from './every-block.ts'

export interface UndoWish {
  /** `rule:<name>`, `list:<name>`, `positive-list` or `operator`. */
  readonly by: string
  /** Epoch milliseconds, both included. */
  readonly since: number
  readonly until: number
  readonly why: string | undefined
  readonly isDryRun: boolean
}

const AT_ONCE = 50 // liftings on their way: they share one fsync

interface UndoOptions {
  readonly blocks: Pick<Blocks, 'page' | 'remove'>
  readonly now: () => number
  /** Told of each domain that was, or would be, lifted. */
  readonly onLifted: (domain: string) => void
}

/** Throws when some could not be lifted; those that were have been told. */
export async function undoBlocks(wish: UndoWish, options: UndoOptions): Promise<void> {
  const found = await meantBy(wish, options)
  if (wish.isDryRun) return found.forEach(options.onLifted)
  for (let at = 0; at < found.length; at += AT_ONCE) {
    await liftAll(found.slice(at, at + AT_ONCE), wish, options)
  }
}

async function meantBy(
  { by, since, until }: UndoWish,
  { blocks }: UndoOptions,
): Promise<readonly string[]> {
  const found: string[] = []
  for await (const block of everyBlock(blocks)) {
    const isMeant = block.by === by && block.since >= since
    if (isMeant && block.since <= until) found.push(block.domain)
  }
  return found
}

async function liftAll(
  domains: readonly string[],
  { why }: UndoWish,
  { blocks, now, onLifted }: UndoOptions,
): Promise<void> {
  const told = { by: 'operator', ...(why !== undefined && { why }) }
  const lifted = await Promise.allSettled(
    domains.map(async (domain) => {
      if (await blocks.remove({ domain, at: now(), ...told })) onLifted(domain)
    }),
  )
  const fault = lifted.find((each) => each.status === 'rejected')
  if (fault) throw new Error('some blocks could not be lifted', { cause: fault.reason })
}
