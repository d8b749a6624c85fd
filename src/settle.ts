// From a finding to its consequence: offences are held against the proved.
import type { Delivery } from './delivery.ts'
import type { Exhibit } from './evidence.ts'
import type { Finding, Grounds } from './finding.ts'
import { withGrace, wouldFollow } from './grace.ts'
import {
  AUTHORS_MS,
  applyGuards,
  type BlockDecision,
  CLAIM_MS,
  judgeOffence,
  type OffenceDecision,
} from './offence.ts'
import type { Judgement } from './record.ts'
import type { Relay } from './relay.ts'
import type { Opening as NoticeOpening } from './standing/notices.ts'
import { OWN_WORK_MS } from './suspect.ts'
import { within } from './within.ts'

/** Nothing follows; the verdict says what would have. */
export async function observe(
  { grounds = [], ...judgement }: Finding,
  delivery: Delivery,
  relay: Relay,
): Promise<Judgement> {
  const decided = await Promise.all(
    grounds.map((each) => decide({ grounds: each, delivery }, judgement, relay)),
  )
  const would = decided.flatMap(({ decision }) => wouldFollow(decision))
  return { ...judgement, notes: [...judgement.notes, 'observe', ...would] }
}

/** Blocks and notices are written before the sender gets its answer. */
export async function punish(
  finding: Finding,
  delivery: Delivery,
  relay: Relay,
): Promise<Judgement> {
  if (finding.action !== 'drop') return finding
  const { grounds = [], ...judgement } = finding
  let punished: Judgement = judgement
  for (const each of grounds)
    punished = await punishFor({ grounds: each, delivery }, punished, relay)
  return punished
}

interface Charge {
  readonly grounds: Grounds
  readonly delivery: Delivery
}

async function punishFor(charge: Charge, judgement: Judgement, relay: Relay): Promise<Judgement> {
  const { decision, neverBlocks } = await decide(charge, judgement, relay)
  if (decision.kind === 'nothing') return withNote(judgement, 'nothing', decision)
  const { grounds, delivery } = charge
  // Of an id that was cut off a 404 says nothing.
  const isPublic = grounds.facts.isPublic && decision.offence.object === grounds.facts.postId
  const { settled, led } =
    decision.kind === 'block'
      ? await block(decision, judgement, relay)
      : await giveNotice({ ...decision, isPublic, ...neverBlocks }, judgement, relay)
  // The same post again proves nothing more, and would push out what does.
  if (led !== 'counted') {
    await keepEvidence({ delivery, grounds, keyId: judgement.keyId, led }, relay)
  }
  return settled
}

interface Decided {
  readonly decision: OffenceDecision
  /** Of a notice that no block is to follow, whatever becomes of it. */
  readonly neverBlocks?: { readonly neverBlocks: true }
}

/** What a server says of itself is asked for before it is blocked for the first time. */
const ASKING_MS = 1_500

async function decide(
  { grounds, delivery }: Charge,
  { action, keyId }: Pick<Judgement, 'action' | 'keyId'>,
  { offencePolicy: policy, standing, now }: Relay,
): Promise<Decided> {
  const decision = judgeOffence({ action, keyId, ...grounds, policy, now: now() })
  if (decision.kind === 'notice') return { decision, neverBlocks: { neverBlocks: true } }
  const standingOf = (domain: string) =>
    standing.of(domain, Math.min(ASKING_MS, OWN_WORK_MS - (now() - delivery.receivedAt)))
  return { decision: await withGrace(decision, { standingOf, policy }) }
}

/** As long as a sender may wait for it; a store that hangs keeps it later, or not. */
const EVIDENCE_MS = 500

/** What cannot be kept is told and counted: the punishment stands. */
async function keepEvidence(exhibit: Exhibit, relay: Relay): Promise<void> {
  const kept = relay.keepEvidence(exhibit).catch((cause) => {
    relay.metrics.failedOpen('evidence')
    relay.reportFault('evidence could not be kept', cause)
  })
  await within(EVIDENCE_MS, kept)
}

interface Settled {
  readonly settled: Judgement
  readonly led: Exhibit['led'] | 'counted'
}

async function giveNotice(
  opening: NoticeOpening,
  judgement: Judgement,
  { standing, offences, metrics, reportFault, now }: Relay,
): Promise<Settled> {
  const { object } = opening.offence
  try {
    if (await offences.isClaimed(object)) return counted(judgement)
    await standing.notices.open(opening)
    // Where more than one author is needed for a block, this one counts.
    const { domain, offence } = opening
    await offences.noteAuthor({ domain, author: offence.author, at: now(), windowMs: AUTHORS_MS })
    await offences.claim(object, CLAIM_MS)
  } catch (cause) {
    // Dropped it is all the same; whoever was to be given time is not blocked for our trouble.
    metrics.failedOpen('notices')
    reportFault('a notice could not be kept', cause)
  }
  return { settled: withNote(judgement, 'notice', opening), led: 'notice' }
}

function counted(judgement: Judgement): Settled {
  return { settled: withNote(judgement, 'offence', { why: 'already counted' }), led: 'counted' }
}

async function block(
  decision: BlockDecision,
  judgement: Judgement,
  relay: Relay,
): Promise<Settled> {
  const { offencePolicy: policy, offences, now } = relay
  const guarded = await applyGuards(decision, offences, { ...policy, now: now() })
  if (guarded.status === 'stopped') return notBlocked(judgement, guarded)

  const { domain, scope, by, reason, offence } = decision
  const block = { id: relay.newId(), domain, scope, since: now(), by, reason, offences: [offence] }
  const added = await relay.blocks.add({ block, evidenceAt: offence.at })
  // Only now: if writing failed, or we were killed, the sender's retry must still count.
  await offences.claim(offence.object, CLAIM_MS)
  if (added === 'marked') return notBlocked(judgement, { why: 'lifted by the operator' })
  return { settled: { ...judgement, block: { domain, by } }, led: 'block' }
}

function notBlocked(judgement: Judgement, reason: { readonly why: string }): Settled {
  const led = reason.why === 'already counted' ? 'counted' : 'nothing'
  return { settled: withNote(judgement, 'not blocked', reason), led }
}

function withNote(
  judgement: Judgement,
  what: string,
  { why }: { readonly why: string },
): Judgement {
  return { ...judgement, notes: [...judgement.notes, `${what}: ${why}`] }
}
