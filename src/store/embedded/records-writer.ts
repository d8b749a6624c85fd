// Lines wait here until they are on the disk: written together, and again until it takes them.
import type { Log } from '../log.ts'
import { BATCH_BYTES, type Batch, openRecordFile } from './records-file.ts'

export interface RecordWriter {
  /** Why nothing more can be taken at present. */
  refusal(): Error | undefined
  /** Places ascend and leave no gap within a segment. */
  push(place: number, line: string): void
  /** A line that is not in its file yet. */
  waiting(place: number): string | undefined
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
const MAX_WAITING = 8_000_000 // characters, while the disk takes nothing

export function openRecordWriter(options: WriterOptions): RecordWriter {
  const { folder, durable, log } = options
  const queue = createQueue()
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
      if (queue.characters() < MAX_WAITING) return undefined
      return saver.fault() ?? new Error(`${folder} is too slow to be written`)
    },
    push(place, line) {
      queue.push(place, line)
      if (!durable) plan(saver.fault() ? RETRY_MS : FLUSH_MS)
    },
    waiting: (place) => queue.lines.get(place),
    firstWaiting: () => queue.lines.keys().next().value,
    flush,
    async close() {
      isOpen = false
      clearTimeout(timer)
      await flush()
      const lost = queue.lines.size
      if (lost > 0) log?.error(`${lost} records could not be written to ${folder}`)
      await saver.close()
    },
  }
}

interface Queue {
  /** By place, in the order of places. */
  readonly lines: ReadonlyMap<number, string>
  characters(): number
  push(place: number, line: string): void
  remove(batch: Batch): void
}

function createQueue(): Queue {
  const lines = new Map<number, string>()
  let characters = 0
  return {
    lines,
    characters: () => characters,
    push(place, line) {
      lines.set(place, line)
      characters += line.length
    },
    remove(batch) {
      let { place } = batch
      for (const line of batch.lines) {
        lines.delete(place)
        characters -= line.length
        place += Buffer.byteLength(line)
      }
    },
  }
}

/** Tells once that the disk takes nothing, and once that it does again. */
function openSaver({ folder, durable, log }: WriterOptions, queue: Queue) {
  const file = openRecordFile(folder, durable)
  let fault: Error | undefined

  async function save(): Promise<Error | undefined> {
    try {
      for (const batch of batchesOf(queue.lines)) {
        await file.write(batch)
        queue.remove(batch)
      }
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

/** What stands side by side in one segment goes out together. */
function batchesOf(lines: ReadonlyMap<number, string>): readonly Batch[] {
  const batches: { place: number; lines: string[]; bytes: number }[] = []
  for (const [place, line] of lines) {
    let batch = batches.at(-1)
    const isNext = batch !== undefined && batch.place + batch.bytes === place
    if (batch === undefined || !isNext || batch.bytes > BATCH_BYTES) {
      batch = { place, lines: [], bytes: 0 }
      batches.push(batch)
    }
    batch.lines.push(line)
    batch.bytes += Buffer.byteLength(line)
  }
  return batches
}
