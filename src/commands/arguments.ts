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
  /** `--key=value` for loadConfig, and a bare `--key`, of which it says what is wrong. */
  readonly config: readonly string[]
}

export function splitArguments<Valued extends string, Switch extends string>(
  args: readonly string[],
  { VALUED, SWITCHES }: Known<Valued, Switch>,
): Split<Valued, Switch> {
  const words = pair(args, { VALUED, SWITCHES })
  const lastOf = (name: string) => words.findLast((word) => word.name === name)?.value
  const own = new Set<string>([...VALUED, ...SWITCHES])
  return {
    files: words.flatMap(({ name, value = '' }) => (name === undefined ? [value] : [])),
    values: entries(VALUED, lastOf),
    switches: entries(SWITCHES, (name) => isOn(name, lastOf(name))),
    config: words.flatMap(({ name, value }) => {
      if (name === undefined || own.has(name)) return []
      return value === undefined ? `--${name}` : `--${name}=${value}`
    }),
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
  /** Undefined for a bare flag that is none of the command's own. */
  readonly value: string | undefined
}

type Own = Known<string, string>

function pair(args: readonly string[], own: Own): readonly Word[] {
  const words: Word[] = []
  const left = [...args]
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    const [, name, inline] = /^--([a-zA-Z][\w.-]*)(?:=(.*))?$/s.exec(word) ?? []
    if (name === undefined) words.push({ name, value: word })
    else words.push({ name, value: inline ?? following(name, own, left) })
  }
  return words
}

function following(name: string, { VALUED, SWITCHES }: Own, left: string[]): string | undefined {
  if (SWITCHES.includes(name)) return 'true'
  const [next] = left
  if (next !== undefined && !next.startsWith('--')) return left.shift()
  if (VALUED.includes(name)) throw new WrongUse(`--${name} needs a value`)
  return undefined
}

function entries<Name extends string, Value>(names: readonly Name[], of: (name: Name) => Value) {
  return Object.fromEntries(names.map((name) => [name, of(name)])) as Record<Name, Value>
}
