// What the admin listener works with, taken from a running relay.
import { explainerBeside } from '../explain.ts'
import type { Parts, Start } from '../introduce.ts'
import type { ConsoleParts } from './listener.ts'
import type { Status } from './status-api.ts'

interface Beside {
  readonly token: string
  /** Why deliveries are not taken, besides a block list that is not there yet. */
  readonly whyClosed: () => string | undefined
}

export function consoleBeside(
  { config, log }: Pick<Start, 'config' | 'log'>,
  { relay, store, blocks, inForce, atPresent }: Parts,
  { token, whyClosed }: Beside,
): ConsoleParts {
  const startedAt = new Date(relay.now()).toISOString()
  const status = (): Status => {
    const whyNot = blocks.isReady() ? whyClosed() : 'the block list is not read yet'
    return {
      ready: whyNot === undefined,
      why: whyNot === undefined ? [] : [whyNot],
      ...{ mode: config.mode, domain: config.instance.domain, startedAt },
      store: store.isUp() ? 'up' : 'down',
      blocks: blocks.size,
    }
  }
  return {
    ...{ token, hosts: config.admin.hosts, blocks, own: relay.local.domains, log },
    ...{ records: store.records, audit: store.audit, onFault: relay.metrics.failedOpen },
    ...{ now: relay.now, newId: relay.newId },
    protectedDomains: [...config.blocks.protected, ...config.standing.trusted],
    running: {
      ...{ status, reload: inForce.reload, registry: relay.metrics.registry },
      explain: explainerBeside(atPresent, inForce),
    },
  }
}
