// What the admin listener works with, taken from a running relay.
import { explainerBeside } from '../explain.ts'
import type { Parts, Start } from '../introduce.ts'
import type { Front } from '../listeners.ts'
import type { ConsoleParts } from './listener.ts'
import type { Status } from './status-api.ts'

interface Beside extends Front {
  readonly token: string
}

export function consoleBeside(
  { config, log }: Pick<Start, 'config' | 'log'>,
  { relay, store, blocks, inForce, atPresent, clock, images, standing }: Parts,
  { token, isServing, exposition, reload }: Beside,
): ConsoleParts {
  const startedAt = new Date(relay.now()).toISOString()
  const status = (): Status => {
    const whyNot = whyNotReady(blocks.isReady(), isServing())
    const clockOffsetMs = clock.offsetMs()
    return {
      ready: whyNot === undefined,
      why: whyNot === undefined ? [] : [whyNot],
      ...{ mode: config.mode, domain: config.instance.domain, startedAt },
      store: store.isUp() ? 'up' : 'down',
      blocks: blocks.size,
      ...(clockOffsetMs !== undefined && { clockOffsetMs }),
    }
  }
  return {
    ...{ token, hosts: config.admin.hosts, blocks, own: relay.local.domains, log },
    ...{ pictures: store.pictures, records: store.records, audit: store.audit },
    ...{ standing: standing.desk, notices: store.notices, evidence: store.evidence },
    ...{ onFault: relay.metrics.failedOpen },
    ...{ now: relay.now, newId: relay.newId },
    protectedDomains: [...config.blocks.protected, ...config.standing.trusted],
    running: {
      ...{ status, registry: exposition(relay.metrics.registry) },
      reload() {
        reload()
        return inForce.reload()
      },
      explain: explainerBeside(atPresent, inForce),
      onPicturesChanged: images.refresh,
      drawnAliases: images.aliases,
    },
  }
}

function whyNotReady(isListRead: boolean, isServing: boolean): string | undefined {
  if (!isListRead) return 'the block list is not read yet'
  return isServing ? undefined : 'nobody takes deliveries: it is starting or stopping'
}
