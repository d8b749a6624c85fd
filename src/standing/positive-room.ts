// Servers that federate by a positive list, found, held against them or not, and let go when the list is gone.
import { setImmediate as breathe } from 'node:timers/promises'
import type { Blocks } from '../blocks.ts'
import type { Config } from '../config.ts'
import type { Log } from '../log.ts'
import type { OffencePolicy } from '../offence.ts'
import type { KnownDomains } from '../store/known-domains.ts'
import type { OffenceStore } from '../store/offence-store.ts'
import type { Description, Descriptions } from './description.ts'
import { judgePositiveList, type ListDecision } from './positive-lists.ts'
import { openPositiveWatch, type PositiveWatch } from './positive-watch.ts'

export interface PositiveSetup {
  readonly positiveList: Config['standing']['positiveList']
  readonly policy: OffencePolicy
  readonly blocks: Pick<Blocks, 'add' | 'remove' | 'find' | 'entries' | 'mark'>
  readonly offences: Pick<OffenceStore, 'takeBlockPlace'>
  readonly domains: Pick<KnownDomains, 'past'>
  readonly descriptions: Pick<Descriptions, 'describe'>
  readonly now: () => number
  readonly newId: () => string
  readonly log: Log
  readonly onFault: (what: string) => void
  readonly paceMs?: number
}

export interface PositiveRoom {
  /** After each proved delivery; cheap. */
  seen(domain: string): void
  close(): void
}

const BY = 'positive-list'
const BREATH = 5_000 // entries between two turns of the event loop

export function openPositiveLists(setup: PositiveSetup): PositiveRoom {
  let isOpen = true
  const watch = openPositiveWatch({
    ...setup,
    onFound: async (domain, description) => decide({ domain, description }, setup, watch),
  })
  keepBlocked(setup, watch, () => isOpen).catch((cause) => {
    setup.log.error({ err: cause }, 'the blocks by positive list could not be gone through')
  })
  return {
    seen: watch.seen,
    close() {
      isOpen = false
      watch.close()
    },
  }
}

/** They prove nothing any more that would have them looked at. */
async function keepBlocked(
  { blocks }: PositiveSetup,
  watch: PositiveWatch,
  isOpen: () => boolean,
): Promise<void> {
  let count = 0
  for (const { domain, by } of blocks.entries()) {
    if (!isOpen()) return
    if (by === BY) watch.keep(domain)
    if (++count % BREATH === 0) await breathe()
  }
}

interface Found {
  readonly domain: string
  readonly description: Description
}

async function decide(found: Found, setup: PositiveSetup, watch: PositiveWatch): Promise<void> {
  const { domain, description } = found
  const { blocks, policy, positiveList, domains } = setup
  const entry = blocks.find(domain)
  const isBlocked = entry?.domain === domain && entry.by === BY
  if (entry && !isBlocked) return
  const past = await domains.past(domain)
  // Ours may follow people there.
  if (!past) return watch.again(domain)
  const theCase = { domain, description, past, isBlocked }
  const decision = judgePositiveList({ ...theCase, policy: { ...policy, positiveList } })
  await carryOut(domain, decision, { ...setup, watch })
}

interface Carrying extends PositiveSetup {
  readonly watch: PositiveWatch
}

async function carryOut(domain: string, decision: ListDecision, setup: Carrying): Promise<void> {
  const { blocks, log, now, watch } = setup
  switch (decision.kind) {
    case 'block':
      return block(domain, decision.evidence, setup)
    case 'report':
      return log.warn({ domain, evidence: decision.evidence }, 'a server has a positive list')
    case 'lift':
      await blocks.remove({ domain, at: now(), by: BY, why: decision.why })
      log.info({ domain, why: decision.why }, 'a block for a positive list is lifted')
      return watch.drop(domain)
    case 'nothing':
      return
  }
}

async function block(domain: string, evidence: string, setup: Carrying): Promise<void> {
  const { policy, offences, log, now, watch } = setup
  const at = now()
  if (await isLifted(domain, setup)) return leave(domain, setup)
  watch.keep(domain)
  if (policy.dryRun) return log.info({ domain, evidence }, 'would be blocked for its positive list')
  const place = { id: `${BY} ${domain}`, at, limit: policy.maxPerHour }
  // Looked at again next week: it has stood there for long.
  if (!(await offences.takeBlockPlace(place))) return
  const reason = `federates by a positive list: ${evidence}`
  const told = { id: setup.newId(), domain, scope: 'subtree' as const, since: at, by: BY, reason }
  const added = await setup.blocks.add({ block: { ...told, offences: [] }, evidenceAt: at })
  if (added === 'marked') return leave(domain, setup)
  log.info({ domain, evidence }, 'a server is blocked for its positive list')
}

/** What somebody lifted stays lifted, also while the list stands; what we lifted ourselves was for a list that was gone. */
async function isLifted(domain: string, { blocks }: Carrying): Promise<boolean> {
  const mark = await blocks.mark(domain)
  return mark !== undefined && mark.by !== BY
}

function leave(domain: string, { log, watch }: Carrying): void {
  watch.drop(domain)
  log.info({ domain }, 'a server has a positive list, but its block was lifted: it is left alone')
}
