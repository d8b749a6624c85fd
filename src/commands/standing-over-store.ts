// What is made of a server where no relay runs: by what the store remembers.
import type { Config } from '../config.ts'
import { openStandingDesk } from '../standing/desk.ts'
import { openDomains } from '../store/known-domains.ts'
import type { Store } from '../store/store.ts'

/** By what is remembered alone: no server is asked. */
export function standingOver(store: Store, { instance, blocks, standing }: Config) {
  const { past, isFamiliar } = openDomains({ store: store.domains, onFault: () => {} })
  return openStandingDesk({
    ...{ past, isFamiliar, isStoreUp: store.isUp, noticeStore: store.notices },
    mark: store.blocks.mark,
    descriptions: { known: () => undefined, describe: async () => undefined },
    policy: () => ({
      own: [instance.domain, ...instance.aliases],
      ...{ protected: blocks.protected, trusted: standing.trusted },
    }),
    now: Date.now,
    onFault: () => {},
  })
}
