// Where settings come from, laid over one another: files, environment, flags. Nothing is checked here but syntax.
import { existsSync, readFileSync } from 'node:fs'
import { isAbsolute, relative } from 'node:path'
import { fromCaller } from './caller-folder.ts'
import { needsValue, noKey, spell, WITHOUT_DEFAULT } from './spelling.ts'
import { branch, isTree, layOver, leavesOf, protoPathIn, type Tree } from './tree.ts'
import { unreadable } from './unreadable.ts'
import { commentsIn } from './yaml-comments.ts'
import { type Path, readYaml } from './yaml-file.ts'

export interface Layer {
  readonly values: Tree
  /** For the operator: the file and line, the variable or the flag that a value came from. */
  placeOf(path: Path): string
}

export type Sources =
  | {
      readonly status: 'merged'
      readonly merged: Tree
      readonly layers: readonly Layer[]
      /** The shipped file and the operator's, which need not be there. */
      readonly files: readonly [shipped: string, own: string]
    }
  | { readonly status: 'wrong'; readonly why: string }

interface Given {
  readonly fallback: object
  readonly flags: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
}

const SHIPPED = new URL('../../config/sekisho.yaml', import.meta.url).pathname
const LOCAL = new URL('../../config/sekisho.local.yaml', import.meta.url).pathname
/** Read elsewhere, or no keys of the configuration. */
const NOT_KEYS = new Set(['SEKISHO_ADMIN_TOKEN', 'SEKISHO_CONFIG'])

/** Every key that has a value of its own, by `a.b`. */
export function shippedKeys(): readonly string[] {
  return [...WITHOUT_DEFAULT, ...leavesOf(readLayer(SHIPPED).values)]
}

/** What the shipped file says of its keys, by `a.b`. */
export function shippedComments(): ReadonlyMap<string, string> {
  return commentsIn(readText(SHIPPED))
}

export function collectLayers({ flags, fallback, environment }: Given): Sources {
  const split = splitFlags(flags)
  if (split.status === 'wrong') return split
  const flag = split.config && fromCaller(split.config, environment, process.cwd())
  const named = flag ?? environment.SEKISHO_CONFIG
  const own = named ?? LOCAL
  try {
    const shipped = readLayer(SHIPPED)
    const layers = [
      { values: fallback as Tree, placeOf: () => 'default' },
      shipped,
      ...(named === undefined && !existsSync(LOCAL) ? [] : [readLayer(own)]),
      layerOf(variablesIn(environment, shipped.values), shipped.values),
      layerOf(split.flags, shipped.values),
    ]
    for (const layer of layers) refuseProto(layer)
    const merged = layers.map((layer) => layer.values).reduce(layOver)
    return { status: 'merged', layers, merged, files: [SHIPPED, own] }
  } catch (cause) {
    if (cause instanceof WrongConfig) return { status: 'wrong', why: cause.message }
    throw cause
  }
}

/** What an operator must put right: told as it is, in one sentence. */
export class WrongConfig extends Error {}

function readLayer(file: string): Layer {
  const name = shown(file)
  const yaml = readYaml(readText(file))
  if (yaml.status === 'broken') {
    throw new WrongConfig(`config: ${name} is no valid YAML: ${yaml.why} (line ${yaml.line})`)
  }
  const values = yaml.values ?? {}
  if (!isTree(values)) throw new WrongConfig(`config: ${name} holds no keys`)
  return { values, placeOf: (path) => `${name}, line ${yaml.lineOf(path)}` }
}

function refuseProto({ values, placeOf }: Layer): void {
  const path = protoPathIn(values)
  if (!path) return
  throw new WrongConfig(noKey(path.map(String).join('.'), placeOf(path)))
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new WrongConfig(`config: ${unreadable(shown(file), cause)}`, { cause })
  }
}

/** The way an operator in the project's folder would write it. */
function shown(file: string): string {
  const way = relative('', file)
  return way === '' || way.startsWith('..') || isAbsolute(way) ? file : way
}

/** A key and its text as somebody gave it; none for a bare --key. */
interface Setting {
  readonly key: string
  readonly text: string | undefined
  readonly place: string
}

type Split =
  | { status: 'split'; config: string | undefined; flags: readonly Setting[] }
  | { status: 'wrong'; why: string }

function splitFlags(flags: readonly string[]): Split {
  const settings: Setting[] = []
  for (let at = 0; at < flags.length; at++) {
    const [, key, inline] = /^--([a-zA-Z][\w.-]*)(?:=(.*))?$/s.exec(flags[at]!) ?? []
    if (key === undefined) {
      const why = `"${flags[at]}" is no flag; flags look like --listen.port 8420`
      return { status: 'wrong', why }
    }
    const next = flags[at + 1]
    const isNextValue = inline === undefined && next !== undefined && !next.startsWith('--')
    if (isNextValue) at += 1
    settings.push({ key, text: isNextValue ? next : inline, place: `flag --${key}` })
  }
  return splitConfig(settings)
}

function splitConfig(settings: readonly Setting[]): Split {
  const named = settings.findLast(({ key }) => key === 'config')
  if (named && !named.text) return { status: 'wrong', why: needsValue('config') }
  const flags = settings.filter(({ key }) => key !== 'config')
  return { status: 'split', config: named?.text, flags }
}

/** SEKISHO_BLOCKS_MAX_PER_HOUR → blocks.maxPerHour: every key that holds no further keys has such a name. */
function variablesIn(environment: Given['environment'], shipped: Tree): readonly Setting[] {
  const keys = new Map(
    [...leavesOf(shipped), ...WITHOUT_DEFAULT].map((key) => [variableOf(key), key]),
  )
  return Object.entries(environment).flatMap(([name, text]) => {
    if (!name.startsWith('SEKISHO_') || NOT_KEYS.has(name) || text === undefined) return []
    const key = keys.get(name)
    if (key === undefined)
      throw new WrongConfig(`environment: ${name} is no key of the configuration`)
    return [{ key, text, place: `environment ${name}` }]
  })
}

function variableOf(key: string): string {
  const snake = key.replace(/\./g, '_').replace(/([a-z])([A-Z])/g, '$1_$2')
  return `SEKISHO_${snake.toUpperCase()}`
}

function layerOf(settings: readonly Setting[], shipped: Tree): Layer {
  const branches = settings.map((setting) => branch(setting.key, meaningOf(setting, shipped)))
  return {
    values: branches.reduce(layOver, {}),
    placeOf(path) {
      const wanted = path.map(String).join('.')
      const lies = (one: string, other: string) => `${one}.`.startsWith(`${other}.`)
      const giver = settings.findLast(({ key }) => lies(wanted, key) || lies(key, wanted))
      return giver?.place ?? 'default'
    },
  }
}

function meaningOf(setting: Setting, shipped: Tree): unknown {
  const spelt = spell(setting, shipped)
  if (spelt.status === 'wrong') throw new WrongConfig(spelt.why)
  return spelt.value
}
