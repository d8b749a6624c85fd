// The relay as `npm start` runs it, all its processes on the measured core, watched from outside.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { onCore } from './children.ts'

export interface CommandRelay {
  readonly port: number
  /** Microseconds of CPU time of each process: the primary, then its workers. */
  cpu(): readonly number[]
  /** Bytes of each. */
  rss(): readonly number[]
  stop(): Promise<void>
}

interface Line {
  readonly msg: string
  readonly pid?: number
  readonly port?: number
}

const CLI = new URL('../../src/cli.ts', import.meta.url).pathname
const TICK_US = 10_000 // Linux tells CPU time in hundredths of a second
const PAGE = 4_096
const START_MS = 60_000

/** Resolves when all workers listen; one is the process itself. */
export async function startCommand(
  flags: readonly string[],
  workers: number,
): Promise<CommandRelay> {
  const [program, ...args] = onCore('measured', [process.execPath, CLI, 'start', ...flags])
  const child = spawn(program!, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const killed = () => void child.kill('SIGKILL')
  process.once('exit', killed)
  const exit = once(child, 'exit').finally(() => process.off('exit', killed))
  const { port, pids } = await listening(child.stdout, workers)
  child.stdout.resume()
  const processes = [child.pid!, ...pids]
  return {
    port,
    cpu: () => processes.map((pid) => statOf(pid).ticks * TICK_US),
    rss: () => processes.map((pid) => statOf(pid).pages * PAGE),
    async stop() {
      child.kill('SIGTERM')
      await exit
    },
  }
}

async function listening(stdout: NodeJS.ReadableStream, workers: number) {
  const { promise, resolve, reject } = Promise.withResolvers<{ port: number; pids: number[] }>()
  const late = setTimeout(() => reject(new Error(`the relay does not listen: ${text}`)), START_MS)
  let text = ''
  stdout.on('data', function take(chunk: Buffer) {
    text += chunk
    const lines = text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line)
    const port = lines.find(({ msg }) => msg === 'Sekisho is listening')?.port
    const pids = lines.filter(({ msg }) => msg === 'a worker listens').map(({ pid }) => pid!)
    if (port === undefined || (workers > 1 && pids.length < workers)) return
    stdout.off('data', take)
    resolve({ port, pids })
  })
  return promise.finally(() => clearTimeout(late))
}

/** proc(5): the fields behind the name in parentheses. */
function statOf(pid: number): { readonly ticks: number; readonly pages: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return { ticks: Number(fields[11]) + Number(fields[12]), pages: Number(fields[21]) }
}
