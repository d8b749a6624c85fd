// A notice that was not dealt with ends in the block that it had put off, within the guards of every block.
import type { Blocks } from '../blocks.ts'
import { isWithin } from '../domains.ts'
import { type OffencePolicy, scopeOf, shieldOf } from '../offence.ts'
import type { Notice } from '../store/notice-store.ts'
import type { OffenceStore } from '../store/offence-store.ts'
import { causeOf } from './notices.ts'

export type Condemned =
  | { readonly status: 'blocked' }
  /** Why there is no block all the same. */
  | { readonly status: 'spared'; readonly why: string }
  /** Too many blocks were made within the hour. */
  | { readonly status: 'later' }

export type Condemn = (notice: Notice) => Promise<Condemned>

export interface CondemnContext {
  readonly blocks: Pick<Blocks, 'add'>
  readonly offences: Pick<OffenceStore, 'takeBlockPlace'>
  readonly policy: () => OffencePolicy
  readonly now: () => number
  readonly newId: () => string
}

export function condemnWith({ blocks, offences, policy, now, newId }: CondemnContext): Condemn {
  return async ({ id, domain, offences: found, neverBlocks, why }) => {
    const [first] = found
    if (neverBlocks) return spared(why)
    if (!first) return spared('nothing is held against it')
    const excuse = excuseOf(domain, policy())
    if (excuse !== undefined) return spared(excuse)
    const { maxPerHour } = policy()
    // By the notice: another process that comes to the same takes no second place.
    const hasPlace = await offences.takeBlockPlace({ id, at: now(), limit: maxPerHour })
    if (!hasPlace) return { status: 'later' }
    const held = found.map(({ isPublic: _, ...offence }) => offence)
    const scope = scopeOf(domain, policy())
    const block = { id: newId(), domain, scope, since: now(), ...causeOf(first), offences: held }
    const evidenceAt = Math.max(...held.map(({ at }) => at))
    const added = await blocks.add({ block, evidenceAt })
    return added === 'marked' ? spared('lifted by the operator') : { status: 'blocked' }
  }
}

/** What the operator has said since the notice was given. */
function excuseOf(domain: string, policy: OffencePolicy): string | undefined {
  const { dryRun, trusted } = policy
  if (trusted.some((name) => isWithin(domain, name))) return 'trusted by the operator'
  const dry = dryRun ? `dry-run: ${domain} would have been blocked` : undefined
  return shieldOf(domain, policy) ?? dry
}

function spared(why: string): Condemned {
  return { status: 'spared', why }
}
