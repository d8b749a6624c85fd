// The settings: what they say that an operator may have forgotten.
import { WrongConfig } from '../config/layers.ts'
import { readBanned } from '../explain/offline-lists.ts'
import { readWording } from '../statement/wording.ts'
import { keysWithoutEffect } from '../without-effect.ts'
import { type Check, type CheckContext, doubtful, fine, type Remark, wrong } from './check.ts'

export const checkConfig: Check = async ({ config }) => {
  const unused = keysWithoutEffect(config)
  const lists = [...checkLists(config), ...checkStatement(config)]
  if (lists.some(({ status }) => status === 'wrong')) return lists
  return [
    ...lists,
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

/** The start refuses a list that cannot be read, and skips what is wrong in one. */
function checkLists({ banned }: CheckContext['config']): readonly Remark[] {
  const complaints: string[] = []
  try {
    readBanned(banned, (complaint) => complaints.push(complaint))
  } catch (cause) {
    if (!(cause instanceof WrongConfig)) throw cause
    return [wrong('settings', cause.message)]
  }
  return complaints.map((complaint) => doubtful('settings', complaint))
}

/** The start refuses a file of the statement that cannot be used. */
function checkStatement({ statement }: CheckContext['config']): readonly Remark[] {
  if (!statement.enabled) return []
  try {
    readWording(statement)
    return []
  } catch (cause) {
    if (!(cause instanceof WrongConfig)) throw cause
    return [wrong('settings', cause.message)]
  }
}
