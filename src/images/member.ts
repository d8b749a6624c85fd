// One child process that reads pictures: a job at a time, killed at its deadline or above its memory, never waited for.
import { type ChildProcess, fork } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { FromChild, ToChild } from './child-messages.ts'
import { residentBytes } from './resident.ts'

export type Question = Extract<ToChild, { job: number }>

export type Answer = Exclude<FromChild, { kind: 'ready' }>

export type Outcome =
  | { readonly status: 'answered'; readonly answer: Answer }
  /** `isFatal`: it is gone, over what it was at. */
  | { readonly status: 'lost'; readonly why: string; readonly isFatal: boolean }

export interface Member {
  /** Resolves to undefined when it can work, or to why it never will. */
  readonly ready: Promise<string | undefined>
  ask(question: Question, deadlineMs: number): Promise<Outcome>
  tell(message: Extract<ToChild, { kind: 'bans' }>): void
  /** Undefined where this machine does not tell. */
  residentBytes(): Promise<number | undefined>
  /** At once: nothing is lost but what it is at. */
  kill(): void
  readonly isAlive: () => boolean
}

export interface MemberOptions {
  /** What it says on standard error: libraries' warnings, faults with their stack. */
  readonly onNoise: (line: string) => void
  readonly script?: URL
  readonly maxResidentBytes?: number
}

const START_MS = 15_000 // a cold disk under load; 0.3 s as a rule
const LOOK_EVERY_MS = 100
/** More than the worst picture inside the limits takes; below what one child may cost a small machine. */
const MAX_RESIDENT = 1_100_000_000

export function openMember(options: MemberOptions): Member {
  const { onNoise, script = CHILD, maxResidentBytes = MAX_RESIDENT } = options
  const child = fork(fileURLToPath(script), {
    serialization: 'advanced', // bytes as bytes
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: {}, // it reads strangers' bytes: no secret is within its reach
    execArgv: ['--max-old-space-size=256'],
  })
  createInterface({ input: child.stderr! }).on('line', onNoise)
  const end = endOf(child)
  let isAlive = true
  void end.then(() => {
    isAlive = false
  })
  const kill = () => void child.kill('SIGKILL')
  return {
    ready: readiness(child, end, kill),
    isAlive: () => isAlive,
    kill,
    residentBytes: () => residentBytes(child.pid),
    tell(message) {
      if (child.connected) child.send(message, ignore)
    },
    async ask(question, deadlineMs) {
      if (!child.connected) return lost('it has ended')
      const watch = guard(child, { deadlineMs, maxResidentBytes })
      child.send(question, ignore)
      const outcome = await Promise.race([
        answerTo(question.job, child),
        watch.broken,
        end.then(lost),
      ])
      watch.stop()
      if (outcome.status === 'lost') kill()
      return outcome
    },
  }
}

const CHILD = new URL('./child.ts', import.meta.url)

/** What could not be sent shows by the child's end. */
const ignore = () => {}

function lost(why: string): Extract<Outcome, { status: 'lost' }> {
  return { status: 'lost', why, isFatal: true }
}

function endOf(child: ChildProcess): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  child.once('exit', (code, signal) =>
    resolve(signal ? `it was ended by ${signal}` : `it ended with ${code}`),
  )
  child.once('error', ({ message }) => resolve(`it could not be started (${message})`))
  return promise
}

async function readiness(child: ChildProcess, end: Promise<string>, kill: () => void) {
  const { promise: ready, resolve } = Promise.withResolvers<undefined>()
  const late = Promise.withResolvers<string>()
  const timer = setTimeout(late.resolve, START_MS, 'it did not start in time')
  const hear = (word: FromChild) => {
    if (word.kind === 'ready') resolve(undefined)
  }
  child.on('message', hear)
  const why = await Promise.race([ready, end, late.promise])
  clearTimeout(timer)
  child.off('message', hear)
  if (why !== undefined) kill()
  return why
}

function answerTo(job: number, child: ChildProcess): Promise<Outcome> {
  const { promise, resolve } = Promise.withResolvers<Outcome>()
  const hear = (word: FromChild) => {
    if (word.kind === 'ready' || word.job !== job) return
    child.off('message', hear)
    resolve({ status: 'answered', answer: word })
  }
  child.on('message', hear)
  return promise
}

/** Breaks at the deadline, or when the child takes more memory than any picture is worth. */
function guard(
  child: ChildProcess,
  {
    deadlineMs,
    maxResidentBytes,
  }: { readonly deadlineMs: number; readonly maxResidentBytes: number },
) {
  const { promise: broken, resolve } = Promise.withResolvers<Outcome>()
  const timer = setTimeout(() => resolve(lost(`it took longer than ${deadlineMs} ms`)), deadlineMs)
  const watch = setInterval(async () => {
    const bytes = await residentBytes(child.pid)
    if (bytes !== undefined && bytes > maxResidentBytes) resolve(lost('it took too much memory'))
  }, LOOK_EVERY_MS)
  return {
    broken,
    stop() {
      clearTimeout(timer)
      clearInterval(watch)
    },
  }
}
