// Who is asked to come back, and how often: holds and deferrals within their bounds.
import type { Delivery } from './delivery.ts'
import { domainOf } from './domains.ts'
import { doubtOf } from './doubt.ts'
import type { Finding, Grounds } from './finding.ts'
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
