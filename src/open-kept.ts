// What outlives a delivery: the store, the mirror of the blocks, the counts.
import { resolve } from 'node:path'
import { openBlocks } from './blocks.ts'
import { openClock } from './clock.ts'
import type { Closers, Start } from './introduce.ts'
import { openMetrics } from './metrics.ts'
import { isEmbedded, openStore } from './store/open.ts'

export type Kept = Awaited<ReturnType<typeof openKept>>

export async function openKept({ config, log, isWorker, now = Date.now }: Start, closers: Closers) {
  const url = config.store
  const clock = openClock({ now, monotonic: () => performance.now(), log })
  const metrics = openMetrics({
    clockOffsetMs: clock.offsetMs,
    blockedDomains: () => blocks.size,
    storeUp: () => store.isUp(),
  })
  const onFault = metrics.failedOpen
  const common = { log, now, onFault }
  const folder = resolve(config.data)
  const { records: recordsKeptMs, evidence: evidenceKeptMs } = config.retention
  const kept = { recordsKeptMs, evidenceKeptMs, dataFolder: folder }
  const store = await openStore({ url, ...kept, ...common })
  closers.push(() => store.close())
  const mirror = { folder, snapshot: isEmbedded(url) ? false : isWorker ? 'read' : true } as const
  const own = [config.instance.domain, ...config.instance.aliases]
  const blocks = await openBlocks({ store: store.blocks, own, ...mirror, ...common })
  closers.push(() => blocks.close())
  return { metrics, store, blocks, clock, onFault }
}
