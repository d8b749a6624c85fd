// The known pictures of one process: in memory, every change in the journal first. What was seen is forgotten in time.
import type { PictureLine } from '../journal-line.ts'
import { checkPicture } from '../limits.ts'
import type { KnownPicture, PictureStore } from '../store.ts'
import { expiring } from './expiring.ts'
import type { Journal } from './journal.ts'

/** By id, in the order of adding. */
export type PictureState = Map<string, KnownPicture>

const SIGHT_CHARACTERS = 8_000_000 // of all of them together
const SWEEP_EVERY = 1_000

export function applyPicture(pictures: PictureState, line: PictureLine): void {
  if (line.kind === 'picture-removed') pictures.delete(line.id)
  else if (!pictures.has(line.picture.id)) pictures.set(line.picture.id, line.picture)
}

/** What rebuilds the state. */
export function* pictureLines(pictures: PictureState): Generator<PictureLine> {
  for (const picture of pictures.values()) yield { kind: 'picture', picture }
}

export function embeddedPictures(
  pictures: PictureState,
  { journal, max, now }: { journal: Journal; max: number; now: () => number },
): PictureStore {
  let changes = 0
  const change = async (line: PictureLine): Promise<void> => {
    await journal.append(line)
    applyPicture(pictures, line)
    changes++
  }
  return {
    all: async () => [...pictures.values()],
    version: async () => String(changes),
    async add(picture) {
      checkPicture(picture)
      if (pictures.has(picture.id)) return 'existed'
      await change({ kind: 'picture', picture })
      // Of two at the same moment the first in the journal is the one that a restart reads.
      return pictures.get(picture.id) === picture ? 'added' : 'existed'
    },
    async remove(id) {
      const known = pictures.get(id)
      if (known !== undefined) await change({ kind: 'picture-removed', id, at: now() })
      return known
    },
    ...openSights(max, now),
  }
}

function openSights(max: number, now: () => number): Pick<PictureStore, 'sight' | 'keepSight'> {
  const sights = expiring<string>({ max, maxSize: SIGHT_CHARACTERS, now })
  let kept = 0
  return {
    sight: async (key) => sights.get(key),
    async keepSight(key, json, ttlMs) {
      if (++kept % SWEEP_EVERY === 0) sights.sweep()
      sights.set(key, json, { keptMs: ttlMs, size: key.length + json.length })
    },
  }
}
