// A worker process: the public listener alone. The primary process forks it, says what is in force, asks what it
// counted and lets it drain; when the primary is gone, it drains by itself.
import cluster from 'node:cluster'
import closeWithGrace, { type Signals } from 'close-with-grace'
import { rereading } from './config/settings.ts'
import type { loadConfig } from './config.ts'
import { openLog } from './log.ts'
import { type Opened, openWorker, type RunningWorker } from './main.ts'
import type { Counts } from './worker-counts.ts'

/** What the primary says. */
export type Order =
  | {
      readonly kind: 'open'
      readonly flags: readonly string[]
      readonly loaded: Extract<ReturnType<typeof loadConfig>, { status: 'loaded' }>
      /** The primary's: whoever reads the file later may find another one. */
      readonly adminToken: string
    }
  | { readonly kind: 'reload' }
  | { readonly kind: 'count' }
  | { readonly kind: 'drain' }

/** What a worker says. */
export type Word =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'failed'; readonly why: string; readonly exitCode: 1 | 2 }
  | { readonly kind: 'counted'; readonly counts: Counts }
  /** It takes no new deliveries: another one may take its place. */
  | { readonly kind: 'leaving' }

const DRAIN_MS = 25_000
/** A terminal or a supervisor sends them to the whole group; a second one must not end what still drains. */
const LEAVING = ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const satisfies readonly Signals[]

const self = cluster.worker
if (!self) throw new Error('a worker is started by the relay: set workers in its configuration')
const log = openLog({ terminal: process.stdout.isTTY, worker: self.id })
let opening: Promise<Opened<RunningWorker>> | undefined
let running: RunningWorker | undefined
let leaving: Promise<void> | undefined
let isLeaving = false

const grace = closeWithGrace(
  { delay: DRAIN_MS, logger: false, skip: ['SIGHUP', ...LEAVING] },
  ({ err }) => {
    if (err) log.error({ err }, 'a worker stops after an error')
    isLeaving = true
    leaving ??= leave()
    return leaving
  },
)
for (const signal of LEAVING) process.on(signal, drain)
process.on('SIGHUP', () => running?.reload())
process.on('message', (order: Order) => {
  if (order.kind === 'open') void open(order) // never rejects
  if (order.kind === 'reload') running?.reload()
  if (order.kind === 'count') void count()
  if (order.kind === 'drain') drain()
})
self.on('disconnect', () => {
  // Or node:cluster ends the process here and now.
  self.exitedAfterDisconnect = true
  drain()
})

async function open(order: Extract<Order, { kind: 'open' }>): Promise<void> {
  const { flags, loaded, adminToken } = order
  const { config } = loaded
  const settings = rereading(flags, loaded)
  opening = openWorker({ config, log, settings, isWorker: true }, adminToken)
  const opened = await opening
  if (opened.status === 'failed') {
    const { why, exitCode } = opened
    say({ kind: 'failed', why, exitCode }, () => process.exit(exitCode))
    return
  }
  if (isLeaving) return
  running = opened
  say({ kind: 'listening', port: opened.port })
}

async function count(): Promise<void> {
  const counts = await running?.metrics()
  if (counts) say({ kind: 'counted', counts })
}

function drain(): void {
  if (!isLeaving) grace.close()
}

async function leave(): Promise<void> {
  say({ kind: 'leaving' })
  const opened = await opening
  if (opened?.status === 'running') await opened.close()
}

/** A primary that is gone needs no answer. */
function say(word: Word, done = () => {}): void {
  if (process.connected) process.send?.(word, undefined, {}, done)
  else done()
}
