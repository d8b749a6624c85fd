// The settings: what they say that an operator may have forgotten.
import { keysWithoutEffect } from '../without-effect.ts'
import { type Check, doubtful, fine } from './check.ts'

export const checkConfig: Check = async ({ config }) => {
  const unused = keysWithoutEffect(config)
  return [
    fine('settings', `they are sound, for ${config.instance.domain}`),
    ...(config.mode === 'observe'
      ? [doubtful('settings', 'mode is observe: everything is forwarded, nobody is blocked')]
      : []),
    ...(config.blocks.dryRun
      ? [doubtful('settings', 'blocks.dryRun is true: nobody is blocked')]
      : []),
    ...(Object.keys(config.remote.overrides).length > 0
      ? [doubtful('settings', 'remote.overrides is for development: it sends requests elsewhere')]
      : []),
    ...(unused.length > 0
      ? [doubtful('settings', `without effect in this version: ${unused.join(', ')}`)]
      : []),
  ]
}
