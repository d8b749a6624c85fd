// The mathematics. A key is only ever used with algorithms of its own type, whatever a header names.
import { constants, type KeyObject, verify } from 'node:crypto'
import type { Claim } from './claim.ts'

export type Algorithm = 'rsa-sha256' | 'rsa-sha512' | 'rsa-pss-sha512' | 'ed25519'

export type Check = 'signed' | 'not-signed' | 'other-type'

/** Is one of the texts signed with this key? Whether the key is sound is asked before. */
export function check(
  claim: Pick<Claim, 'algorithms' | 'texts' | 'signature'>,
  key: KeyObject,
): Check {
  const usable = claim.algorithms.filter((name) => ALGORITHMS[name].keyTypes.includes(typeOf(key)))
  if (usable.length === 0) return 'other-type'
  const bytes = claim.texts.map((text) => Buffer.from(text, 'latin1'))
  const signed = usable.some((name) =>
    bytes.some((text) => ALGORITHMS[name].verifies(text, key, claim.signature)),
  )
  return signed ? 'signed' : 'not-signed'
}

interface Method {
  readonly keyTypes: readonly string[]
  verifies(text: Buffer, key: KeyObject, signature: Buffer): boolean
}

const ALGORITHMS: Readonly<Record<Algorithm, Method>> = {
  'rsa-sha256': {
    keyTypes: ['rsa'],
    verifies: (text, key, signature) => verify('sha256', text, key, signature),
  },
  'rsa-sha512': {
    keyTypes: ['rsa'],
    verifies: (text, key, signature) => verify('sha512', text, key, signature),
  },
  'rsa-pss-sha512': {
    keyTypes: ['rsa', 'rsa-pss'],
    verifies: (text, key, signature) => verify('sha512', text, { key, ...PSS }, signature),
  },
  ed25519: {
    keyTypes: ['ed25519'],
    verifies: (text, key, signature) => verify(null, text, key, signature),
  },
}

// RFC 9421 §3.3.1: the salt is as long as the hash.
const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 }

function typeOf(key: KeyObject): string {
  return key.asymmetricKeyType ?? 'secret'
}
