// How a drawn host is misread, learned once by drawing and reading it, and kept for all processes.
import type { PictureStore } from '../store/store.ts'
import type { Learned } from './child-messages.ts'
import { type CrewOptions, openCrew } from './crew.ts'

export type Learn = (host: string) => Promise<Learned>

export interface LearnerOptions extends Omit<CrewOptions, 'size'> {
  readonly kept: Pick<PictureStore, 'sight' | 'keepSight'>
}

/** Another one when what is drawn, or who reads it, changes. */
const LEARNING = 'drawn:1'
const KEPT_MS = 90 * 86_400_000

/** Each with a child of its own that ends with it: no picture waits for it. */
export function openLearner({ kept, ...crewOptions }: LearnerOptions): Learn {
  return async (host) => {
    const key = `${LEARNING} ${host}`
    const known = await kept.sight(key).catch(() => undefined) // learned anew: only time is lost
    if (known !== undefined) return JSON.parse(known) as Learned
    const crew = openCrew({ ...crewOptions, size: 1 })
    try {
      const learned = await crew.learn(host)
      if (learned.status === 'learned') {
        await kept.keepSight(key, JSON.stringify(learned), KEPT_MS).catch(() => undefined)
      }
      return learned
    } finally {
      crew.close()
    }
  }
}
