// Plays the deliveries against the gate: senders sign afresh for every try and come back as their software does.
import { signJsonLd } from '@fedify/fedify/sig'
import { contextLoader } from '../../../src/fedify/contexts.ts'
import type { JsonObject } from '../../../src/json.ts'
import type { Verdict } from '../../../src/verdict.ts'
import type { Gate } from './gate.ts'
import type { Account } from './people.ts'
import type { Random } from './random.ts'
import type { Planned } from './scene.ts'
import { nextTry } from './senders.ts'
import type { Timeline } from './timeline.ts'
import { HOME, isoTime } from './writing.ts'

/** What became of a delivery in the end. */
export interface Fate {
  readonly planned: Planned
  readonly end: 'forwarded' | 'dropped' | 'refused' | 'given up'
  /** The verdict on the first try and on the last one. */
  readonly first: Verdict
  readonly last: Verdict
  /** Milliseconds from the first try to the last one. */
  readonly tookMs: number
}

export interface Attempt {
  readonly planned: Planned
  readonly failed: number
  readonly first?: Verdict
  /** The same bytes for every try. */
  readonly body?: Buffer
}

interface Playing {
  readonly gate: Gate
  readonly timeline: Timeline<Attempt>
  readonly random: Random
  readonly onFate: (fate: Fate) => void
}

/** How many deliveries the gate received. */
export async function play(planned: readonly Planned[], playing: Playing): Promise<number> {
  const { timeline } = playing
  const inOrder = [...planned].sort((one, other) => one.at - other.at)
  for (const each of inOrder) timeline.add(each.at, { planned: each, failed: 0 })
  let received = 0
  for (let attempt = timeline.next(); attempt; attempt = timeline.next()) {
    await deliver(attempt, playing)
    received++
  }
  return received
}

async function deliver(attempt: Attempt, { gate, timeline, random, onFate }: Playing) {
  const { planned, failed } = attempt
  const { signer, server } = planned.sender
  const at = timeline.now()
  const body = attempt.body ?? Buffer.from(JSON.stringify(await carried(planned)))
  const reply = await gate.inbox.receive(signer.deliver({ host: HOME, target: '/inbox', body, at }))
  const last = gate.lastVerdict()
  const { first = last } = attempt
  const end = reply.status === 503 ? undefined : endOf(last)
  const seconds = Number(reply.rawHeaders[reply.rawHeaders.indexOf('Retry-After') + 1])
  const retryAfterMs = seconds * 1_000
  const wait = end ? undefined : nextTry(server.software, failed + 1, { random, retryAfterMs })
  if (wait !== undefined) {
    timeline.add(at + Math.ceil(wait), { planned, failed: failed + 1, first, body })
    return
  }
  onFate({ planned, first, last, end: end ?? 'given up', tookMs: at - planned.at })
}

function endOf({ action }: Verdict): Fate['end'] {
  if (action === 'forward') return 'forwarded'
  return action === 'drop' ? 'dropped' : 'refused'
}

async function carried({ activity, carries, at }: Planned): Promise<JsonObject> {
  return carries === undefined ? activity : ldSigned(activity, carries, at)
}

type Created = NonNullable<Parameters<typeof signJsonLd>[3]['created']>

const RSA = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }

async function ldSigned(activity: JsonObject, by: Account, at: number): Promise<JsonObject> {
  const key = await by.signer.privateKey.toCryptoKey(RSA, true, ['sign'])
  // Only its text is used, and Node 24 has no Temporal of its own.
  const created = { toString: () => isoTime(at) } as unknown as Created
  const keyId = new URL(by.signer.keyId)
  return (await signJsonLd(activity, key, keyId, {
    contextLoader,
    created,
  })) as object as JsonObject
}
