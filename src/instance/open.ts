// What is asked of our own instance, and sent by it, with the operator's token.
import type { Config } from '../config.ts'
import type { Start } from '../introduce.ts'
import type { Kept } from '../open-kept.ts'
import { connectFollows, reporterOf } from './connect.ts'
import { openRelations, type Relations } from './relations.ts'
import type { Reporter } from './reports.ts'

/** Undefined: no notice is sent to its server. Who only watches, or only tries, tells nobody. */
export function reportingTo({ instance, mode, blocks, standing }: Config): Reporter | undefined {
  const isSent = standing.report && mode === 'enforce' && !blocks.dryRun
  return isSent ? reporterOf(instance) : undefined
}

/** Asked by one process of this machine; the store sees to it that it is one of all. */
export function relationsOf(start: Start, kept: Kept): Relations | undefined {
  const { config, log, isWorker, now = Date.now } = start
  const { instance } = config
  if (instance.api.token === '' || isWorker) return undefined
  const ownHosts = [instance.domain, ...instance.aliases]
  return openRelations({ ...kept, connect: () => connectFollows(instance), ownHosts, now, log })
}
