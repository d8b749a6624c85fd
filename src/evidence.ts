// What is kept of an offence: enough to show an administrator or the police what was sent, when, and signed by whom.
import { createHash } from 'node:crypto'
import type { Delivery } from './delivery.ts'
import { domainOf } from './domains.ts'
import type { Grounds } from './finding.ts'
import type { Evidence, EvidenceStore } from './store/evidence-store.ts'
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
}

export function evidenceKeeper({ evidence, keys }: EvidenceContext): KeepEvidence {
  return async (exhibit) => {
    const { keyId } = exhibit
    const key = keyId === undefined ? undefined : await keys.get(keyId)
    const kept = evidenceOf(exhibit)
    if (kept) await evidence.keep({ ...kept, ...(key && { keyPem: key.pem }) })
  }
}

/** What a signature covers, or carries it. */
const HEADERS = new Set(
  'host date digest content-digest content-type content-length signature signature-input user-agent'.split(
    ' ',
  ),
)
const MAX_BODY = 262_144
const MAX_HEADER = 8_192

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
    ...(postId !== undefined && { object: postId }),
    ...(activity.id !== undefined && { activity: activity.id }),
    request: { target, headers: coveredHeaders(delivery) },
    bodySha256: createHash('sha256').update(body).digest('hex'),
    bodyBytes: body.length,
    // Of what not everybody may read the digest alone is kept.
    ...(isPublic && body.length <= MAX_BODY && { body: body.toString('base64') }),
    hits: counted.map(({ rule, score, why }) => ({ rule, score, why: isPublic ? why : UNSAID })),
  }
}

const UNSAID = 'the post is not public: its words are not kept'

function coveredHeaders({ rawHeaders }: Delivery): readonly string[] {
  return rawHeaders.flatMap((name, at) => {
    const value = rawHeaders[at + 1] ?? ''
    const isKept = at % 2 === 0 && HEADERS.has(name.toLowerCase()) && value.length <= MAX_HEADER
    return isKept ? [name, value] : []
  })
}
