// Runs the relay until it is told to stop.
import closeWithGrace from 'close-with-grace'
import { rereading } from '../config/settings.ts'
import { loadConfig } from '../config.ts'
import { openLog } from '../log.ts'
import { openRelay, type Running } from '../main.ts'
import { keysWithoutEffect } from '../without-effect.ts'

const DRAIN_MS = 25_000

export async function start(flags: readonly string[]): Promise<number> {
  const loaded = loadConfig(flags)
  if (loaded.status === 'wrong') {
    process.stderr.write(`${loaded.why}\n`)
    return 2
  }
  const log = openLog({ terminal: process.stdout.isTTY })
  const unused = keysWithoutEffect(loaded.config)
  if (unused.length > 0) log.warn({ keys: unused }, 'these keys have no effect in this version')
  let running: Running | undefined
  process.on('SIGHUP', () => running?.reload())
  const settings = rereading(flags, loaded)
  const opened = await openRelay({ config: loaded.config, settings, log })
  if (opened.status === 'failed') {
    process.stderr.write(`${opened.why}\n`)
    return opened.exitCode
  }
  running = opened
  closeWithGrace({ delay: DRAIN_MS, logger: false, skip: ['SIGHUP'] }, async ({ err, signal }) => {
    if (err) log.error({ err }, 'stopping after an error')
    else log.info({ signal }, 'stopping: no new deliveries, the open ones are finished')
    await opened.close()
  })
  return 0
}
