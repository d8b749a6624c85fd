// Who claims to send a delivery: read off the signature's header, nothing proved.
import type { Delivery } from './delivery.ts'
import { domainOf } from './domains.ts'
import { cavageKeyId } from './signatures/cavage.ts'

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

/** By the same header that signature.ts checks. */
function claimedKeyId(headers: Delivery['headers']): string | undefined {
  return cavageKeyId(headers) ?? keyIdOfInput(headers.get('signature-input') ?? '')
}

// Strings are stepped over whole, so that no keyid is found inside another parameter's value. One
// left open is a match too: where it failed, each quote in it would start the search anew.
const STRING_OR_KEY_ID = /(;\s*keyid=)?"((?:[^"\\]|\\.)*)("?)/gs

function keyIdOfInput(input: string): string | undefined {
  const found = [...input.matchAll(STRING_OR_KEY_ID)].findLast(
    ([, name, , close]) => name !== undefined && close !== '',
  )
  return found?.[2]?.replace(/\\(.)/g, '$1')
}
