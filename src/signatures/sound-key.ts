// Which keys prove anything at all: asked when a key is fetched, and again before it is used.
import type { KeyObject } from 'node:crypto'

const LEAST_BITS = 2_048 // who factors a shorter one signs as its owner
const MOST_BITS = 8_192 // beyond, a stranger's key costs us milliseconds a delivery
const LEAST_EXPONENT = 3n // with 1 everything is its own signature
const MOST_EXPONENT = 2n ** 32n // everybody uses 65537; a huge one is as dear as signing

/** A key is what it is: asking OpenSSL for its details is dear, and every delivery asks. */
const known = new WeakMap<KeyObject, boolean>()

export function isSound(key: KeyObject): boolean {
  const before = known.get(key)
  if (before !== undefined) return before
  const sound = isStrong(key)
  known.set(key, sound)
  return sound
}

function isStrong(key: KeyObject): boolean {
  if (key.asymmetricKeyType === 'ed25519') return true
  if (key.asymmetricKeyType !== 'rsa') return false
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {}
  return (
    modulusLength >= LEAST_BITS &&
    modulusLength <= MOST_BITS &&
    publicExponent >= LEAST_EXPONENT &&
    publicExponent <= MOST_EXPONENT
  )
}
