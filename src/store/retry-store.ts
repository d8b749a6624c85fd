// What the relay remembers of deliveries that were asked to come back.

export interface RetryState {
  /** How many deliveries of the same body and target were seen, this one included. */
  readonly count: number
  /** Epoch milliseconds of the first. */
  readonly firstAt: number
}

/** Deliveries that we asked to come back, by a digest of body and target. */
export interface RetryStore {
  /** Idempotent per `attempt`: the same attempt counts once. */
  note(retry: {
    readonly kind: 'hold' | 'defer'
    readonly key: string
    readonly attempt: string
    readonly at: number
    readonly ttlMs: number
  }): Promise<RetryState>
  /** What is known without counting anything. */
  peek(kind: 'hold' | 'defer', key: string): Promise<RetryState | undefined>
}
