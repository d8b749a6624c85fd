// Every command: what it is for, how it is called, examples to copy.
import { HOW_TO_TELL_TIME, WHOLE_DAYS } from './times.ts'

export interface Command {
  readonly about: string
  /** The ways to call it, without the command's own name. */
  readonly use: readonly string[]
  /** Arguments, and what they do. */
  readonly examples: readonly (readonly [args: string, does: string])[]
  /** What its arguments mean where that is not plain. */
  readonly notes?: readonly string[]
  /** Flags of its own; every key of the configuration is one besides. */
  readonly flags?: readonly string[]
  /** Words that may come first. */
  readonly deeds?: readonly string[]
}

export const commands = {
  start: {
    about: 'run the relay',
    use: ['[--config <file>] [--<key> <value> …]'],
    examples: [
      ['--instance.domain example.social --instance.upstream http://127.0.0.1:3000', 'in front'],
      ['--config /etc/sekisho/sekisho.yaml', 'with your settings'],
      ['--mode observe', 'judge and record everything, forward it all'],
    ],
  },
  check: {
    about: 'see whether the relay stands where it should: settings, store, instance, inboxes',
    use: ['[--json] [--public-url <url>] [--offline]'],
    examples: [
      ['', 'everything, your public address included'],
      ['--offline', 'only what can be seen from this machine'],
    ],
    flags: ['json', 'public-url', 'offline'],
  },
  explain: {
    about: 'say what would become of activities, and why; nobody is asked',
    use: ['<file…|-> [--json] [--actor <file>] [--now <time>] [--unproved]'],
    examples: [
      ['post.json --banned.urls spam.example', 'one activity'],
      ['deliveries/*.json --json', 'recorded deliveries, one verdict a line'],
    ],
    notes: [HOW_TO_TELL_TIME],
    flags: ['json', 'actor', 'now', 'unproved'],
  },
  blocks: {
    about: 'the block list: look, add, lift, bring in, take out',
    use: [
      'list [--by <maker>] [--json]',
      'add <domain> [--reason <text>] [--note <text>] [--host-only]',
      'remove <domain> [--why <text>]',
      'import <file|-> --name <list> [--format <name>] [--dry-run] [--even-lifted]',
      'export',
      'undo <domain> | --by <maker> [--since <time>] [--until <time>] [--why <text>] [--dry-run]',
      'backup [<file>]',
      'restore <file>',
    ],
    examples: [
      ['add spam.example --reason "raid of 18 February"', 'for ever, or until removed'],
      ['import list.csv --name friends --dry-run', 'what a list would add'],
      ['undo --by rule:mention-flood --since 2026-02-18', 'all that a rule blocked since'],
      ['export > blocks.csv', 'in Mastodon’s format'],
    ],
    notes: [HOW_TO_TELL_TIME, WHOLE_DAYS],
    flags: [
      ...['json', 'by', 'reason', 'note', 'host-only', 'why', 'name', 'format'],
      ...['dry-run', 'even-lifted', 'since', 'until'],
    ],
    deeds: ['list', 'add', 'remove', 'import', 'export', 'undo', 'backup', 'restore'],
  },
  images: {
    about: 'known pictures: add, list, remove; what is seen in a picture, and whether it is banned',
    use: [
      'add <file|url> [--note <text>]',
      'list [--json]',
      'remove <id>',
      'test <file…|url> [--json] [--annotate <file.png>]',
    ],
    examples: [
      ['add spam.png --note "wave of February"', 'banned wherever it turns up, re-encoded too'],
      ['test spam.png', 'what is recognised, and why it is banned; 1 where a picture is unread'],
      ['test spam.png --annotate seen.png', 'with a box around all that was recognised'],
      ['test pictures/* --json', 'one line a picture, in order'],
    ],
    flags: ['note', 'json', 'annotate'],
    deeds: ['add', 'list', 'remove', 'test'],
  },
  domain: {
    about: 'what we make of a server: its standing, the reasons, notices and block',
    use: ['<host> [--json]'],
    examples: [['mastodon.example', 'asks the server where it is not known']],
    flags: ['json'],
  },
  evidence: {
    about: 'what was kept of offences: hand it on, or forget a person',
    use: ['export [--domain <domain>] [--since <time>] [--until <time>]', 'purge --actor <id>'],
    examples: [
      [
        'export --domain spam.example --since 2026-02-18 > spam.json',
        'for an administrator, or the police',
      ],
      ['purge --actor https://spam.example/users/x', 'no evidence about this person is left'],
    ],
    notes: [HOW_TO_TELL_TIME, WHOLE_DAYS],
    flags: ['domain', 'since', 'until', 'actor'],
    deeds: ['export', 'purge'],
  },
  log: {
    about: 'what became of the deliveries, the newest last',
    use: ['[--follow] [--json] [--limit <n>] [--action <action>] [--domain <domain>]'],
    examples: [
      ['--action drop --limit 20', 'the last twenty that were dropped'],
      ['--follow', 'as they come'],
      ['--follow --json | jq .sender.domain', 'for other programs'],
    ],
    flags: ['follow', 'json', 'limit', 'action', 'domain'],
  },
  config: {
    about: 'the settings: what is in force and where it comes from',
    use: ['show [--origin] [--json]', 'schema', 'import <file>'],
    examples: [
      ['show --origin', 'each value with its file and line, variable or flag'],
      ['import mastodonInboxFilter.json5', 'settings made of another filter’s'],
    ],
    flags: ['origin', 'json'],
    deeds: ['show', 'schema', 'import'],
  },
  reload: {
    about: 'let the running relay read its rules, thresholds and ban lists again',
    use: [''],
    examples: [['', 'as SIGHUP does, and says what is wrong with them']],
  },
  demo: {
    about: 'watch a spam wave break on the relay; needs nothing but this',
    use: [''],
    examples: [['', 'takes some seconds']],
  },
  completion: {
    about: 'what your shell needs to complete these commands',
    use: ['bash | zsh | fish'],
    examples: [['bash > /etc/bash_completion.d/sekisho', 'for everybody on this machine']],
    deeds: ['bash', 'zsh', 'fish'],
  },
} as const satisfies Readonly<Record<string, Command>>

export type CommandName = keyof typeof commands

export const commandNames = Object.keys(commands) as readonly CommandName[]
