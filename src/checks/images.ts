// Pictures: can this machine read them? The libraries for it are native code, and not for every system.
import { readFile } from 'node:fs/promises'
import { openCrew } from '../images/crew.ts'
import type { Sight } from '../images/sight.ts'
import { type Check, fine, type Remark, skipped, wrong } from './check.ts'

/** One with words on it. */
const SAMPLE = new URL('../demo/drawn-invitation.png', import.meta.url)
const WORDS = /raid-invite/i
const DEADLINE_MS = 30_000
const ADVICE =
  'Run npm ci again on this system (glibc, x64 or arm64), or set images.enabled: false ' +
  'and know that banned pictures pass.'

export const checkImages: Check = async ({ config }) => {
  if (!config.images.enabled) {
    return [skipped('pictures', 'images.enabled is false: banned pictures pass')]
  }
  const crew = openCrew({ size: 1, onFault: () => {} }) // what falls is told by the sight
  try {
    const bytes = await readFile(SAMPLE)
    return [remarkOn(await crew.look(bytes, { deadlineMs: DEADLINE_MS, isThorough: true }))]
  } finally {
    crew.close()
  }
}

function remarkOn(sight: Sight): Remark {
  if (sight.status === 'unread') {
    return wrong('pictures', `they cannot be read here: ${sight.why}`, ADVICE)
  }
  if (!sight.detail?.lines.some(({ text }) => WORDS.test(text))) {
    return wrong('pictures', 'the words on a picture are not recognised here', ADVICE)
  }
  return fine('pictures', 'they are read here, what is drawn on them too')
}
