// A command run in this process, as the operator calls it: what it wrote and how it ended.
import { vi } from 'vitest'
import { WrongUse } from '../../src/commands/arguments.ts'

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

type Command = (args: readonly string[]) => Promise<number>

/** Errors are told as cli.ts tells them. */
export async function runCommand(command: Command, ...args: readonly string[]): Promise<Ran> {
  const out = capture(process.stdout)
  const err = capture(process.stderr)
  try {
    const code = await command(args).catch((cause: Error) => {
      process.stderr.write(`${cause.message}\n`)
      return cause instanceof WrongUse ? 2 : 1
    })
    return { code, out: out.text(), err: err.text() }
  } finally {
    out.restore()
    err.restore()
  }
}

function capture(stream: NodeJS.WriteStream) {
  const parts: string[] = []
  const spy = vi.spyOn(stream, 'write').mockImplementation((part) => {
    parts.push(String(part))
    return true
  })
  return { text: () => parts.join(''), restore: () => spy.mockRestore() }
}
