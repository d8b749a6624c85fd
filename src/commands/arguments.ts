// What stands behind a command: files, its own flags, and the flags that are keys of the configuration.

/** Told in one line on standard error, with exit code 2. */
export class WrongUse extends Error {}

interface Known<Valued extends string, Switch extends string> {
  readonly VALUED: readonly Valued[]
  readonly SWITCHES: readonly Switch[]
}

interface Split<Valued extends string, Switch extends string> {
  readonly files: readonly string[]
  readonly values: Readonly<Record<Valued, string | undefined>>
  readonly switches: Readonly<Record<Switch, boolean>>
  /** `--key=value` for loadConfig. */
  readonly config: readonly string[]
}

export function splitArguments<Valued extends string, Switch extends string>(
  args: readonly string[],
  { VALUED, SWITCHES }: Known<Valued, Switch>,
): Split<Valued, Switch> {
  const words = pair(args, new Set<string>(SWITCHES))
  const lastOf = (name: string) => words.findLast((word) => word.name === name)?.value
  const own = new Set<string>([...VALUED, ...SWITCHES])
  return {
    files: words.flatMap(({ name, value }) => (name === undefined ? [value] : [])),
    values: entries(VALUED, lastOf),
    switches: entries(SWITCHES, (name) => isOn(name, lastOf(name))),
    config: words.flatMap(({ name, value }) =>
      name === undefined || own.has(name) ? [] : [`--${name}=${value}`],
    ),
  }
}

/** `--dry-run=1` must not act for want of understanding. */
function isOn(name: string, text: string | undefined): boolean {
  if (text === undefined || text === 'false') return false
  if (text === 'true') return true
  throw new WrongUse(`--${name}=${text}: it is true or false`)
}

interface Word {
  /** Undefined for what is no flag. */
  readonly name: string | undefined
  readonly value: string
}

function pair(args: readonly string[], switches: ReadonlySet<string>): readonly Word[] {
  const words: Word[] = []
  const left = [...args]
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    const [, name, inline] = /^--([a-zA-Z][\w.-]*)(?:=(.*))?$/s.exec(word) ?? []
    if (name === undefined) words.push({ name, value: word })
    else words.push({ name, value: inline ?? following(name, switches, left) })
  }
  return words
}

function following(name: string, switches: ReadonlySet<string>, left: string[]): string {
  if (switches.has(name)) return 'true'
  const next = left.shift()
  if (next === undefined || next.startsWith('--')) throw new WrongUse(`--${name} needs a value`)
  return next
}

function entries<Name extends string, Value>(names: readonly Name[], of: (name: Name) => Value) {
  return Object.fromEntries(names.map((name) => [name, of(name)])) as Record<Name, Value>
}
