// The room of standing, introduced: what is known of servers, the notices, and looking at them again.
import type { Blocks } from '../blocks.ts'
import type { Config } from '../config.ts'
import type { Reporter } from '../instance/reports.ts'
import type { Log } from '../log.ts'
import type { OffencePolicy } from '../offence.ts'
import type { Documents } from '../remote/documents.ts'
import { type KnownDomains, openDomains } from '../store/known-domains.ts'
import type { OffenceStore } from '../store/offence-store.ts'
import type { Store } from '../store/store.ts'
import { condemnWith } from './condemn.ts'
import type { Descriptions } from './description.ts'
import { openStandingDesk, type StandingDesk } from './desk.ts'
import { type LookAgain, openLookAgain } from './look-again.ts'
import { openNotices } from './notices.ts'
import { openPositiveLists } from './positive-room.ts'
import { recheck } from './recheck.ts'
import { reportOnce } from './report-once.ts'

export interface StandingSetup {
  readonly config: Config['standing']
  readonly policy: OffencePolicy
  readonly store: Pick<Store, 'domains' | 'notices' | 'isUp'>
  readonly descriptions: Descriptions
  /** Signed GETs of the relay's own actor. */
  readonly documents: Documents
  readonly blocks: Pick<Blocks, 'add' | 'remove' | 'find' | 'entries' | 'mark'>
  readonly offences: Pick<OffenceStore, 'takeBlockPlace' | 'claim'>
  /** Absent: no notice is sent to its server. */
  readonly reporter: Reporter | undefined
  readonly now: () => number
  readonly newId: () => string
  readonly log: Log
  readonly onFault: (what: string) => void
}

export interface StandingRoom {
  readonly desk: StandingDesk
  readonly domains: KnownDomains
  readonly lookAgain: LookAgain
  close(): void
}

export function openStanding(setup: StandingSetup): StandingRoom {
  const { config, policy, store, descriptions, documents, reporter, now, log, onFault } = setup
  const domains = openDomains({ store: store.domains, onFault })
  const notices = openNotices({ ...setup, store: store.notices, policy: { graceMs: config.grace } })
  const judging = openStandingDesk({
    ...{ past: domains.past, isFamiliar: domains.isFamiliar, isStoreUp: store.isUp },
    ...{ noticeStore: store.notices, mark: setup.blocks.mark, descriptions, now, onFault },
    policy: () => policy,
  })
  const { positiveList } = config
  const positive = openPositiveLists({ ...setup, positiveList, domains })
  const lookAgain = openLookAgain({
    ...{ store: store.notices, unreachable: config.unreachable, now, log, onFault },
    recheck: (notice) => recheck(notice, { documents, now }),
    condemn: condemnWith({ ...setup, notices: store.notices, policy: () => policy }),
    ...(reporter && { report: reportOnce({ ...setup, store: store.notices, reporter }) }),
  })
  return {
    ...{ desk: { ...judging, notices }, lookAgain },
    domains: {
      past: domains.past,
      isFamiliar: domains.isFamiliar,
      learn(lesson) {
        positive.seen(lesson.domain)
        return domains.learn(lesson)
      },
    },
    close() {
      positive.close()
      lookAgain.close()
      notices.close()
    },
  }
}
