// Lines wait here until they are on the disk: written together, and again until it takes them.
import type { Log } from '../log.ts'
import { openRecordFile } from './records-file.ts'
import type { RecordEntry } from './records-index.ts'
import { type Chunk, createRecordQueue, type RecordQueue } from './records-queue.ts'

export interface RecordWriter {
  /** Why nothing more can be taken at present. */
  refusal(): Error | undefined
  /** Places ascend and leave no gap within a segment. */
  push(line: string, entry: Omit<RecordEntry, 'at'>): void
  /** A line that is not in its file yet. */
  waiting(entry: Omit<RecordEntry, 'at'>): string | undefined
  /** Place of the first such line. */
  firstWaiting(): number | undefined
  /** Writes what waits; resolves to why it could not. The lines go on waiting then, and it is tried again by itself. */
  flush(): Promise<Error | undefined>
  close(): Promise<void>
}

interface WriterOptions {
  readonly folder: string
  /** Fsync what is written. */
  readonly durable: boolean
  readonly log: Log | undefined
}

const FLUSH_MS = 50 // what kill -9 may cost of records that are not durable
const RETRY_MS = 1000
const MAX_WAITING_BYTES = 8_000_000 // while the disk takes nothing

export function openRecordWriter(options: WriterOptions): RecordWriter {
  const { folder, durable, log } = options
  const queue = createRecordQueue()
  const saver = openSaver(options, queue)
  let turn: Promise<Error | undefined> = Promise.resolve(undefined)
  let timer: NodeJS.Timeout | undefined
  let isOpen = true

  /** One after another: whoever asks during a write waits for the next one. */
  function flush(): Promise<Error | undefined> {
    turn = turn.then(saver.save).then((fault) => {
      if (fault) plan(RETRY_MS)
      return fault
    })
    return turn
  }

  function plan(ms: number): void {
    if (!isOpen) return
    timer ??= setTimeout(() => {
      timer = undefined
      void flush()
    }, ms)
  }

  return {
    refusal() {
      if (!isOpen) return new Error(`the records in ${folder} are closed`)
      if (queue.bytes() < MAX_WAITING_BYTES) return undefined
      return saver.fault() ?? new Error(`${folder} is too slow to be written`)
    },
    push(line, entry) {
      queue.push(line, entry)
      if (!durable) plan(saver.fault() ? RETRY_MS : FLUSH_MS)
    },
    waiting: queue.find,
    firstWaiting: () => queue.chunks[0]?.place,
    flush,
    async close() {
      isOpen = false
      clearTimeout(timer)
      await flush()
      const lost = queue.bytes()
      if (lost > 0) log?.error(`${lost} bytes of records could not be written to ${folder}`)
      await saver.close()
    },
  }
}

/** Tells once that the disk takes nothing, and once that it does again. */
function openSaver({ folder, durable, log }: WriterOptions, queue: RecordQueue) {
  const file = openRecordFile(folder, durable)
  let fault: Error | undefined

  async function write(chunk: Chunk): Promise<void> {
    chunk.isSealed = true
    try {
      await file.write(chunk.place, chunk.room.subarray(0, chunk.end))
      queue.shift()
    } finally {
      chunk.isSealed = false
    }
  }

  async function save(): Promise<Error | undefined> {
    try {
      for (const chunk of [...queue.chunks]) await write(chunk)
    } catch (error) {
      if (!fault) log?.error({ err: error }, `records cannot be written to ${folder}: they wait`)
      fault = new Error(`${folder} cannot be written`, { cause: error })
      return fault
    }
    if (fault) log?.info(`records are written to ${folder} again`)
    fault = undefined
    return undefined
  }
  return { save, fault: () => fault, close: file.close }
}
