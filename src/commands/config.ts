// The settings from the command line: what is in force and why, their schema, and what another filter's become here.
import { readFileSync } from 'node:fs'
import { unreadable } from '../config/unreadable.ts'
import { configSchema, pathFromCaller, settingsInForce } from '../config.ts'
import { readInboxFilterConfig } from '../lists/inbox-filter-config.ts'
import { settingsAsYaml } from '../lists/settings-yaml.ts'
import { printable, safeJson } from '../printable.ts'
import { splitArguments, WrongUse } from './arguments.ts'
import { useOf } from './help.ts'

const SWITCHES = ['origin', 'json'] as const

type Given = ReturnType<typeof splitArguments<never, (typeof SWITCHES)[number]>>

const deeds: Readonly<Record<string, (given: Given) => number>> = {
  show,
  schema,
  import: importFrom,
}

export async function config(args: readonly string[]): Promise<number> {
  const given = splitArguments(args, { VALUED: [], SWITCHES })
  const [name = ''] = given.files
  const deed = Object.hasOwn(deeds, name) ? deeds[name] : undefined
  const most = name === 'import' ? 2 : 1
  if (!deed || given.files.length > most) throw new WrongUse(useOf('config'))
  return deed(given)
}

function show({ config: flags, switches }: Given): number {
  const loaded = settingsInForce(flags)
  if (loaded.status === 'wrong') throw new WrongUse(loaded.why)
  for (const { key, value, place } of loaded.settings) {
    const line = printable(`${key}: ${JSON.stringify(value)}`)
    if (switches.json) say(safeJson({ key, value, place }))
    else say(switches.origin ? `${line}  # ${printable(place)}` : line)
  }
  return 0
}

function schema(): number {
  say(JSON.stringify(configSchema(), undefined, 2))
  return 0
}

function importFrom({ files }: Given): number {
  const [, file] = files
  if (file === undefined) throw new WrongUse(useOf('config'))
  const reading = readInboxFilterConfig(read(file))
  if (reading.status === 'unreadable') throw new WrongUse(`${file}: ${reading.why}`)
  process.stdout.write(settingsAsYaml(reading.settings, reading.notes))
  return 0
}

function read(file: string): string {
  try {
    return readFileSync(pathFromCaller(file), 'utf8')
  } catch (cause) {
    throw new WrongUse(unreadable(file, cause), { cause })
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
