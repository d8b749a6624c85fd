// One verdict a delivery, whichever door it left by.
import type { Delivery } from './delivery.ts'
import { domainOf } from './domains.ts'
import type { ErrorCode } from './errors.ts'
import { printable } from './printable.ts'
import type { Hit } from './rules/rule.ts'
import type { Action, Proof, Verdict } from './verdict.ts'

/** What the pipeline found out until it was done with a delivery. */
export interface Judgement {
  readonly action: Action
  readonly score: number
  readonly hits: readonly Hit[]
  readonly proof: Proof
  readonly keyId?: string | undefined
  readonly senderDomain?: string | undefined
  readonly author?: string | undefined
  readonly carrier?: string | undefined
  readonly activity?: {
    readonly id: string | undefined
    readonly type: string | undefined
    readonly object: string | undefined
  }
  readonly reach?: { readonly local: number; readonly mentions: number }
  /** False for posts that not everybody may read: their words never enter a record. */
  readonly isPublic?: boolean
  readonly block?: { readonly domain: string; readonly by: string }
  readonly notes: readonly string[]
  readonly error?: ErrorCode
}

/** Bytes of one text: what a stranger wrote must not fill the record, and the unproved may send any number of them. */
const MOST_OF_PROVED = 500
const MOST_OF_UNPROVED = 250

export function toVerdict(
  delivery: Pick<Delivery, 'id' | 'receivedAt'>,
  judgement: Judgement,
  tookMs: number,
): Verdict {
  const { activity, block, error } = judgement
  const cut = cutterFor(judgement)
  return {
    id: delivery.id,
    at: new Date(delivery.receivedAt).toISOString(),
    action: judgement.action,
    score: judgement.score,
    hits: judgement.hits.map((hit) => ({
      rule: hit.rule,
      score: hit.score,
      why:
        judgement.isPublic === true
          ? cut(hit.why)
          : 'the post is not public: its words are not kept',
      shadow: hit.shadow,
    })),
    sender: senderOf(judgement, cut),
    activity: {
      ...(activity?.id !== undefined && { id: cut(activity.id) }),
      ...(activity?.type !== undefined && { type: cut(activity.type) }),
      ...(activity?.object !== undefined && { object: cut(activity.object) }),
    },
    reach: judgement.reach ?? { local: 0, mentions: 0 },
    ...(block && { block }),
    notes: judgement.notes.map(cut),
    ...(error && { error }),
    tookMs: Math.round(tookMs * 100) / 100,
  }
}

/** `domain` and `actor` are the author's, `carrier` is the signer where that is another. */
function senderOf(
  { author, senderDomain, carrier, keyId, proof }: Judgement,
  cut: (text: string) => string,
): Verdict['sender'] {
  const domain = author === undefined ? senderDomain : (domainOf(author) ?? senderDomain)
  const carrierDomain = carrier === undefined ? undefined : domainOf(carrier)
  return {
    ...(domain !== undefined && { domain }),
    ...(keyId !== undefined && { keyId: cut(keyId) }),
    ...(author !== undefined && { actor: cut(author) }),
    ...(carrierDomain !== undefined && { carrier: carrierDomain }),
    proof,
  }
}

function cutterFor({ proof }: Judgement): (text: string) => string {
  const most = proof === 'verified' ? MOST_OF_PROVED : MOST_OF_UNPROVED
  return (text) => {
    const plain = printable(text, most)
    if (Buffer.byteLength(plain) <= most) return plain
    const { read } = encoder.encodeInto(plain, room.subarray(0, most))
    return `${plain.slice(0, read)}…`
  }
}

const encoder = new TextEncoder()
const room = new Uint8Array(MOST_OF_PROVED)
