// Takes blocks of somebody else's list: never over a lifting, a protected domain or our own.
import type { Blocks } from '../blocks.ts'
import { isWithin } from '../domains.ts'
import type { Block } from '../store/store.ts'
import { unblockable } from '../unblockable.ts'

export interface Wish {
  readonly domain: string
  readonly scope: Block['scope']
  readonly reason: string
  readonly note?: string | undefined
}

export interface ImportOptions {
  readonly blocks: Pick<Blocks, 'add' | 'details' | 'mark'>
  /** The instance's domain and aliases. */
  readonly own: readonly string[]
  readonly protectedDomains: readonly string[]
  /** `list:<name>` */
  readonly by: string
  /** Says what would be done and does nothing. */
  readonly isDryRun: boolean
  /** Blocks what the operator has lifted, too. */
  readonly isEvenLifted: boolean
  readonly now: () => number
  readonly newId: () => string
}

export interface Imported {
  readonly added: number
  readonly existed: number
  readonly refused: readonly { readonly domain: string; readonly why: string }[]
}

/** One after another, so that a long list waits its turn between deliveries. */
export async function importBlocks(
  wishes: readonly Wish[],
  options: ImportOptions,
): Promise<Imported> {
  const refused: { domain: string; why: string }[] = []
  let added = 0
  let existed = 0
  for (const wish of wishes) {
    const outcome = await importOne(wish, options)
    if (outcome === 'added') added++
    else if (outcome === 'existed') existed++
    else refused.push({ domain: wish.domain, why: outcome.why })
  }
  return { added, existed, refused }
}

type Outcome = 'added' | 'existed' | { readonly why: string }

async function importOne(wish: Wish, options: ImportOptions): Promise<Outcome> {
  const { blocks, by, now } = options
  const { domain, scope, reason, note } = wish
  const why = whyNot(wish, options)
  if (why !== undefined) return { why }
  if (await blocks.details(domain)) return 'existed'
  const mark = await blocks.mark(domain)
  if (mark && !options.isEvenLifted) {
    return { why: `${domain} was lifted on ${new Date(mark.at).toISOString().slice(0, 10)}.` }
  }
  if (options.isDryRun) return 'added'
  const told = { by, reason, offences: [], ...(note !== undefined && { note }) }
  const block = { id: options.newId(), domain, scope, since: now(), ...told }
  const status = await blocks.add({ block, evidenceAt: now() + 1 })
  return status === 'existed' ? 'existed' : 'added'
}

function whyNot({ domain, scope }: Wish, { own, protectedDomains }: ImportOptions) {
  const kept = protectedDomains.find((each) => isWithin(domain, each) || isWithin(each, domain))
  if (kept !== undefined) return `${domain} is kept by blocks.protected (${kept}).`
  return unblockable(domain, scope, own)
}
