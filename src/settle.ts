// From a finding to its consequence: holds within their bounds, offences held against the proved.
import type { Delivery } from './delivery.ts'
import { domainOf } from './domains.ts'
import { doubtOf } from './doubt.ts'
import type { Finding, Grounds } from './finding.ts'
import { applyGuards, CLAIM_MS, judgeOffence } from './offence.ts'
import type { Judgement } from './record.ts'
import type { Relay } from './relay.ts'

export async function restrain(
  finding: Finding,
  delivery: Delivery,
  relay: Relay,
): Promise<Finding> {
  const { action, score, grounds, notes } = finding
  const domain = provedSender(grounds ?? [])
  if (action === 'hold') {
    const held = await relay.holds.hold(delivery, domain)
    if (held === 'hold') return finding
    // What was dropped because its hold is over was never condemned: nothing is founded on it.
    return { ...finding, action: held, grounds: [], notes: [...notes, 'hold over'] }
  }
  if (action !== 'defer') return finding
  if (finding.awaitsPictures) return awaitPictures(finding, delivery, relay)
  if ((await relay.holds.defer(delivery, domain)) === 'defer') return finding
  relay.metrics.failedOpen('key')
  // A sum that may only hold must not drop by the way of a key that stayed away.
  const isInDoubt = (grounds ?? []).every(({ facts, hits }) => doubtOf(facts, hits) !== undefined)
  const last = score >= relay.thresholds.drop && !isInDoubt ? 'drop' : 'forward'
  return { ...finding, action: last, notes: [...notes, 'deferrals exhausted'] }
}

/** Once: by the next try the pictures are read, or are never going to be. */
async function awaitPictures(finding: Finding, delivery: Delivery, relay: Relay): Promise<Finding> {
  const domain = provedSender(finding.grounds ?? [])
  if ((await relay.holds.defer(delivery, domain, 1)) === 'defer') return finding
  relay.metrics.failedOpen('picture')
  return { ...finding, action: 'forward', notes: [...finding.notes, 'pictures not read'] }
}

/** Whose queue it comes back from: the carrier's, where the author's post was carried. */
function provedSender([first]: readonly Grounds[]): string | undefined {
  if (first?.proof.status !== 'verified') return undefined
  const { carrier, author } = first.proof
  return domainOf(carrier ?? author)
}

/** Nothing follows; the verdict says what would have. */
export function observe({ grounds = [], ...judgement }: Finding, relay: Relay): Judgement {
  const { offencePolicy: policy, now } = relay
  const { action, keyId } = judgement
  const would = grounds
    .map((each) => judgeOffence({ action, keyId, ...each, policy, now: now() }))
    .flatMap((one) => (one.kind === 'block' ? `would block ${one.domain} (${one.by})` : []))
  return { ...judgement, notes: [...judgement.notes, 'observe', ...would] }
}

/** Blocks are written before the sender gets its answer. */
export async function punish(finding: Finding, relay: Relay): Promise<Judgement> {
  const { grounds = [], ...judgement } = finding
  if (judgement.action !== 'drop') return judgement
  let punished: Judgement = judgement
  for (const each of grounds) punished = await punishFor(each, punished, relay)
  return punished
}

async function punishFor(grounds: Grounds, judgement: Judgement, relay: Relay): Promise<Judgement> {
  const { offencePolicy: policy, offences, now } = relay
  const { action, keyId } = judgement
  const decision = judgeOffence({ action, keyId, ...grounds, policy, now: now() })
  if (decision.kind !== 'block') return withNote(judgement, decision.kind, decision)
  const guarded = await applyGuards(decision, offences, { ...policy, now: now() })
  if (guarded.status === 'stopped') return withNote(judgement, 'not blocked', guarded)

  const { domain, scope, by, reason, offence } = decision
  const block = { id: relay.newId(), domain, scope, since: now(), by, reason, offences: [offence] }
  const added = await relay.blocks.add({ block, evidenceAt: offence.at })
  // Only now: if writing failed, or we were killed, the sender's retry must still count.
  await offences.claim(offence.object, CLAIM_MS)
  if (added === 'marked')
    return withNote(judgement, 'not blocked', { why: 'lifted by the operator' })
  return { ...judgement, block: { domain, by } }
}

function withNote(
  judgement: Judgement,
  what: string,
  { why }: { readonly why: string },
): Judgement {
  return { ...judgement, notes: [...judgement.notes, `${what}: ${why}`] }
}
