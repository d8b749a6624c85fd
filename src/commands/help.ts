// What the commands say of themselves.
import { type Command, type CommandName, commandNames, commands } from './catalog.ts'

const CALL = 'npm run -s sekisho --'

export function overview(): string {
  const width = Math.max(...commandNames.map((name) => name.length))
  return [
    `use: ${CALL} <command> …`,
    '     with --config <file>, and any key of the configuration as --key value',
    ...commandNames.map((name) => `  ${name.padEnd(width)}  ${commands[name].about}`),
    `more: ${CALL} help <command>`,
  ].join('\n')
}

export function helpOn(name: CommandName): string {
  const { about, use, examples, notes = [] }: Command = commands[name]
  const call = (args: string) => `${CALL} ${name} ${args}`.trimEnd()
  return [
    `sekisho ${name}: ${about}`,
    '',
    ...use.map((args, at) => `${at === 0 ? 'use: ' : '     '}${call(args)}`),
    ...notes.map((note) => `     ${note}`),
    '',
    ...examples.flatMap(([args, does]) => [`  # ${does}`, `  ${call(args)}`]),
  ].join('\n')
}

/** For an error: every way, or that of one deed, in one line. */
export function useOf(name: CommandName, deed = ''): string {
  const ways = commands[name].use.filter((args) => args.startsWith(deed))
  return `use: ${ways.map((args) => `${name} ${args}`.trimEnd()).join(' | ')}`
}
