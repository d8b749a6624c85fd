// Evidence: what was sent, when, by whom, signed with which key. Kept for `retention.evidence`, then forgotten.

export interface Evidence {
  /** Of the delivery. */
  readonly id: string
  /** Epoch milliseconds of its arrival. */
  readonly at: number
  /** The proved author's domain. */
  readonly domain: string
  /** Actor id. */
  readonly author: string
  /** The signer where that is another. */
  readonly carrier?: string
  readonly keyId: string
  /** SPKI PEM as it was when the signature was checked, where it is known. */
  readonly keyPem?: string
  readonly object?: string
  readonly activity?: string
  /** Method, target, and the headers that the signature covers or that carry it, as they came. */
  readonly request: { readonly target: string; readonly headers: readonly string[] }
  /** SHA-256 of the body, hex. */
  readonly bodySha256: string
  readonly bodyBytes: number
  /** The body in Base64, of public posts alone, up to 256 KiB. */
  readonly body?: string
  readonly hits: readonly { readonly rule: string; readonly score: number; readonly why: string }[]
  /** What followed: `block`, `notice` or nothing. */
  readonly led: 'block' | 'notice' | 'nothing'
}

export interface EvidenceStore {
  /** Idempotent per id. */
  keep(evidence: Evidence): Promise<void>
  /** Oldest first. */
  of(wish: {
    readonly domain?: string
    readonly since?: number
    readonly until?: number
  }): AsyncIterable<Evidence>
  /** Forgets everything of one actor; resolves to how many entries that were. */
  purge(author: string): Promise<number>
}
