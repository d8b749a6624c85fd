// The pipeline. Every delivery walks these stages in order, cheap before dear,
// and leaves with exactly one verdict: the bytes forwarded are the bytes received.
import { dropped, putOff, type Reply, refused } from './act.ts'
import { contradictsBlock } from './blocked.ts'
import type { Delivery } from './delivery.ts'
import { type ErrorCode, errors } from './errors.ts'
import { examineAll, type Finding } from './examine.ts'
import { readJson } from './json.ts'
import { type Judgement, toVerdict } from './record.ts'
import type { Relay } from './relay.ts'
import { identify } from './sender.ts'
import { punish, restrain } from './settle.ts'
import type { SignatureCheck } from './signature.ts'
import { within } from './within.ts'

export interface Inbox {
  receive(delivery: Delivery): Promise<Reply>
  /** For what never became a delivery: too large, too slow, malformed. */
  refuse(arrival: Pick<Delivery, 'id' | 'receivedAt'>, code: ErrorCode): Promise<Reply>
}

export function openInbox(relay: Relay): Inbox {
  return {
    async receive(delivery) {
      const started = relay.now()
      const judgement = await decide(delivery, relay)
      const tookMs = relay.now() - started
      const [reply, final] = await act(judgement, delivery, relay)
      await record(final, { delivery, tookMs }, relay)
      return reply
    },
    async refuse(arrival, code) {
      await record(refusal(code), { delivery: arrival, tookMs: 0 }, relay)
      return refused(code, relay.random)
    },
  }
}

/** A fault of ours is put off, and after `maxDeferrals` refused; it never lets anything through unread. */
async function decide(delivery: Delivery, relay: Relay): Promise<Judgement> {
  try {
    const finding = await judge(delivery, relay)
    if (relay.mode === 'observe') return { ...finding, notes: [...finding.notes, 'observe'] }
    return await punish(await restrain(finding, delivery, relay), relay)
  } catch (cause) {
    relay.reportFault('judging a delivery failed', cause)
    relay.metrics.failedOpen('judge')
    const outcome = await relay.holds.defer(delivery, undefined)
    return refusal(outcome === 'defer' ? 'relay-fault' : 'activity-unreadable')
  }
}

/**
 * 1. A blocked sender is turned away by its claimed name, before any work.
 * 2. The bytes become guarded JSON, or are refused.
 * 3. The signature is checked, once for the delivery.
 * 4. Every activity in it is examined; the worst finding stands for all.
 */
async function judge(delivery: Delivery, relay: Relay): Promise<Finding> {
  const sender = identify(delivery)
  const entry = sender.domain === undefined ? undefined : relay.blocks.find(sender.domain)
  if (entry && !contradictsBlock(delivery, relay.blocks)) return blocked(sender, entry)
  if (!relay.blocks.isReady()) return refusal('relay-not-ready')
  if (relay.isOverloaded()) return refusal('relay-overloaded')

  const reading = readJson(delivery.body)
  if (reading.status === 'refused') return refusal('activity-malformed', reading.why)
  const check = await timed('signature', relay, () => verify(delivery, sender.keyId ?? '', relay))

  const finding = await examineAll({ delivery, reading, check }, relay)
  return finding ?? { ...nothing, proof: check.status, keyId: sender.keyId }
}

/** Misskey hangs up after 5 s: what the keys' servers have not answered by then is found next time. */
const VERIFY_MS = 3_000

async function verify(delivery: Delivery, keyId: string, relay: Relay): Promise<SignatureCheck> {
  const check = await within(VERIFY_MS, relay.signatures.verify(delivery))
  return check ?? { status: 'unavailable', keyId, gone: false, why: 'the key took too long' }
}

async function timed<T>(stage: string, relay: Relay, work: () => Promise<T>): Promise<T> {
  const started = relay.now()
  const result = await work()
  relay.metrics.stage(stage, (relay.now() - started) / 1_000)
  return result
}

const nothing = {
  action: 'forward',
  score: 0,
  hits: [],
  proof: 'missing',
  notes: [],
} as const satisfies Judgement

function refusal(error: ErrorCode, ...notes: string[]): Judgement {
  const action = errors[error].status === 503 ? 'defer' : 'refuse'
  return { ...nothing, action, error, notes }
}

function blocked(
  sender: ReturnType<typeof identify>,
  entry: { readonly domain: string; readonly by: string },
): Judgement {
  return {
    ...nothing,
    action: 'drop',
    keyId: sender.keyId,
    senderDomain: sender.domain,
    block: { domain: entry.domain, by: entry.by },
    notes: ['blocked sender'],
  }
}

type Acted = readonly [Reply, Judgement]

async function act(judgement: Judgement, delivery: Delivery, relay: Relay): Promise<Acted> {
  if (judgement.error) return [refused(judgement.error, relay.random), judgement]
  if (judgement.action === 'forward' || relay.mode === 'observe') {
    return forward(judgement, delivery, relay)
  }
  if (judgement.action === 'drop') return [dropped(relay.dropStatus), judgement]
  return [putOff(relay.random), judgement]
}

async function forward(judgement: Judgement, delivery: Delivery, relay: Relay): Promise<Acted> {
  const answer = await relay.upstream.forward(delivery)
  if (answer.status === 'unavailable') {
    const notes = [...judgement.notes, answer.why]
    const error = 'instance-unavailable'
    return [refused(error, relay.random), { ...judgement, action: 'defer', error, notes }]
  }
  relay.metrics.upstream(answer.tookMs / 1_000)
  const { httpStatus, rawHeaders, body } = answer
  return [{ status: httpStatus, rawHeaders, body }, judgement]
}

interface Done {
  readonly delivery: Pick<Delivery, 'id' | 'receivedAt'>
  readonly tookMs: number
}

async function record(judgement: Judgement, done: Done, relay: Relay): Promise<void> {
  relay.metrics.delivery(judgement.action, judgement.activity?.type ?? '')
  for (const hit of judgement.hits) relay.metrics.hit(hit.rule, hit.shadow)
  try {
    await relay.keep(toVerdict(done.delivery, judgement, done.tookMs))
  } catch (cause) {
    relay.metrics.failedOpen('record')
    relay.reportFault('a verdict could not be kept', cause)
  }
}
