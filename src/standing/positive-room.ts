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
  readonly blocks: Pick<Blocks, 'add' | 'remove' | 'find' | 'entries'>
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
  const past = (await domains.past(domain)) ?? { followed: 0 }
  const theCase = { domain, description, past, isBlocked }
  const decision = judgePositiveList({ ...theCase, policy: { ...policy, positiveList } })
  await carryOut(domain, decision, { ...setup, watch })
}

async function carryOut(
  domain: string,
  decision: ListDecision,
  setup: PositiveSetup & { readonly watch: PositiveWatch },
): Promise<void> {
  const { blocks, log, now, watch } = setup
  switch (decision.kind) {
    case 'block':
      await block(domain, decision.evidence, setup)
      return watch.keep(domain)
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

async function block(domain: string, evidence: string, setup: PositiveSetup): Promise<void> {
  const { blocks, policy, offences, log, now, newId } = setup
  if (policy.dryRun) return log.info({ domain, evidence }, 'would be blocked for its positive list')
  const at = now()
  const place = { id: `${BY} ${domain}`, at, limit: policy.maxPerHour }
  // Looked at again next week: it has stood there for long.
  if (!(await offences.takeBlockPlace(place))) return
  const reason = `federates by a positive list: ${evidence}`
  const told = { id: newId(), domain, scope: 'subtree' as const, since: at, by: BY, reason }
  await blocks.add({ block: { ...told, offences: [] }, evidenceAt: at })
  log.info({ domain, evidence }, 'a server is blocked for its positive list')
}
