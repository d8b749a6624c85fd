// A process that looks at one stranger's picture after the other, and may be killed at any moment: what it does is
// native code on hostile bytes, and the text models can't be interrupted. It says what src/images/child-messages.ts has.
import { writeFileSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import process from 'node:process'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { FromChild, ToChild } from './child-messages.ts'
import { openCodeReader } from './codes.ts'
import { fingerprint } from './fingerprint.ts'
import { compileLook, type Look } from './look.ts'
import { openTextReader } from './open-text-reader.ts'
import type { TextReader } from './text-reader.ts'

// The gate comes first: pictures wait for the processor, deliveries don't; and where memory is short this one is ended.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
offerToTheOomKiller()

const MAX_LEFT_BYTES = 64 * 1024 * 1024
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

let text: Promise<TextReader> | undefined
const readers = {
  codes: await openCodeReader(),
  openText: () => (text ??= openTextReader()),
  now: () => performance.now(),
}
let look: Look = compileLook({ version: '', urls: [], known: [], aliases: [] }, readers)

/** One after the other: a job must not see half of another's memory, nor its bans change under it. */
let turn: Promise<void> = Promise.resolve()
process.on('message', (message: ToChild) => {
  turn = turn.then(() => serve(message))
})
// Whoever started this is gone: nobody wants the answer.
process.on('disconnect', () => process.exit(0))
tell({ kind: 'ready' })

/** Linux alone has it, and not in every container. */
function offerToTheOomKiller(): void {
  const file = '/proc/self/oom_score_adj'
  try {
    writeFileSync(file, '1000')
  } catch {
    process.stderr.write(`${file} cannot be written: where memory is short, others may be ended\n`)
  }
}

async function serve(message: ToChild): Promise<void> {
  if (message.kind === 'bans') {
    look = compileLook(message.bans, readers)
    return
  }
  try {
    tell(await answer(message))
  } catch (cause) {
    // Our own fault, not the picture's: told to the operator, and the next picture is looked at all the same.
    process.stderr.write(`looking at a picture failed: ${textOf(cause)}\n`)
    tell(unreadAfter(message, cause))
  }
  // Pixels are outside of the heap: the collector would let hundreds of megabytes of them lie.
  if (process.memoryUsage().external > MAX_LEFT_BYTES) collectGarbage()
}

type Job = Exclude<ToChild, { kind: 'bans' }>

async function answer(message: Job): Promise<FromChild> {
  const { kind, job } = message
  switch (kind) {
    case 'look':
      return { kind: 'seen', job, sight: await look(message.bytes, message) }
    case 'fingerprint':
      return { kind: 'fingerprinted', job, print: await fingerprint(message.bytes) }
    case 'learn':
      return { kind: 'learned', job, learned: await (await readers.openText()).learn(message.host) }
  }
}

function unreadAfter({ kind, job }: Job, cause: unknown): FromChild {
  const why = cause instanceof Error ? cause.message : String(cause)
  switch (kind) {
    case 'look':
      return { kind: 'seen', job, sight: { status: 'unread', why, isPassing: true, stages: {} } }
    case 'fingerprint':
      return { kind: 'fingerprinted', job, print: { status: 'unread', why } }
    case 'learn':
      return { kind: 'learned', job, learned: { status: 'unreadable', why } }
  }
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
}

function tell(message: FromChild): void {
  process.send?.(message)
}
