// What is kept of an offence: enough to show an administrator or the police what was sent, when, and signed by whom.
import { createHash } from 'node:crypto'
import type { Delivery } from './delivery.ts'
import { domainOf } from './domains.ts'
import type { Grounds } from './finding.ts'
import { cavageComponents } from './signatures/cavage.ts'
import { rfc9421Components } from './signatures/rfc9421.ts'
import type { Evidence, EvidenceStore } from './store/evidence-store.ts'
import { shortened } from './store/limits.ts'
import type { KeyCache } from './store/store.ts'

export interface Exhibit {
  readonly delivery: Delivery
  readonly grounds: Grounds
  readonly keyId: string | undefined
  readonly led: Evidence['led']
}

/** Resolves when it is kept; rejects when it could not be. */
export type KeepEvidence = (exhibit: Exhibit) => Promise<void>

export interface EvidenceContext {
  readonly evidence: Pick<EvidenceStore, 'keep'>
  /** For the key as it was when the signature was checked. */
  readonly keys: Pick<KeyCache, 'get'>
  readonly onFault: (what: string) => void
}

export function evidenceKeeper({ evidence, keys, onFault }: EvidenceContext): KeepEvidence {
  return async (exhibit) => {
    const kept = evidenceOf(exhibit)
    if (!kept) return
    const key = await keys.get(kept.keyId).catch(() => {
      onFault('evidence-key') // without it the rest still tells what came, and the key may be had elsewhere
      return undefined
    })
    await evidence.keep({ ...kept, ...(key && { keyPem: key.pem }) })
  }
}

/** Kept whether it is signed or not. */
const HEADERS: ReadonlySet<string> = new Set([
  ...['host', 'date', 'digest', 'content-digest', 'content-type', 'content-length'],
  ...['signature', 'signature-input', 'user-agent'],
])
/** Whoever signs them all the same cannot be checked again. */
const SECRET: ReadonlySet<string> = new Set(['cookie', 'authorization', 'proxy-authorization'])
const MAX_BODY = 262_144
const MAX_ID = 2_048
const MAX_HEADERS = 16_384 // characters of all values: as much as a request's head may have

/** Undefined for what is held against nobody. */
export function evidenceOf({ delivery, grounds, keyId, led }: Exhibit): Evidence | undefined {
  const { facts, proof, hits } = grounds
  const domain = proof.status === 'verified' ? domainOf(proof.author) : undefined
  if (proof.status !== 'verified' || domain === undefined) return undefined
  const { id, receivedAt: at, target, body } = delivery
  const { isPublic, activity, postId } = facts
  const counted = hits.filter((hit) => !hit.shadow)
  return {
    ...{ id, at, domain, author: proof.author, keyId: keyId ?? '', led },
    ...(proof.carrier !== undefined && { carrier: proof.carrier }),
    // Strangers choose how long they are; whole they stand in the body.
    ...(postId !== undefined && { object: shortened(postId, MAX_ID) }),
    ...(activity.id !== undefined && { activity: shortened(activity.id, MAX_ID) }),
    request: { target, headers: keptHeaders(delivery) },
    bodySha256: createHash('sha256').update(body).digest('hex'),
    bodyBytes: body.length,
    // Of what not everybody may read the digest alone is kept.
    ...(isPublic && body.length <= MAX_BODY && { body: body.toString('base64') }),
    hits: counted.map(({ rule, score, why }) => {
      return { rule, score, why: isPublic ? shortened(why) : UNSAID }
    }),
  }
}

const UNSAID = 'the post is not public: its words are not kept'

function keptHeaders({ rawHeaders, headers }: Delivery): readonly string[] {
  const wanted = new Set([...HEADERS, ...rfc9421Components(headers), ...cavageComponents(headers)])
  let room = MAX_HEADERS
  return rawHeaders.flatMap((name, at) => {
    const [key, value = ''] = [name.toLowerCase(), rawHeaders[at + 1]]
    if (at % 2 === 1 || !wanted.has(key) || SECRET.has(key) || value.length > room) return []
    room -= value.length
    return [name, value]
  })
}
