// One picture that the image bench shows, and how a kind of them is made.

export interface Sample {
  readonly kind: string
  readonly name: string
  readonly bytes: Buffer
  /** False for whatever has to pass. */
  readonly mustBeFound: boolean
}

/** Deterministic in `random`; one sample at a time, so that none has to be kept. */
export type Maker = (random: () => number, count: number) => AsyncIterable<Sample>
