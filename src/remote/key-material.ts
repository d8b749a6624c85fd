// Public keys as documents write them, PEM or Multikey, and whether they are strong enough to prove anything.
import { createPublicKey, type KeyObject } from 'node:crypto'
import bs58 from 'bs58'
import { isSound } from '../signatures/sound-key.ts'

export interface KeyText {
  readonly pem: string | undefined
  readonly multibase: string | undefined
}

/** SPKI PEM, or undefined for what is no key, of an unknown kind, too weak or too dear to verify with. */
export function soundPem(text: KeyText): string | undefined {
  const key = readPublicKey(text)
  if (!key || !isSound(key)) return undefined
  return key.export({ type: 'spki', format: 'pem' }).toString()
}

function readPublicKey({ pem, multibase }: KeyText): KeyObject | undefined {
  try {
    if (pem !== undefined) return PUBLIC_PEM.test(pem) ? createPublicKey(pem) : undefined
    return multibase === undefined ? undefined : fromMultibase(multibase)
  } catch {
    return undefined // neither OpenSSL nor base58 take it: no key
  }
}

// createPublicKey would take certificates and private keys as well.
const PUBLIC_PEM = /^\s*-----BEGIN (?:RSA )?PUBLIC KEY-----/

const MAX_MULTIBASE_LENGTH = 2_000 // RSA-8192 takes 1,440; decoding base58 costs the square of the length

/** FEP-521a: multibase `z` is base58btc, in front of the key stands its multicodec as a varint. */
function fromMultibase(text: string): KeyObject | undefined {
  if (!text.startsWith('z') || text.length > MAX_MULTIBASE_LENGTH) return undefined
  const bytes = Buffer.from(bs58.decode(text.slice(1)))
  const codec = bytes.readUInt16BE(0)
  const rest = bytes.subarray(2)
  if (codec === ED25519_PUB) {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: rest.toString('base64url') }
    return createPublicKey({ key: jwk, format: 'jwk' })
  }
  if (codec !== RSA_PUB) return undefined
  return createPublicKey({ key: rest, format: 'der', type: 'pkcs1' })
}

const ED25519_PUB = 0xed01 // varint of 0xed
const RSA_PUB = 0x8524 // varint of 0x1205
