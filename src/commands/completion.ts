// What a shell needs to complete the commands: their names, their deeds, their flags and the keys of the configuration.
import { settingKeys } from '../config.ts'
import { splitArguments, WrongUse } from './arguments.ts'
import { type Command, type CommandName, commandNames, commands } from './catalog.ts'
import { useOf } from './help.ts'

export async function completion(args: readonly string[]): Promise<number> {
  const { files } = splitArguments(args, { VALUED: [], SWITCHES: [] })
  const [shell = '', ...more] = files
  const write = Object.hasOwn(shells, shell) ? shells[shell] : undefined
  if (!write || more.length > 0) throw new WrongUse(useOf('completion'))
  process.stdout.write(`${write()}\n`)
  return 0
}

const shells: Readonly<Record<string, () => string>> = { bash, zsh, fish }

const common = () => ['--help', '--config', ...settingKeys().map((key) => `--${key}`)]

function wordsAfter({ deeds = [], flags = [] }: Command): string {
  return [...deeds, ...flags.map((flag) => `--${flag}`)].join(' ')
}

function bash(): string {
  const cases = commandNames.map((name) => `    ${name}) words="${wordsAfter(commands[name])}" ;;`)
  return `# sekisho: completion for bash
_sekisho() {
  local words
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${commandNames.join(' ')} help" -- "\${COMP_WORDS[1]}"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
    help) words="${commandNames.join(' ')}" ;;
    *) words="" ;;
  esac
  case "\${COMP_WORDS[COMP_CWORD]}" in
    --*) words="$words ${common().join(' ')}" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _sekisho sekisho`
}

function zsh(): string {
  return `#compdef sekisho
autoload -U +X bashcompinit && bashcompinit
${bash()}`
}

function fish(): string {
  const lines = commandNames.flatMap(linesOf)
  const keys = common().map((flag) => `complete -c sekisho -l ${flag.slice(2)}`)
  return ['# sekisho: completion for fish', ...lines, ...keys].join('\n')
}

function linesOf(name: CommandName): readonly string[] {
  const { about, deeds = [], flags = [] }: Command = commands[name]
  const seen = `-n '__fish_seen_subcommand_from ${name}'`
  return [
    `complete -c sekisho -n __fish_use_subcommand -a ${name} -d '${about.replace(/'/g, '’')}'`,
    ...deeds.map((deed) => `complete -c sekisho ${seen} -a ${deed}`),
    ...flags.map((flag) => `complete -c sekisho ${seen} -l ${flag}`),
  ]
}
