// The latest blocks with their dates, from the store: asked seldom, whoever reads the page, and never waited for long.
import type { Blocks } from '../blocks.ts'
import type { Log } from '../log.ts'
import { within } from '../within.ts'
import type { Listed } from './blocked-section.ts'

export interface LatestOptions {
  readonly blocks: Pick<Blocks, 'page' | 'revision'>
  readonly own: readonly string[]
  readonly monotonic: () => number
  readonly log: Pick<Log, 'warn'>
}

const SHOWN = 300 // a page that is still read and printed; the files hold all
const FRESH_MS = 10_000
const PATIENCE_MS = 1_500

/** As they were last read where the store is away; undefined while they never were. */
export function latestBlocks({ blocks, own, monotonic, log }: LatestOptions) {
  let latest: readonly Listed[] | undefined
  let revision: number | undefined
  let askedAt = Number.NEGATIVE_INFINITY
  let asking: Promise<void> | undefined

  async function ask(): Promise<void> {
    const asked = blocks.revision()
    try {
      const page = await blocks.page({ limit: SHOWN })
      // Of a block itself nothing but this: reasons and evidence are nobody's business.
      latest = page.blocks
        .filter(({ domain }) => !own.includes(domain))
        .map(({ domain, scope, by, since }) => ({ domain, scope, by, since }))
      revision = asked
    } catch (cause) {
      log.warn({ err: cause }, 'the latest blocks cannot be read for the statement')
    } finally {
      asking = undefined
    }
  }

  return async (): Promise<readonly Listed[] | undefined> => {
    const isDue = revision !== blocks.revision() && monotonic() - askedAt >= FRESH_MS
    if (isDue && asking === undefined) {
      askedAt = monotonic()
      asking = ask()
    }
    if (asking !== undefined) await within(PATIENCE_MS, asking)
    return latest
  }
}
