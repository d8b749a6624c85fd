#!/usr/bin/env node
// The command: dispatches to commands/, one file each.
import { WrongUse } from './commands/arguments.ts'

interface Command {
  readonly about: string
  /** Resolves to the exit code: 0 fine, 1 the answer is no, 2 wrong use. */
  readonly load: () => Promise<(flags: readonly string[]) => Promise<number>>
}

const commands: Readonly<Record<string, Command>> = {
  start: {
    about:
      'run the relay: --instance.domain example.social --instance.upstream http://127.0.0.1:3000',
    load: async () => (await import('./commands/start.ts')).start,
  },
  explain: {
    about:
      'say what would become of activities: <file…|-> [--json] [--actor f] [--now t] [--unproved]',
    load: async () => (await import('./commands/explain.ts')).explain,
  },
  blocks: {
    about: 'the block list: list [--json] | add <domain> | remove <domain> | export',
    load: async () => (await import('./commands/blocks.ts')).blocks,
  },
  demo: {
    about: 'watch a spam wave break on the relay; needs nothing but this',
    load: async () => (await import('./commands/demo.ts')).demo,
  },
}

const [name = '', ...flags] = process.argv.slice(2)
const command = Object.hasOwn(commands, name) ? commands[name] : undefined
if (command) {
  const run = await command.load()
  process.exitCode = await run(flags).catch((cause: unknown) => {
    if (!(cause instanceof WrongUse)) throw cause
    process.stderr.write(`${cause.message}\n`)
    return 2
  })
} else {
  const lines = Object.entries(commands).map(([key, { about }]) => `  ${key.padEnd(8)} ${about}`)
  process.stderr.write(`sekisho ${name}: no such command. There are:\n${lines.join('\n')}\n`)
  process.exitCode = ['', 'help', '--help', '-h'].includes(name) ? 0 : 2
}
