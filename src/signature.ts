// Who proved to have sent these bytes: HTTP signatures, draft-cavage and RFC 9421.
import type { KeyObject } from 'node:crypto'
import type { SignedTimes } from './clock.ts'
import type { Delivery } from './delivery.ts'
import { domainOf } from './domains.ts'
import { check } from './signatures/algorithms.ts'
import { cavageKeyId, readCavage } from './signatures/cavage.ts'
import { authorityOf, type Claim, normalAuthority, type Reading } from './signatures/claim.ts'
import { digestFault } from './signatures/digest.ts'
import { readRfc9421 } from './signatures/rfc9421.ts'
import { isSound } from './signatures/sound-key.ts'

export type SignatureCheck =
  | {
      readonly status: 'verified'
      readonly keyId: string
      /** The actor that owns the key, by its id. */
      readonly owner: string
      /** Epoch milliseconds of the signed Date or created. */
      readonly signedAt: number
    }
  | { readonly status: 'missing' }
  | { readonly status: 'invalid'; readonly keyId?: string; readonly why: string }
  | {
      readonly status: 'unavailable'
      readonly keyId: string
      /** The key's host answered 404 or 410: the actor is gone, not merely out of reach. */
      readonly gone: boolean
      readonly why: string
    }

/** A public key whose owner was checked both ways when it was fetched. */
export interface ActorKey {
  readonly keyId: string
  readonly owner: string
  readonly key: KeyObject
}

export type KeyLookup =
  | { readonly status: 'found'; readonly key: ActorKey; readonly cached: boolean }
  | { readonly status: 'gone'; readonly why: string }
  | { readonly status: 'unavailable'; readonly why: string }
  /** A document was served, but it does not prove that the owner owns the key. */
  | { readonly status: 'unproved'; readonly why: string }

export interface Keys {
  find(keyId: string): Promise<KeyLookup>
  /** Asks the key's server again, throttled per keyId; resolves to the cached key while throttled. */
  refresh(keyId: string): Promise<KeyLookup>
}

interface SignatureOptions {
  readonly keys: Keys
  /** Our public host names, with the port where it is not the default one. */
  readonly hosts: readonly string[]
  readonly maxAgeMs: number
  readonly now: () => number
  /** Learns from the times that signatures carry. */
  readonly times?: SignedTimes
}

interface Signatures {
  verify(delivery: Delivery): Promise<SignatureCheck>
}

/**
 * 1. What the headers claim: one signature, over enough, by a key with a web address.
 * 2. Whether it can be meant for us and for now, and the body is the one that was signed.
 * 3. Only then the key: one lookup, and one refresh where a cached key does not fit.
 */
export function signatures(options: SignatureOptions): Signatures {
  const hosts = new Set(options.hosts.map(normalAuthority))
  return {
    async verify(delivery) {
      const reading = readSignature(delivery)
      if (reading.status !== 'read') return reading
      const { claim } = reading
      const why = addressFault(delivery, claim, hosts) ?? bodyFault(delivery, claim)
      if (why !== undefined) return { status: 'invalid', keyId: claim.keyId, why }
      return proveInTime(claim, options)
    },
  }
}

function readSignature(delivery: Delivery): Reading | { readonly status: 'missing' } {
  const { headers } = delivery
  // Not by the presence of Signature-Input: a sender could add one to be seen as nobody.
  if (cavageKeyId(headers) !== undefined) return readCavage(delivery)
  if (headers.has('signature-input')) return readRfc9421(delivery)
  return headers.has('signature') ? readCavage(delivery) : { status: 'missing' }
}

const MAX_KEY_ID_LENGTH = 2048 // what browsers and proxies take for an address

function addressFault(
  delivery: Delivery,
  { keyId }: Claim,
  hosts: ReadonlySet<string>,
): string | undefined {
  if (keyId.length > MAX_KEY_ID_LENGTH || domainOf(keyId) === undefined)
    return 'the keyId is no web address'
  if (!PLAIN_TARGET.test(delivery.target)) return 'the request target is no plain path'
  if (!hosts.has(authorityOf(delivery))) return 'the signed host is none of ours'
  return undefined
}

const PLAIN_TARGET = /^\/[\x21-\x7e\x80-\xff]*$/

const MAX_AHEAD_MS = 3_600_000 // Mastodon's own margin for clocks that go wrong

function timeFault(claim: Claim, { now, maxAgeMs }: SignatureOptions): string | undefined {
  const at = now()
  if (Math.min(...claim.signedAt) < at - maxAgeMs) return 'signed too long ago'
  if (Math.max(...claim.signedAt) > at + MAX_AHEAD_MS) return 'signed in the future'
  if (claim.expiresAt !== undefined && claim.expiresAt < at) return 'the signature has expired'
  return undefined
}

function bodyFault(delivery: Delivery, { digest }: Claim): string | undefined {
  return digestFault(digest, delivery.headers.get(digest) ?? '', delivery.body)
}

async function proveInTime(claim: Claim, options: SignatureOptions): Promise<SignatureCheck> {
  const { keys, times } = options
  const why = timeFault(claim, options)
  if (why !== undefined) {
    times?.refused(() => prove(claim, keys))
    return { status: 'invalid', keyId: claim.keyId, why }
  }
  const check = await prove(claim, keys)
  if (check.status === 'verified') times?.proved(check)
  return check
}

async function prove(claim: Claim, keys: Keys): Promise<SignatureCheck> {
  const found = await keys.find(claim.keyId)
  if (found.status !== 'found') return unproved(claim.keyId, found)
  const first = checkWith(found.key, claim)
  if (first.status === 'verified' || !found.cached) return first
  const fresh = await keys.refresh(claim.keyId)
  // No new key, no new answer: a bad signature stays one even while its server is away.
  if (fresh.status !== 'found' || fresh.key.key.equals(found.key.key)) return first
  return checkWith(fresh.key, claim)
}

function unproved(
  keyId: string,
  lookup: Exclude<KeyLookup, { readonly status: 'found' }>,
): SignatureCheck {
  const { status, why } = lookup
  if (status === 'unproved') return { status: 'invalid', keyId, why }
  return { status: 'unavailable', keyId, gone: status === 'gone', why }
}

function checkWith({ owner, key }: ActorKey, claim: Claim): SignatureCheck {
  const { keyId, signedAt } = claim
  const outcome = isSound(key) ? check(claim, key) : 'unsound-key'
  if (outcome !== 'signed') return { status: 'invalid', keyId, why: FAULTS[outcome] }
  return { status: 'verified', keyId, owner, signedAt: Math.min(...signedAt) }
}

const FAULTS = {
  'not-signed': 'the signature does not fit the key',
  'other-type': 'the key is of another type than the algorithm',
  'unsound-key': 'the key is too short or too long to be trusted',
} as const
