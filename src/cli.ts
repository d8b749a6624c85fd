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

const HELP = new Set(['', 'help', '--help', '-h'])

const [name = '', ...flags] = process.argv.slice(2)
process.stdout.on('error', endQuietly)
process.exitCode = await run()

async function run(): Promise<number> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (HELP.has(name)) return say(overview(), 0)
  if (!command) return complain(`sekisho ${name}: no such command\n${overview()}`, 2)
  if (flags.some((flag) => flag === '--help' || flag === '-h')) {
    return say(`sekisho ${name}: ${command.about}`, 0)
  }
  try {
    const perform = await command.load()
    return await perform(flags)
  } catch (cause) {
    return complain((cause as Error).message, cause instanceof WrongUse ? 2 : 1)
  }
}

function overview(): string {
  const lines = Object.entries(commands).map(([key, { about }]) => `  ${key.padEnd(8)} ${about}`)
  return [
    'npm run -s sekisho -- <command>, with --config <file> and any --key value',
    ...lines,
  ].join('\n')
}

function say(text: string, code: number): number {
  process.stdout.write(`${text}\n`)
  return code
}

function complain(text: string, code: number): number {
  process.stderr.write(`${text}\n`)
  return code
}

/** `… | head` closes our output early; that is no fault. */
function endQuietly(cause: { readonly code?: string }): void {
  if (cause.code !== 'EPIPE') throw cause
  process.exit(0)
}
