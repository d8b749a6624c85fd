// Evidence of one process, in files like the records. What is purged is written over on the disk, where it stood.
import { ALL_TIMES, checkEvidence, EVIDENCE_KEPT_MS } from '../evidence-rules.ts'
import type { Evidence, EvidenceStore } from '../evidence-store.ts'
import type { Log } from '../log.ts'
import { type Kept, pagesOf } from './evidence-pages.ts'
import { type EvidenceRoom, erase, makeRoom } from './evidence-room.ts'
import { createEvidenceShares } from './evidence-shares.ts'
import { openRecordBook } from './records-book.ts'
import type { RecordEntry } from './records-index.ts'

export interface EmbeddedEvidence extends EvidenceStore {
  /** Writes what waits. */
  close(): Promise<void>
}

interface EvidenceOptions {
  /** Has nothing else in it. */
  readonly folder: string
  readonly now: () => number
  readonly log?: Log
  readonly evidenceKeptMs?: number
  readonly evidenceBytes?: number
}

type Wish = Parameters<EvidenceStore['of']>[0]

const MAX_BYTES = 256_000_000
const COUNT = 200_000 // a few MB of memory say where they stand

export async function openEvidence(options: EvidenceOptions): Promise<EmbeddedEvidence> {
  const { folder, now, log, evidenceBytes: maxBytes = MAX_BYTES } = options
  const limits = { count: COUNT, ageMs: options.evidenceKeptMs ?? EVIDENCE_KEPT_MS }
  const bounds = { limits, maxBytes, makesRoom: true }
  const book = await openRecordBook({ folder, now, log, durable: true, ...bounds })
  const shares = createEvidenceShares()
  const room = { folder, book, shares, maxBytes }
  const pages = (since: number) => pagesOf({ ...options, book, limits }, since)
  const inTurn = oneByOne()
  let counting: Promise<void> | undefined
  const counted = () => {
    counting ??= inTurn(() => count(room, pages(ALL_TIMES.since))).catch((error) => {
      counting = undefined
      throw error
    })
    return counting
  }

  return {
    async keep(evidence) {
      checkEvidence(evidence)
      await counted()
      shares.dropOlder(now() - limits.ageMs)
      if (!shares.has(evidence.id) && shares.hasRoom(evidence)) {
        const { id, at } = evidence
        const entry = book.take({ id, at, json: JSON.stringify(evidence) })
        if (entry) shares.add(evidence, entry)
      }
      const fault = await book.writer.flush()
      if (fault) throw fault
      await inTurn(() => makeRoom(room))
    },
    // What is being read is not written over meanwhile.
    of: (wish) => wanted(inTurns(pages(wish.since ?? ALL_TIMES.since), inTurn), wish),
    purge: (author) => inTurn(() => purge(room, pages(Number.NEGATIVE_INFINITY), author)),
    async close() {
      await inTurn(async () => undefined)
      await book.close()
    },
  }
}

function oneByOne() {
  let turn: Promise<unknown> = Promise.resolve()
  return <T>(work: () => Promise<T>): Promise<T> => {
    const done = turn.then(work)
    turn = done.catch(() => undefined) // told to whoever asked for it
    return done
  }
}

type Room = Omit<EvidenceRoom, 'maxBytes'>

/** What earlier processes kept. What is there twice, since one was killed while it moved it, stays once. */
async function count(room: Room, pages: AsyncIterable<readonly Kept[]>): Promise<void> {
  const { shares } = room
  const seen = new Set<string>()
  const repeated: RecordEntry[] = []
  for await (const page of pages) {
    for (const { entry, evidence } of page) {
      if (seen.has(evidence.id)) repeated.push(entry)
      // It was begun before, and ended by a fault.
      else if (!shares.has(evidence.id)) shares.add(evidence, entry)
      seen.add(evidence.id)
    }
  }
  if (repeated.length > 0) await erase(repeated, room)
}

async function* inTurns<T>(
  pages: AsyncGenerator<T>,
  inTurn: <R>(work: () => Promise<R>) => Promise<R>,
): AsyncGenerator<T> {
  for (;;) {
    const page = await inTurn(() => pages.next())
    if (page.done) return
    yield page.value
  }
}

async function purge(
  room: Room,
  pages: AsyncIterable<readonly Kept[]>,
  author: string,
): Promise<number> {
  const ids = new Set<string>()
  const doomed: RecordEntry[] = []
  for await (const page of pages) {
    for (const { entry, evidence } of page.filter((kept) => kept.evidence.author === author)) {
      ids.add(evidence.id)
      doomed.push(entry)
    }
  }
  await erase(doomed, room)
  return ids.size
}

/** Of one moment an id comes once: it may have been kept twice, with a restart in between. */
function isRepeated(): (evidence: Evidence) => boolean {
  let latest = { at: -1, ids: new Set<string>() }
  return ({ at, id }) => {
    if (at !== latest.at) latest = { at, ids: new Set() }
    const isKnown = latest.ids.has(id)
    latest.ids.add(id)
    return isKnown
  }
}

async function* wanted(
  pages: AsyncIterable<readonly Kept[]>,
  { domain, until = ALL_TIMES.until }: Wish,
): AsyncGenerator<Evidence> {
  const isOld = isRepeated()
  for await (const page of pages) {
    const inTime = page.map(({ evidence }) => evidence).filter(({ at }) => at <= until)
    for (const evidence of inTime) {
      const isMeant = domain === undefined || evidence.domain === domain
      if (!isOld(evidence) && isMeant) yield evidence
    }
    if (inTime.length < page.length) return
  }
}
