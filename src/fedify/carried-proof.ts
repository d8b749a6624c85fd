// The author's own signature on a post that others carry: LD signatures and FEP-8b32, verified by Fedify.
import type { KeyObject } from 'node:crypto'
import { type KeyCache, verifyProof, verifySignature } from '@fedify/fedify/sig'
import { CryptographicKey, DataIntegrityProof, Multikey } from '@fedify/vocab'
import { originOf } from '../domains.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { isObject } from '../plain-keys.ts'
import type { ActorKey, Keys } from '../signature.ts'
import { beyondJsonLdLimits } from './limits.ts'
import { meansWhatItSays } from './plain-meaning.ts'
import { QUIET } from './quiet.ts'

export interface CarriedProof {
  readonly by: 'ld-signature' | 'fep-8b32'
  readonly keyId: string
  /** Epoch milliseconds of its `created`, which it signs. */
  readonly at: number
  /** The document that was signed, with the proof in it. */
  readonly json: JsonObject
}

export type ProofOutcome =
  | { readonly status: 'verified' }
  | { readonly status: 'invalid' | 'unavailable'; readonly why: string }

/** The proof worth a look, if the activity bears one made with a key of the author's server. */
export function carriedProofOf(json: JsonObject, author: string): CarriedProof | undefined {
  const proofs = [fep8b32Of(json, author), ldSignatureOf(json)]
  return proofs.find((proof) => proof && isOfAuthor(proof.keyId, author))
}

export async function verifyCarriedProof(
  proof: CarriedProof,
  options: { readonly keys: Keys; readonly now: () => number; readonly author: string },
): Promise<ProofOutcome> {
  const why = await whyNotChecked(proof, options.now())
  if (why) return { status: 'invalid', why }
  const lookup = await options.keys.find(proof.keyId)
  if (lookup.status === 'unproved') return { status: 'invalid', why: lookup.why }
  if (lookup.status !== 'found') return { status: 'unavailable', why: lookup.why }
  if (URL.parse(lookup.key.owner)?.href !== URL.parse(options.author)?.href) {
    return { status: 'invalid', why: 'the key of the proof is not its author’s' }
  }
  return checkWith(lookup.key, proof)
}

async function checkWith(key: ActorKey, proof: CarriedProof): Promise<ProofOutcome> {
  const verify = proof.by === 'fep-8b32' ? verifyFep8b32 : verifyLdSignature
  try {
    const isRight = await verify(proof.json, key)
    return isRight ? { status: 'verified' } : { status: 'invalid', why: `a wrong ${proof.by}` }
  } catch (error) {
    return { status: 'invalid', why: `${proof.by}: ${kindOf(error)}` }
  }
}

// Not its message, which may quote the post: reasons are logged.
function kindOf(error: unknown): string {
  return error instanceof Error ? error.name : 'failed'
}

const FUTURE_MS = 60 * 60 * 1000 // clocks of others run fast; none runs by more
const IDENTITY = 'https://w3id.org/identity/v1'
const EXPANDED_PROOF = 'https://w3id.org/security#proof'
const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/
const BASE64 = /^[A-Za-z0-9+/=]+$/

function fep8b32Of(json: JsonObject, author: string): CarriedProof | undefined {
  const [proof, ...more] = [json.proof].flat()
  if (!isObject(proof) || more.length > 0 || EXPANDED_PROOF in json) return undefined
  // Neither proof nor signature is covered: what they may hold besides themselves is nothing.
  const keys = [
    'type',
    'cryptosuite',
    'created',
    'verificationMethod',
    'proofPurpose',
    'proofValue',
  ]
  if (!holdsOnly(proof, keys, json['@context'])) return undefined
  const { type, cryptosuite, created, verificationMethod, proofPurpose } = proof
  if (type !== 'DataIntegrityProof' || cryptosuite !== 'eddsa-jcs-2022') return undefined
  if (proofPurpose !== 'assertionMethod') return undefined
  return proofFrom('fep-8b32', verificationMethod, created, withoutOwnSignature(json, author))
}

