// Processes that are measured: started on one core, asked over IPC, stopped by their own handle.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'

export interface Child<Ready> {
  readonly ready: Ready
  ask<Answer>(question: string, about?: unknown): Promise<Answer>
  stop(): Promise<void>
}

/** Which core a process keeps to: what is measured has one for itself, the load and the instance share the other. */
const CORES = { measured: 0, load: 1 } as const
const PINNING = 'taskset' // of util-linux
const PATIENCE_MS = 60_000

export interface Start {
  readonly file: URL
  readonly core: keyof typeof CORES
  readonly setup: unknown
  readonly nodeFlags?: readonly string[]
}

export async function startChild<Ready>(start: Start): Promise<Child<Ready>> {
  const { file, core, setup, nodeFlags = [] } = start
  const node = [process.execPath, ...nodeFlags, file.pathname, JSON.stringify(setup)]
  const [program, ...args] = onCore(core, node)
  const child = spawn(program!, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const killed = () => void child.kill('SIGKILL')
  process.once('exit', killed)
  child.once('exit', () => process.off('exit', killed))
  const answers = answersOf(child, file.pathname)
  const ready = await answers<Ready>('ready')
  return {
    ready,
    async ask(question, about) {
      child.send({ question, about })
      return answers(question)
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exit = once(child, 'exit')
      const timer = setTimeout(killed, PATIENCE_MS)
      child.send({ question: 'stop' })
      await exit
      clearTimeout(timer)
    },
  }
}

export function onCore(core: Start['core'], command: readonly string[]): readonly string[] {
  return isPinned ? [PINNING, '-c', String(CORES[core]), ...command] : command
}

/** False where there is no taskset or no second core: then everything shares what there is. */
export const isPinned =
  availableParallelism() > 1 && spawnSync(PINNING, ['-c', '0', 'true']).status === 0

/** The load is made by this process and its threads. */
export function pinLoad(): void {
  if (!isPinned) return
  spawnSync(PINNING, ['-a', '-c', '-p', String(CORES.load), String(process.pid)])
}

/** One question at a time; an exit or a long silence is a fault. */
function answersOf(child: ChildProcess, file: string) {
  return <Answer>(question: string): Promise<Answer> => {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    const gone = (code: number | null) => reject(new Error(`${file} ended with ${code}`))
    const late = () => reject(new Error(`${file} did not answer ${question}`))
    const timer = setTimeout(late, PATIENCE_MS)
    const take = (message: unknown) => {
      const { answerTo, answer } = message as { answerTo: string; answer: Answer }
      if (answerTo === question) resolve(answer)
    }
    child.on('message', take)
    child.once('exit', gone)
    child.once('error', reject)
    return promise.finally(() => {
      clearTimeout(timer)
      child.off('message', take)
      child.off('exit', gone)
      child.off('error', reject)
    })
  }
}
