// Facts become hits: what is remembered is asked first, what only the author's server knows where it could matter.
import type { Delivery } from './delivery.ts'
import { isEstablished } from './facts/established.ts'
import type { Facts, Profile } from './facts.ts'
import type { Relay } from './relay.ts'
import { isAuthentic, recollect } from './remember.ts'
import type { Hit } from './rules/rule.ts'

/** As much of the relay as suspecting takes. */
export type Suspecting = Pick<Relay, 'now' | 'rules' | 'actors'> & {
  readonly memory: Pick<Relay['memory'], 'recall'>
  readonly metrics: Pick<Relay['metrics'], 'failedOpen'>
}

export interface Suspicion {
  readonly facts: Facts
  readonly hits: readonly Hit[]
}

/** Our own work ends within 3.5 s: Misskey hangs up after 5 s. */
export const OWN_WORK_MS = 3_500
const PROFILE_MS = 1_500

export async function suspect(
  gathered: Facts,
  { receivedAt }: Pick<Delivery, 'receivedAt'>,
  relay: Suspecting,
): Promise<Suspicion> {
  const { rules } = relay
  const recall = async (facts: Facts): Promise<Facts> => {
    const history = await recollect(facts, { memory: relay.memory, windows: rules.windows })
    return { ...facts, history }
  }
  const facts = await recall(gathered)
  const hits = rules.evaluate(facts)
  if (facts.profile !== undefined || !wantsProfile(facts, hits)) return { facts, hits }
  const left = OWN_WORK_MS - (relay.now() - receivedAt)
  const asked = { ...facts, profile: await askProfile(facts, left, relay) }
  // Once more where the account turns out to be old: what such people send each other counts otherwise.
  const isOld = isEstablished(asked, rules.windows.establishedMs)
  const known = isOld && facts.fingerprints.length > 0 ? await recall(asked) : asked
  return { facts: known, hits: rules.evaluate(known) }
}

/**
 * A profile is fetched only for a stranger whose post is certainly its own, reaches us, and is suspect, or says what
 * another has said: whether it is the older accounts that do so must be known before it looks like a wave.
 */
function wantsProfile(facts: Facts, hits: readonly Hit[]): boolean {
  if (!isAuthentic(facts) || facts.reach.local.length === 0) return false
  if (hits.some((hit) => hit.absolute && !hit.shadow)) return false
  return hits.some((hit) => !hit.absolute) || facts.history.senders.some((senders) => senders > 1)
}

async function askProfile(
  { author }: Facts,
  leftMs: number,
  { actors, metrics }: Suspecting,
): Promise<Profile | undefined> {
  if (author.id === undefined || leftMs <= 0) return undefined
  const profile = await actors.profile(author.id, Math.min(PROFILE_MS, leftMs))
  if (profile === undefined) metrics.failedOpen('profile')
  return profile
}
