// A notice that was not dealt with ends in the block that it had put off, within the guards of every block.
import type { Blocks } from '../blocks.ts'
import { isWithin } from '../domains.ts'
import type { OffencePolicy } from '../offence.ts'
import { scopeOf, shieldOf } from '../shield.ts'
import type { Notice, NoticeStore } from '../store/notice-store.ts'
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
  readonly blocks: Pick<Blocks, 'add' | 'find'>
  readonly offences: Pick<OffenceStore, 'takeBlockPlace'>
  readonly notices: Pick<NoticeStore, 'ofDomain'>
  readonly policy: () => OffencePolicy
  readonly now: () => number
  readonly newId: () => string
}

export function condemnWith(context: CondemnContext): Condemn {
  return async (notice) => {
    const { domain, neverBlocks, why } = notice
    if (neverBlocks) return spared(why)
    const excuse = excuseOf(domain, context.policy()) ?? (await tooFew(notice, context))
    if (excuse !== undefined) return spared(excuse)
    if (!(await hasPlace(domain, context))) return { status: 'later' }
    return block(notice, context)
  }
}

async function block(
  { domain, offences }: Notice,
  { blocks, policy, now, newId }: CondemnContext,
): Promise<Condemned> {
  const [first] = offences
  if (!first) return spared('nothing is held against it')
  const held = offences.map(({ isPublic: _, ...offence }) => offence)
  const scope = scopeOf(domain, policy())
  const block = { id: newId(), domain, scope, since: now(), ...causeOf(first), offences: held }
  const evidenceAt = Math.max(...held.map(({ at }) => at))
  const added = await blocks.add({ block, evidenceAt })
  return added === 'marked' ? spared('lifted by the operator') : { status: 'blocked' }
}

/** By the domain: its other notices, and another process that comes to the same, take no second place. */
async function hasPlace(domain: string, context: CondemnContext): Promise<boolean> {
  const { blocks, offences, policy, now } = context
  if (blocks.find(domain)) return true
  return offences.takeBlockPlace({ id: domain, at: now(), limit: policy().maxPerHour })
}

const COUNTED_MS = 7 * 86_400_000
const MAX_OF_DOMAIN = 200

/** Distinct authors whom their server left alone, or has not dealt with yet. */
async function tooFew(
  { domain, author }: Notice,
  { notices, policy, now }: CondemnContext,
): Promise<string | undefined> {
  const { minActors } = policy()
  if (minActors <= 1) return undefined
  const given = await notices.ofDomain(domain, MAX_OF_DOMAIN)
  const left = given.filter(({ openedAt, closed }) => {
    const isLeft = !closed || closed.how === 'not-dealt-with' || closed.how === 'blocked'
    return isLeft && now() - openedAt < COUNTED_MS
  })
  const authors = new Set([author, ...left.map((each) => each.author)])
  return authors.size < minActors ? `too few authors: ${authors.size} of ${minActors}` : undefined
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
