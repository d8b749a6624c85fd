// Runs the relay until it is told to stop.
import closeWithGrace from 'close-with-grace'
import { inForceOf } from '../config/changes.ts'
import { rereading, type Settings } from '../config/settings.ts'
import { type Loaded, loadConfig } from '../config.ts'
import { type Log, openLog } from '../log.ts'
import { type Failed, openPrimary, openRelay, type Running } from '../main.ts'
import { keysWithoutEffect } from '../without-effect.ts'

const DRAIN_MS = 25_000
const LINGER_MS = 2_000

interface Starting {
  readonly flags: readonly string[]
  readonly loaded: Extract<Loaded, { status: 'loaded' }>
  readonly settings: Settings
  readonly log: Log
}

export async function start(flags: readonly string[]): Promise<number> {
  const loaded = loadConfig(flags)
  if (loaded.status === 'wrong') {
    process.stderr.write(`${loaded.why}\n`)
    return 2
  }
  const log = openLog({ terminal: process.stdout.isTTY })
  const unused = keysWithoutEffect(loaded.config)
  if (unused.length > 0) log.warn({ keys: unused }, 'these keys have no effect in this version')
  const starting = { flags, loaded, settings: rereading(flags, loaded), log }
  return loaded.config.workers > 1 ? startWithWorkers(starting) : startAlone(starting)
}

async function startAlone({ loaded: { config }, settings, log }: Starting): Promise<number> {
  let running: Running | undefined
  process.on('SIGHUP', () => running?.reload())
  const opened = await openRelay({ config, settings, log })
  if (opened.status === 'failed') return complain(opened)
  running = opened
  closeOnSignal(log, opened)
  return 0
}

/** Returns only when the workers fail for good. */
async function startWithWorkers({ flags, loaded, settings, log }: Starting): Promise<number> {
  const { config } = loaded
  const { openWorkers } = await import('../workers.ts') // not needed by one process
  const workers = openWorkers({ count: config.workers, log, now: () => performance.now() })
  let reload = () => {}
  process.on('SIGHUP', () => reload())
  const opened = await openPrimary({ config, settings, log }, workers)
  if (opened.status === 'failed') return complain(opened)
  reload = () => {
    opened.reload()
    workers.reload()
  }
  const grace = closeOnSignal(log, opened, workers.kill)
  // A worker that comes later reads no file that is wrong by now: it starts with what is in force.
  const inForce = () => ({ ...loaded, config: inForceOf(config, opened.inForce()) })
  const { adminPort, adminToken } = opened
  workers.open(() => ({ kind: 'open', flags, loaded: inForce(), adminToken }))
  workers.listening.then((port) => log.info({ port, adminPort }, 'Sekisho is listening'))
  const failure = await workers.failed
  grace.uninstall()
  await opened.close()
  return complain(failure)
}

function closeOnSignal(log: Log, opened: Pick<Running, 'close'>, onSecondSignal?: () => void) {
  const second = onSecondSignal && { onSecondSignal }
  const options = { delay: DRAIN_MS, logger: false as const, skip: ['SIGHUP' as const], ...second }
  return closeWithGrace(options, async ({ err, signal }) => {
    if (err) log.error({ err }, 'stopping after an error')
    else log.info({ signal }, 'stopping: no new deliveries, the open ones are finished')
    await opened.close()
  })
}

function complain({ why, exitCode }: Failed): number {
  process.stderr.write(`${why}\n`)
  // A supervisor restarts what has ended: whatever is still open must not make this look like a relay that runs.
  setTimeout(() => process.exit(exitCode), LINGER_MS).unref()
  return exitCode
}
