// Every kind of picture that the bench shows, with what is asked of it.
import type { How } from '../../../src/images/sight.ts'
import { NEAR_KINDS, type NearKind, nearMaker } from './near.ts'
import { ordinaryMaker, SCENE_NAMES } from './ordinary.ts'
import { QR_KINDS, qrMaker } from './qr.ts'
import type { Maker } from './sample.ts'

export interface KindOfSample {
  readonly make: Maker
  /** In a full run. */
  readonly count: number
  /** What gives it away; absent for what has to pass. */
  readonly how?: How
  /** Share of 1 that has to be found. */
  readonly goal?: number
}

const NEAR_GOALS: Readonly<Partial<Record<NearKind, number>>> = {
  'near-recompressed': 0.99,
  'near-watermarked': 0.95,
  'near-cropped': 0.9,
  'near-mirrored': 0.99,
  'near-bordered': 0.9,
}

export const KINDS: Readonly<Record<string, KindOfSample>> = Object.fromEntries([
  ...QR_KINDS.map((kind) => {
    const count = kind === 'qr-large-photo' ? 40 : 100
    return [kind, { make: qrMaker(kind), count, how: 'qr', goal: 0.97 }]
  }),
  ...NEAR_KINDS.map((kind) => {
    const goal = NEAR_GOALS[kind]
    return [kind, { make: nearMaker(kind), count: 200, how: 'hash', ...(goal && { goal }) }]
  }),
  ...SCENE_NAMES.map((scene) => [`ordinary-${scene}`, { make: ordinaryMaker(scene), count: 260 }]),
])
