// Records in files of their own: taken, written, and deleted with their segment when none of it may be asked for.
import { checkRecord } from '../limits.ts'
import type { Log } from '../log.ts'
import type { RecordLimits, RecordStore, StoredRecord } from '../store.ts'
import { openRecordHistory, type RecordHistory } from './records-history.ts'
import type { RecordEntry } from './records-index.ts'
import { lineOf } from './records-line.ts'
import { openRecordWriter, type RecordWriter } from './records-writer.ts'

export interface RecordBook {
  readonly history: RecordHistory
  readonly writer: RecordWriter
  readonly append: RecordStore['append']
  /** Lets a line wait to be written; undefined where its id was seen of late. Throws while nothing can be taken. */
  take(record: StoredRecord): RecordEntry | undefined
  /** As `take`, whatever its id. */
  put(record: StoredRecord): RecordEntry
  /** Deletes the files in which nothing is left that may be asked for. */
  trim(): Promise<void>
  /** Writes what waits. */
  close(): Promise<void>
}

export interface RecordsOptions {
  /** Has nothing else in it. */
  readonly folder: string
  readonly limits: RecordLimits
  readonly now: () => number
  readonly log: Log | undefined
  /** `append` resolves when the record is on the disk, not when it waits for it. */
  readonly durable?: boolean
  readonly maxBytes?: number
  readonly makesRoom?: boolean
}

const TRIM_MS = 10 * 60_000

export async function openRecordBook(options: RecordsOptions): Promise<RecordBook> {
  const { folder, durable = false, log } = options
  const history = await openRecordHistory(options)
  const writer = openRecordWriter({ folder, durable, log })
  const isKnown = recentIds()
  let trimming = Promise.resolve()

  function trim(): Promise<void> {
    trimming = trimming
      .then(writer.flush)
      .then(() => history.trim(writer.firstWaiting))
      .catch((error) => log?.error({ err: error }, `old records stay in ${folder}`))
    return trimming
  }
  const timer = setInterval(() => void trim(), TRIM_MS).unref()

  function put(record: StoredRecord): RecordEntry {
    const line = lineOf(record)
    const length = Buffer.byteLength(line)
    const { place, isFirst } = history.take({ at: record.at, length })
    writer.push(line, { place, length })
    if (isFirst) void trim()
    return { at: record.at, place, length }
  }

  function take(record: StoredRecord): RecordEntry | undefined {
    checkRecord(record)
    const refusal = writer.refusal()
    if (refusal) throw refusal
    return isKnown(record.id) ? undefined : put(record)
  }

  return {
    history,
    writer,
    ...{ take, put, trim },
    async append(record) {
      take(record)
      const fault = durable ? await writer.flush() : undefined
      if (fault) throw fault
    },
    async close() {
      clearInterval(timer)
      await history.close()
      await trimming
      await writer.close()
    },
  }
}

const REMEMBERED_IDS = 500 // twice as many at most

/** Asks whether an id was seen of late, and remembers it. */
function recentIds(): (id: string) => boolean {
  let young = new Set<string>()
  let old = young
  return (id) => {
    if (young.has(id) || old.has(id)) return true
    if (young.size >= REMEMBERED_IDS) {
      old = young
      young = new Set()
    }
    young.add(id)
    return false
  }
}
