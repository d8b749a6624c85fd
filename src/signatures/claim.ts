// What a delivery says about its own signature before any key is asked: both schemes read into this.
import type { Delivery } from '../delivery.ts'
import type { Algorithm } from './algorithms.ts'

export interface Claim {
  readonly keyId: string
  /** What may have made the signature; the key's own type picks among them. */
  readonly algorithms: readonly Algorithm[]
  readonly signature: Buffer
  /** What may have been signed, likeliest first. */
  readonly texts: readonly string[]
  /** Epoch milliseconds of every signed date; never empty. */
  readonly signedAt: readonly number[]
  /** Epoch milliseconds. */
  readonly expiresAt: number | undefined
  /** The header that binds the body. */
  readonly digest: 'digest' | 'content-digest'
}

export type Reading =
  | { readonly status: 'read'; readonly claim: Claim }
  | { readonly status: 'invalid'; readonly keyId?: string; readonly why: string }

export type Head = Pick<Delivery, 'method' | 'target' | 'headers'>

/** A header as it was signed, or undefined where it is absent or could pass for another line. */
export function signedValue(head: Head, name: string): string | undefined {
  const value = head.headers.get(name)
  return value !== undefined && WIRE_TEXT.test(value) ? value : undefined
}

/** Host in lower case without the default port, RFC 9421 §2.2.3; empty where there is none. */
export function authorityOf(head: Head): string {
  return normalAuthority(head.headers.get('host') ?? '')
}

export function normalAuthority(host: string): string {
  return host.toLowerCase().replace(/:443$/, '')
}

export function hasRepeats(names: readonly string[]): boolean {
  return new Set(names).size !== names.length
}

// Node hands header bytes over as Latin-1; a line break inside would forge lines of the signed text.
const WIRE_TEXT = /^[\t\x20-\x7e\x80-\xff]*$/