/** Fedify signs the document with its proof in it, so that an LD signature comes on top. */
function withoutOwnSignature(json: JsonObject, author: string): JsonObject {
  const ld = ldSignatureOf(json)
  if (!ld || !isOfAuthor(ld.keyId, author)) return json
  const { signature: _, ...rest } = json
  return rest
}

function ldSignatureOf(json: JsonObject): CarriedProof | undefined {
  const { signature } = json
  if (!isObject(signature)) return undefined
  if (!holdsOnly(signature, ['type', 'creator', 'created', 'signatureValue'], IDENTITY))
    return undefined
  const { type, creator, created, signatureValue } = signature
  if (type !== 'RsaSignature2017' || !BASE64.test(String(signatureValue))) return undefined
  return proofFrom('ld-signature', creator, created, json)
}

function holdsOnly(proof: JsonObject, keys: readonly string[], context: JsonValue | undefined) {
  const { '@context': own, ...members } = proof
  const isKnown = own === undefined || JSON.stringify(own) === JSON.stringify(context)
  return (
    isKnown &&
    Object.entries(members).every(([key, value]) => keys.includes(key) && typeof value === 'string')
  )
}

function proofFrom(
  by: CarriedProof['by'],
  keyId: JsonValue | undefined,
  created: JsonValue | undefined,
  json: JsonObject,
): CarriedProof | undefined {
  if (typeof keyId !== 'string' || typeof created !== 'string' || !DATE.test(created))
    return undefined
  const at = Date.parse(created)
  return Number.isNaN(at) ? undefined : { by, keyId, at, json }
}

function isOfAuthor(keyId: string, author: string): boolean {
  const origin = originOf(keyId)
  return origin !== undefined && origin === originOf(author)
}

async function whyNotChecked(proof: CarriedProof, now: number): Promise<string | undefined> {
  if (proof.at > now + FUTURE_MS) return 'the proof is from the future'
  const beyond = beyondJsonLdLimits(proof.json)
  if (beyond) return `proof not checked: ${beyond}`
  if (proof.by === 'fep-8b32') return undefined
  try {
    if (await meansWhatItSays(proof.json)) return undefined
    return 'proof not checked: not one plain document of known contexts'
  } catch (error) {
    return `proof not checked: ${kindOf(error)}`
  }
}

async function verifyFep8b32(json: JsonObject, key: ActorKey): Promise<boolean> {
  if (key.key.asymmetricKeyType !== 'ed25519') return false
  const multikey = new Multikey({
    id: new URL(key.keyId),
    controller: new URL(key.owner),
    publicKey: webKey(key.key, 'Ed25519'),
  })
  const [proof] = [json.proof].flat()
  const members: JsonObject = {
    ...(proof as JsonObject),
    '@context': 'https://w3id.org/security/data-integrity/v1',
  }
  const parsed = await DataIntegrityProof.fromJsonLd(members, QUIET)
  // What was signed is the date as written; Fedify would print it anew, `.250Z` as `.25Z`.
  Object.defineProperty(parsed, 'created', { value: members.created })
  return (await verifyProof(json, parsed, { ...QUIET, keyCache: cacheOf(multikey) })) !== null
}

async function verifyLdSignature(json: JsonObject, key: ActorKey): Promise<boolean> {
  if (key.key.asymmetricKeyType !== 'rsa') return false
  const cryptographicKey = new CryptographicKey({
    id: new URL(key.keyId),
    owner: new URL(key.owner),
    publicKey: webKey(key.key, { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }),
  })
  // Canonical in jsonld's safe mode: a member that the signature does not cover fails it.
  const options = { ...QUIET, keyCache: cacheOf(cryptographicKey) }
  return (await verifySignature(json, options)) !== null
}

function webKey(key: KeyObject, algorithm: Parameters<KeyObject['toCryptoKey']>[0]) {
  return key.toCryptoKey(algorithm, true, ['verify'])
}

/** The one key whose owner we have checked; whatever else Fedify asks for is not there. */
function cacheOf(key: CryptographicKey | Multikey): KeyCache {
  return {
    get: async (keyId) => (keyId.href === key.id?.href ? key : null),
    set: async () => {},
  }
}
