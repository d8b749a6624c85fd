// Every kind of picture that the bench shows, with what is asked of it.
import type { How } from '../../../src/images/sight.ts'
import { drawnForeign, drawnForeignNeighbours } from './drawn-foreign.ts'
import {
  drawnLarge,
  drawnNeighbours,
  drawnOnPhoto,
  drawnSlanted,
  drawnSmall,
  drawnTurned,
  wordless,
} from './drawn-latin.ts'
import { drawnCan, drawnPage, drawnScreenshot, drawnTalk, plainPage } from './drawn-scenes.ts'
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

/** What is drawn has to be found by what is written in it; what is only like it, not at all. */
const DRAWN: readonly (readonly [string, KindOfSample])[] = [
  ['drawn-large', { make: drawnLarge, count: 500, how: 'text', goal: 0.98 }],
  ['drawn-small', { make: drawnSmall, count: 100, how: 'text', goal: 0.6 }],
  ['drawn-slanted', { make: drawnSlanted, count: 60, how: 'text', goal: 0.98 }],
  ['drawn-turned', { make: drawnTurned, count: 60, how: 'text', goal: 0.98 }],
  ['drawn-on-photo', { make: drawnOnPhoto, count: 60, how: 'text', goal: 0.98 }],
  ['drawn-screenshot', { make: drawnScreenshot, count: 40, how: 'text', goal: 0.98 }],
  ['drawn-page', { make: drawnPage, count: 30, how: 'text', goal: 0.9 }],
  ['drawn-can', { make: drawnCan, count: 60, how: 'text', goal: 0.98 }],
  ['drawn-foreign', { make: drawnForeign, count: 100, how: 'text', goal: 0.95 }],
  ['like-neighbours', { make: drawnNeighbours, count: 300 }],
  ['like-foreign-neighbours', { make: drawnForeignNeighbours, count: 60 }],
  ['like-talk', { make: drawnTalk, count: 40 }],
  ['like-page', { make: plainPage, count: 15 }],
  ['like-wordless', { make: wordless, count: 60 }],
]

export const KINDS: Readonly<Record<string, KindOfSample>> = Object.fromEntries([
  ...QR_KINDS.map((kind) => {
    const count = kind === 'qr-large-photo' ? 40 : 100
    return [kind, { make: qrMaker(kind), count, how: 'qr', goal: 0.97 }]
  }),
  ...NEAR_KINDS.map((kind) => {
    const goal = NEAR_GOALS[kind]
    return [kind, { make: nearMaker(kind), count: 200, how: 'hash', ...(goal && { goal }) }]
  }),
  ...DRAWN,
  ...SCENE_NAMES.map((scene) => [`ordinary-${scene}`, { make: ordinaryMaker(scene), count: 260 }]),
])
