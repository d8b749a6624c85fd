// The configuration for a command that needs no instance: the block list and the log are there without one.
import { type Config, loadConfig } from '../config.ts'
import { WrongUse } from './arguments.ts'

const NOBODY = 'localhost'

export function configFor(flags: readonly string[]): Config {
  const instance = { upstream: 'http://127.0.0.1:3000', domain: NOBODY }
  const loaded = loadConfig(flags, { instance })
  if (loaded.status === 'wrong') throw new WrongUse(loaded.why)
  return loaded.config
}

/** Whoever does not know the instance's names cannot keep them from being blocked. */
export function needDomain({ instance }: Config): void {
  if (instance.domain !== NOBODY) return
  throw new WrongUse(
    'instance.domain is missing, so your own domain could be blocked: name your settings with --config',
  )
}
