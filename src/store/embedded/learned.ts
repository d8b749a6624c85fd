// What was learned of people and of domains: in memory, each kept in a file of its own.
import { join } from 'node:path'
import type { HistoryStore } from '../../history.ts'
import type { DomainStore } from '../domain-store.ts'
import type { FollowStore } from '../follow-store.ts'
import type { Log } from '../log.ts'
import { embeddedDomains } from './domains.ts'
import { embeddedFollows } from './follows.ts'
import { embeddedHistory } from './history.ts'
import { openMemoryFile } from './memory-file.ts'

export interface Learned {
  readonly history: HistoryStore
  readonly domains: DomainStore
  readonly follows: FollowStore
  /** Writes all of it, although nothing has changed. Never rejects. */
  rewrite(): Promise<void>
  /** Writes what is due. */
  close(): Promise<void>
}

interface LearnedOptions {
  readonly folder: string
  readonly now: () => number
  readonly remembered: number
  readonly log: Log | undefined
}

export async function openLearned(options: LearnedOptions): Promise<Learned> {
  const { folder, now, remembered, log } = options
  const people = await openMemoryFile({
    ...{ file: join(folder, 'history.json'), format: 'sekisho-history', of: 'people', log },
    open: () => embeddedHistory(remembered, now),
  })
  const domains = await openMemoryFile({
    ...{ file: join(folder, 'domains.json'), format: 'sekisho-domains', of: 'domains', log },
    open: () => embeddedDomains(remembered, now),
  })
  return {
    history: people.memory,
    domains: domains.memory,
    follows: embeddedFollows(people.memory, domains.memory),
    async rewrite() {
      await domains.rewrite()
      await people.rewrite()
    },
    async close() {
      await people.close()
      await domains.close()
    },
  }
}
