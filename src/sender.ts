// Who claims to send a delivery: read off the signature's header, nothing proved.
import type { Delivery } from './delivery.ts'
import { domainOf } from './domains.ts'
import { readParameters } from './signatures/cavage.ts'

interface Sender {
  readonly keyId?: string
  /** Canonical domain of the keyId. */
  readonly domain?: string
}

export function identify(delivery: Delivery): Sender {
  const keyId = claimedKeyId(delivery.headers)
  if (!keyId) return {}
  const domain = domainOf(keyId)
  return domain === undefined ? { keyId } : { keyId, domain }
}

function claimedKeyId(headers: Delivery['headers']): string | undefined {
  const input = headers.get('signature-input')
  if (input !== undefined) return keyIdOfInput(input)
  return readParameters(headers.get('signature') ?? '')?.get('keyid')
}

// Strings are stepped over whole, so that no keyid is found inside another parameter's value.
const STRING_OR_KEY_ID = /"(?:[^"\\]|\\.)*"|;\s*keyid="((?:[^"\\]|\\.)*)"/g

function keyIdOfInput(input: string): string | undefined {
  const found = [...input.matchAll(STRING_OR_KEY_ID)].findLast(([, keyId]) => keyId !== undefined)
  return found?.[1]?.replace(/\\(.)/g, '$1')
}
