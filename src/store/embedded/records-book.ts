// Records in files of their own: taken, written, and deleted with their segment when none of it may be asked for.
import { checkRecord } from '../limits.ts'
import type { Log } from '../log.ts'
import type { RecordLimits, RecordStore, StoredRecord } from '../store.ts'
import { openRecordHistory, type RecordHistory } from './records-history.ts'
import { lineOf } from './records-line.ts'
import { openRecordWriter, type RecordWriter } from './records-writer.ts'

export interface RecordBook {
  readonly history: RecordHistory
  readonly writer: RecordWriter
  readonly append: RecordStore['append']
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
}

const TRIM_MS = 10 * 60_000

export async function openRecordBook(options: RecordsOptions): Promise<RecordBook> {
  const { folder, durable = false, log } = options
  const history = await openRecordHistory(options)
  const writer = openRecordWriter({ folder, durable, log })
  const isKnown = recentIds()
  let trimming = Promise.resolve()

  function trim(): void {
    trimming = trimming
      .then(writer.flush)
      .then(() => history.trim(writer.firstWaiting))
      .catch((error) => log?.error({ err: error }, `old records stay in ${folder}`))
  }
  const timer = setInterval(trim, TRIM_MS).unref()

  function put(record: StoredRecord): void {
    const line = lineOf(record)
    const length = Buffer.byteLength(line)
    const { place, isFirst } = history.take({ at: record.at, length })
    writer.push(line, { place, length })
    if (isFirst) trim()
  }

  return {
    history,
    writer,
    async append(record) {
      checkRecord(record)
      const refusal = writer.refusal()
      if (refusal) throw refusal
      if (!isKnown(record.id)) put(record)
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
