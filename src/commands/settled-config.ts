// The configuration for a command that needs no instance: the block list and the log are there without one.
import { type Config, loadConfig } from '../config.ts'
import { WrongUse } from './arguments.ts'

export function configFor(flags: readonly string[]): Config {
  const instance = { upstream: 'http://127.0.0.1:3000', domain: 'localhost' }
  const loaded = loadConfig(flags, { instance })
  if (loaded.status === 'wrong') throw new WrongUse(loaded.why)
  return loaded.config
}
