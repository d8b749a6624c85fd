// Takes blocks of somebody else's list: never over a lifting, a protected domain or our own.
import type { Blocks } from '../blocks.ts'
import type { Block } from '../store/store.ts'
import { type Admission, whyNotAdmitted } from './admission.ts'
import { addOne, type Tally } from './tally.ts'

export interface Wish {
  readonly domain: string
  readonly scope: Block['scope']
  readonly reason: string
  readonly note?: string | undefined
}

export interface ImportOptions extends Admission {
  readonly blocks: Pick<Blocks, 'add' | 'details' | 'mark'>
  /** `list:<name>` */
  readonly by: string
  /** Says what would be done and does nothing. */
  readonly isDryRun: boolean
  /** Blocks what the operator has lifted, too. */
  readonly isEvenLifted: boolean
  readonly now: () => number
  readonly newId: () => string
}

/** One after another, so that a long list waits its turn between deliveries. What was done stands in `tally` at any time. */
export async function importBlocks(
  wishes: readonly Wish[],
  options: ImportOptions,
  tally: Tally,
): Promise<void> {
  for (const wish of wishes) await importOne(wish, options, tally)
}

async function importOne(wish: Wish, options: ImportOptions, tally: Tally): Promise<void> {
  const { blocks, by, now } = options
  const { domain, scope, reason, note } = wish
  const why = whyNotAdmitted({ domain, scope, by }, options)
  if (why !== undefined) return void tally.refused.push({ domain, why })
  if (await blocks.details(domain)) return void tally.existed++
  const mark = await blocks.mark(domain)
  if (mark && !options.isEvenLifted) {
    const day = new Date(mark.at).toISOString().slice(0, 10)
    return void tally.refused.push({ domain, why: `${domain} was lifted on ${day}.` })
  }
  if (options.isDryRun) return void tally.added.push(domain)
  const told = { by, reason, offences: [], ...(note !== undefined && { note }) }
  const block = { id: options.newId(), domain, scope, since: now(), ...told }
  await addOne({ block, evidenceAt: now() + 1 }, blocks, tally)
}
