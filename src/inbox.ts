// The pipeline. Every delivery walks these stages in order, cheap before dear,
// and leaves with exactly one verdict: the bytes forwarded are the bytes received.
import { dropped, putOff, type Reply, refused } from './act.ts'
import { contradictsBlock } from './blocked.ts'
import type { Delivery } from './delivery.ts'
import { type ErrorCode, errors } from './errors.ts'
import { examineAll } from './examine.ts'
import type { Finding } from './finding.ts'
import { readJson } from './json.ts'
import { type Done, keep } from './keep.ts'
import type { Judgement } from './record.ts'
import type { Relay } from './relay.ts'
import { restrain } from './restrain.ts'
import { identify } from './sender.ts'
import { observe, punish } from './settle.ts'
import type { SignatureCheck } from './signature.ts'
import { within } from './within.ts'

export interface Inbox {
  receive(delivery: Delivery): Promise<Reply>
  /** For what never became a delivery: too large, too slow, malformed. */
  refuse(arrival: Pick<Delivery, 'id' | 'receivedAt'>, code: ErrorCode): Promise<Reply>
}

/** Asked once for each delivery: what is read again meanwhile is for the next one. */
export function openInbox(atPresent: () => Relay): Inbox {
  return {
    async receive(delivery) {
      const relay = atPresent()
      const outcome = await carryOut(delivery, relay)
      await keep(outcome, delivery, relay)
      return outcome.reply
    },
    async refuse(arrival, code) {
      await keep({ judgement: refusal(code), tookMs: 0 }, arrival, atPresent())
      return refused(code, atPresent().random)
    },
  }
}

interface Outcome extends Done {
  readonly reply: Reply
}

/** A fault of ours is put off, and after `maxDeferrals` refused; it never lets anything through unread. */
async function carryOut(delivery: Delivery, relay: Relay): Promise<Outcome> {
  const started = relay.now()
  try {
    const { judgement, finding } = await decide(delivery, relay)
    const tookMs = relay.now() - started
    return { ...(await act(judgement, delivery, relay)), tookMs, finding }
  } catch (cause) {
    relay.reportFault('a delivery could not be handled', cause)
    relay.metrics.failedOpen('fault')
    const outcome = await relay.holds.defer(delivery, undefined)
    const judgement = refusal(outcome === 'defer' ? 'relay-fault' : 'activity-unreadable')
    return { ...refuseAs(judgement, relay), tookMs: relay.now() - started }
  }
}

type Decided = Required<Pick<Done, 'judgement' | 'finding'>>

async function decide(delivery: Delivery, relay: Relay): Promise<Decided> {
  if (relay.mode === 'observe') return observeOnly(delivery, relay)
  const finding = await restrain(await judge(delivery, relay), delivery, relay)
  return { judgement: await punish(finding, delivery, relay), finding }
}

/** The emergency exit: no trouble of ours keeps a delivery back, only what no instance would take. */
async function observeOnly(delivery: Delivery, relay: Relay): Promise<Decided> {
  try {
    const finding = await judge(delivery, relay)
    const { error, ...judgement } = await observe(finding, delivery, relay)
    if (error === undefined) return { judgement, finding }
    if (errors[error].status < 500) return { judgement: { ...judgement, error }, finding }
    const notes = [...judgement.notes, error]
    return { judgement: { ...judgement, action: 'forward', notes }, finding }
  } catch (cause) {
    relay.reportFault('a delivery could not be judged', cause)
    relay.metrics.failedOpen('fault')
    const judgement = { ...nothing, notes: ['observe', 'relay-fault'] }
    return { judgement, finding: judgement }
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

type Acted = Pick<Outcome, 'judgement' | 'reply'>

async function act(judgement: Judgement, delivery: Delivery, relay: Relay): Promise<Acted> {
  if (judgement.error) return refuseAs(judgement, relay)
  if (judgement.action === 'forward' || relay.mode === 'observe') {
    return forward(judgement, delivery, relay)
  }
  if (judgement.action === 'drop') return { judgement, reply: dropped(relay.dropStatus) }
  return { judgement, reply: putOff(relay.random) }
}

function refuseAs(judgement: Judgement, relay: Relay): Acted {
  return { judgement, reply: refused(judgement.error ?? 'relay-fault', relay.random) }
}

async function forward(judgement: Judgement, delivery: Delivery, relay: Relay): Promise<Acted> {
  const answer = await relay.upstream.forward(delivery)
  if (answer.status === 'unavailable') {
    const notes = [...judgement.notes, answer.why]
    return refuseAs({ ...judgement, action: 'defer', error: 'instance-unavailable', notes }, relay)
  }
  relay.metrics.upstream(answer.tookMs / 1_000)
  const { httpStatus, rawHeaders, body } = answer
  return { judgement, reply: { status: httpStatus, rawHeaders, body } }
}
