// The process: listens, drains, closes. One process has both listeners; with workers the primary process has the
// operator's, and each of them the public one.
import { WrongConfig } from './config/layers.ts'
import type { Config } from './config.ts'
import { type Closers, introduce, type Start } from './introduce.ts'
import { type Admin, type Front, openAdmin, openPublic } from './listeners.ts'
import type { Exposition } from './metrics.ts'

interface Common {
  readonly status: 'running'
  /** Reads rules, thresholds and ban lists again; nothing once it is closing. Returns what is wrong with them. */
  reload(): readonly string[]
  /** No new deliveries, the open ones finished, everything written. */
  close(): Promise<void>
}

interface Public {
  readonly port: number
}

export type Running = Common & Public & Admin

export type RunningPrimary = Common & Admin & { inForce(): Config }

export type RunningWorker = Common & Public & { metrics: Exposition['getMetricsAsJSON'] }

export type Opened<Kind extends Common = Running> = Kind | Failed

export interface Failed {
  readonly status: 'failed'
  readonly why: string
  /** 2: what the operator wrote is wrong. */
  readonly exitCode: 1 | 2
}

export function openRelay(start: Start): Promise<Opened> {
  return opening(start, async (closers) => {
    const { config, log } = start
    log.info({ instance: config.instance.domain, mode: config.mode }, 'Sekisho is starting')
    const parts = await introduce(start, closers)
    let isServing = true
    const front = { isServing: () => isServing, exposition: (own: Exposition) => own, reload() {} }
    const admin = await openAdmin({ start, parts, closers }, front)
    const port = await openPublic({ start, parts, closers }, admin.adminToken)
    closers.push(() => {
      isServing = false
    })
    log.info(
      { port, adminPort: admin.adminPort, blocks: parts.blocks.size },
      'Sekisho is listening',
    )
    return { port, ...admin, reload: parts.inForce.reload }
  })
}

/** Without the public listener, which the workers have; they are ended before the rest is closed. */
export function openPrimary(
  start: Start,
  front: Front & { close(): Promise<void> },
): Promise<Opened<RunningPrimary>> {
  return opening(start, async (closers) => {
    const { config, log } = start
    const { mode, workers } = config
    log.info({ instance: config.instance.domain, mode, workers }, 'Sekisho is starting')
    const parts = await introduce(start, closers)
    parts.load.close() // a load that is never asked for is dear to watch
    const admin = await openAdmin({ start, parts, closers }, front)
    closers.push(() => {
      parts.inForce.close()
      return front.close()
    })
    const inForce = () => parts.inForce.current().config
    return { ...admin, inForce, reload: parts.inForce.reload }
  })
}

export function openWorker(start: Start, token: string): Promise<Opened<RunningWorker>> {
  return opening(start, async (closers) => {
    const parts = await introduce(start, closers)
    const port = await openPublic({ start, parts, closers }, token)
    parts.inForce.look() // files may have changed since the primary process read them for this one
    const { registry } = parts.relay.metrics
    return { port, metrics: () => registry.getMetricsAsJSON(), reload: parts.inForce.reload }
  })
}

async function opening<Kind extends object>(
  { log }: Start,
  open: (closers: Closers) => Promise<Kind>,
) {
  const closers: Closers = []
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    return { status: 'running' as const, ...(await open(closers)), close }
  } catch (cause) {
    await close()
    log.debug({ err: cause }, 'the start failed')
    const exitCode = cause instanceof WrongConfig ? 2 : 1
    return { status: 'failed', why: (cause as Error).message, exitCode } satisfies Failed
  }
}
