// The store without a server: one process, memory, a journal of what must never be forgotten, and records in files.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type BlockState, createBlockState } from '../block-state.ts'
import type { JournalLine } from '../journal-line.ts'
import { AUDIT_LIMITS, RECORD_LIMITS } from '../limits.ts'
import type { Log } from '../log.ts'
import type { IdentityStore, RecordLimits, Store } from '../store.ts'
import { embeddedBlocks } from './blocks.ts'
import { embeddedKeys, embeddedOffences, embeddedRetries } from './counters.ts'
import { openEvidence } from './evidence.ts'
import { type Journal, readJournal, startJournal } from './journal.ts'
import { openLearned } from './learned.ts'
import { lockFolder } from './lock.ts'
import { regainFolder, tellLosses } from './lost-folder.ts'
import {
  applyNotice,
  createNoticeState,
  embeddedNotices,
  type NoticeState,
  noticeLines,
} from './notices.ts'
import { applyPicture, embeddedPictures, type PictureState, pictureLines } from './pictures.ts'
import { openRecords } from './records.ts'

export interface EmbeddedOptions {
  readonly folder: string
  readonly now: () => number
  readonly records?: RecordLimits
  readonly evidenceKeptMs?: number
  readonly evidenceBytes?: number
  /** How many keys, retries, claims, offending domains and people are remembered, each. */
  readonly remembered?: number
  readonly log?: Log
  /** Counts a fault by its name: store-folder. */
  readonly onFault?: (what: string) => void
}

const LOOK_EVERY_MS = 2_000

export async function openEmbeddedStore(options: EmbeddedOptions): Promise<Store> {
  const { folder, now, remembered = 50_000, log } = options
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const lock = await lockFolder(folder)
  try {
    const loss = tellLosses(options)
    const regain = () => regainFolder({ folder, lock, loss })
    const onRegained = () => {
      loss.madeGood()
      void learned.rewrite() // never rejects
    }
    const place = { regain, onRegained }
    const { blocks, identities, pictures, notices, journal } = await openJournal(folder, place)
    const learned = await openLearned({ folder, now, remembered, log })
    const { closeBooks, ...books } = await openBooks(options)
    const watch = setInterval(() => void journal.look().catch(loss.lasts), LOOK_EVERY_MS).unref()
    let isOpen = true
    return {
      blocks: embeddedBlocks(blocks, journal),
      pictures: embeddedPictures(pictures, { journal, max: remembered, now }),
      keys: embeddedKeys(remembered, now),
      retries: embeddedRetries(remembered, now),
      offences: embeddedOffences(remembered, now),
      ...books,
      identity: embeddedIdentity(identities, journal),
      history: learned.history,
      domains: learned.domains,
      follows: learned.follows,
      notices: embeddedNotices(notices, journal),
      isUp: () => isOpen,
      async close() {
        if (!isOpen) return
        isOpen = false
        clearInterval(watch)
        await learned.close()
        await closeBooks()
        await journal.close()
        await lock.release()
      },
    }
  } catch (error) {
    await lock.release()
    throw error
  }
}

/** Verdicts, of which a power cut may cost some, the audit and evidence, of which it may cost none. */
async function openBooks(options: EmbeddedOptions) {
  const { folder, now, records: limits = RECORD_LIMITS, log } = options
  const common = { now, log }
  const records = await openRecords({ folder: join(folder, 'records'), limits, ...common })
  const kept = { folder: join(folder, 'audit'), limits: AUDIT_LIMITS, durable: true }
  const audit = await openRecords({ ...kept, ...common })
  const evidence = await openEvidence({ ...options, folder: join(folder, 'evidence') })
  return {
    ...{ records, audit, evidence },
    async closeBooks() {
      for (const book of [records, audit, evidence]) await book.close()
    },
  }
}

interface Lasting {
  readonly blocks: BlockState
  readonly identities: Map<string, string>
  readonly pictures: PictureState
  readonly notices: NoticeState
}

/** Reads what is there and writes it anew without what has been overtaken. */
async function openJournal(
  folder: string,
  place: Pick<Parameters<typeof startJournal>[0], 'regain' | 'onRegained'>,
): Promise<Lasting & { readonly journal: Journal }> {
  const file = join(folder, 'journal.ndjson')
  const lasting: Lasting = {
    ...{ blocks: createBlockState(), identities: new Map(), pictures: new Map() },
    notices: createNoticeState(),
  }
  await readJournal(file, (line) => take(line, lasting))
  function* lines() {
    const { blocks, identities, pictures, notices } = lasting
    for (const [name, value] of identities) yield { kind: 'identity', name, value } as const
    yield* pictureLines(pictures)
    yield* noticeLines(notices)
    yield* blocks.lines()
  }
  return { ...lasting, journal: await startJournal({ file, lines, ...place }) }
}

function take(line: JournalLine, { blocks, identities, pictures, notices }: Lasting): void {
  switch (line.kind) {
    case 'identity':
      if (!identities.has(line.name)) identities.set(line.name, line.value)
      return
    case 'picture':
    case 'picture-removed':
      applyPicture(pictures, line)
      return
    case 'notice':
      applyNotice(notices, line)
      return
    case 'block':
    case 'mark':
      blocks.apply(line)
  }
}

function embeddedIdentity(identities: Map<string, string>, journal: Journal): IdentityStore {
  return {
    async getOrCreate(name, fresh) {
      const known = identities.get(name)
      if (known !== undefined) return known
      const value = await fresh()
      await journal.append({ kind: 'identity', name, value })
      // Two callers may have made one each: the first on the disk is the one a restart reads.
      const first = identities.get(name) ?? value
      identities.set(name, first)
      return first
    },
  }
}
