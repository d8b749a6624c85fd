#!/usr/bin/env node
// The command: dispatches to commands/, one file each.
import { WrongUse } from './commands/arguments.ts'
import { type CommandName, commandNames } from './commands/catalog.ts'
import { helpOn, overview } from './commands/help.ts'
import { withoutPasswords } from './config/secrets.ts'
import { printable } from './printable.ts'

/** Resolves to the exit code: 0 fine, 1 the answer is no, 2 wrong use. */
type Perform = (args: readonly string[]) => Promise<number>

/** Each is read only when it is called. */
const loaders: Readonly<Record<CommandName, () => Promise<Perform>>> = {
  start: async () => (await import('./commands/start.ts')).start,
  check: async () => (await import('./commands/check.ts')).check,
  explain: async () => (await import('./commands/explain.ts')).explain,
  blocks: async () => (await import('./commands/blocks.ts')).blocks,
  images: async () => (await import('./commands/images.ts')).images,
  domain: async () => (await import('./commands/domain.ts')).domain,
  evidence: async () => (await import('./commands/evidence.ts')).evidence,
  log: async () => (await import('./commands/log.ts')).log,
  config: async () => (await import('./commands/config.ts')).config,
  reload: async () => (await import('./commands/reload.ts')).reload,
  demo: async () => (await import('./commands/demo.ts')).demo,
  completion: async () => (await import('./commands/completion.ts')).completion,
}

const HELP = new Set(['help', '--help', '-h'])

process.stdout.on('error', endQuietly)
process.exitCode = await run(process.argv.slice(2))

async function run([name = 'help', ...args]: readonly string[]): Promise<number> {
  if (name === '--version') return say((await import('./version.ts')).version)
  const isHelp = HELP.has(name)
  const wanted = isHelp ? args[0] : name
  if (wanted === undefined) return say(overview())
  const command = commandNames.find((each) => each === wanted)
  if (!command) return complain(`sekisho ${printable(wanted)}: no such command\n${overview()}`, 2)
  if (isHelp || args.some((word) => HELP.has(word) && word !== 'help')) return say(helpOn(command))
  return perform(command, args)
}

async function perform(command: CommandName, args: readonly string[]): Promise<number> {
  try {
    return await (await loaders[command]())(args)
  } catch (cause) {
    return complain((cause as Error).message, cause instanceof WrongUse ? 2 : 1)
  }
}

function say(text: string): number {
  process.stdout.write(`${text}\n`)
  return 0
}

/** In its own lines; what it repeats of arguments and files is made harmless, and tells no password. */
function complain(text: string, code: number): number {
  const lines = text.split('\n').map((line) => printable(withoutPasswords(line)))
  process.stderr.write(`${lines.join('\n')}\n`)
  return code
}

/** `… | head` closes our output early; that is no fault. A full disk is one, and nothing more can be written. */
function endQuietly({ code }: { readonly code?: string }): void {
  if (code === 'EPIPE') process.exit(0)
  process.exit(complain(`the output cannot be written (${code})`, 1))
}
