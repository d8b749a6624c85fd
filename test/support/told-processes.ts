// A relay process started by a command line that stands in one of our files, and what it says.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { onTestFinished, vi } from 'vitest'

/** The repository's own folder, without a slash at the end. */
export const ROOT = new URL('../..', import.meta.url).pathname.replace(/\/$/, '')

const PATIENCE = { timeout: 15_000, interval: 20 }

interface Told {
  readonly command: readonly string[]
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
}

export interface ToldProcess {
  readonly child: ChildProcess
  /** Waits for the words; rejects with all that was said instead. */
  until(words: string): Promise<string>
  /** The exit code after this signal. */
  endBy(signal: 'SIGTERM'): Promise<number | null>
}

/** Sees nothing of this process's environment but the PATH; ends with its test. */
export function startAsTold({ command, folder, environment }: Told): ToldProcess {
  const [program = '', ...args] = command
  const env = { PATH: process.env.PATH, ...environment }
  const child = spawn(program, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk
    })
  }
  return {
    child,
    until: (words) =>
      vi.waitFor(() => {
        if (said.includes(words)) return said
        throw new Error(`"${words}" was not said, but: ${said}`)
      }, PATIENCE),
    async endBy(signal) {
      const exit = once(child, 'exit')
      child.kill(signal)
      const [code] = await exit
      return code
    },
  }
}
