// Where settings come from, laid over one another: files, environment, flags. Nothing is checked here but syntax.
import { existsSync, readFileSync } from 'node:fs'
import { parse as parseYaml } from 'yaml'

type Tree = { [key: string]: unknown }

export interface Layer {
  readonly name: string
  readonly values: Tree
}

export type Sources =
  | { readonly status: 'merged'; readonly merged: Tree; readonly layers: readonly Layer[] }
  | { readonly status: 'wrong'; readonly why: string }

interface Given {
  readonly fallback: object
  readonly flags: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
}

const SHIPPED = new URL('../config/sekisho.yaml', import.meta.url).pathname
const LOCAL = new URL('../config/sekisho.local.yaml', import.meta.url).pathname
/** Read elsewhere, or no keys of the configuration. */
const NOT_KEYS = new Set(['SEKISHO_ADMIN_TOKEN', 'SEKISHO_CONFIG'])
/** Keys that the shipped file leaves out. */
const WITHOUT_DEFAULT = ['instance.domain', 'instance.upstream']

export function collectLayers({ flags, fallback, environment }: Given): Sources {
  const split = splitFlags(flags)
  if (split.status === 'wrong') return split
  const file = split.config ?? environment.SEKISHO_CONFIG ?? (existsSync(LOCAL) ? LOCAL : undefined)
  try {
    const shipped = readLayer(SHIPPED)
    const layers = [
      { name: 'default', values: fallback as Tree },
      shipped,
      ...(file === undefined ? [] : [readLayer(file)]),
      { name: 'environment', values: fromEnvironment(environment, shipped.values) },
      { name: 'flag', values: fromFlags(split.pairs, shipped.values) },
    ]
    return { status: 'merged', layers, merged: layers.map((layer) => layer.values).reduce(layOver) }
  } catch (cause) {
    if (cause instanceof WrongSource) return { status: 'wrong', why: cause.message }
    throw cause
  }
}

class WrongSource extends Error {}

function readLayer(file: string): Layer {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new WrongSource(`config: ${file} cannot be read`, { cause })
  }
  try {
    const values = (parseYaml(text) ?? {}) as unknown
    if (!isTree(values)) throw new WrongSource(`config: ${file} holds no keys`)
    return { name: file, values }
  } catch (cause) {
    if (cause instanceof WrongSource) throw cause
    const firstLine = (cause as Error).message.split('\n')[0]
    throw new WrongSource(`config: ${file} is no valid YAML: ${firstLine}`, { cause })
  }
}

/** A key and its value; none for a bare --key. */
type Pair = readonly [string, string | undefined]

type Split =
  | { status: 'split'; config: string | undefined; pairs: readonly Pair[] }
  | { status: 'wrong'; why: string }

function splitFlags(flags: readonly string[]): Split {
  const pairs: Pair[] = []
  for (let at = 0; at < flags.length; at++) {
    const [, key, inline] = /^--([a-zA-Z][\w.-]*)(?:=(.*))?$/s.exec(flags[at]!) ?? []
    if (key === undefined) {
      return {
        status: 'wrong',
        why: `"${flags[at]}" is no flag; flags look like --listen.port 8420`,
      }
    }
    const next = flags[at + 1]
    if (inline !== undefined) pairs.push([key, inline])
    else if (next !== undefined && !next.startsWith('--')) pairs.push([key, flags[++at]!])
    else pairs.push([key, undefined])
  }
  const config = pairs.findLast(([key]) => key === 'config')?.[1]
  return { status: 'split', config, pairs: pairs.filter(([key]) => key !== 'config') }
}

function fromFlags(pairs: readonly Pair[], shipped: Tree): Tree {
  return pairs.map(([key, text]) => branch(key, spell(text, shipped, key))).reduce(layOver, {})
}

/** SEKISHO_BLOCKS_MAX_PER_HOUR → blocks.maxPerHour: every key that holds no further keys has such a name. */
function fromEnvironment(environment: Given['environment'], shipped: Tree): Tree {
  const keys = new Map(
    [...leavesOf(shipped), ...WITHOUT_DEFAULT].map((key) => [variableOf(key), key]),
  )
  let values: Tree = {}
  for (const [name, text] of Object.entries(environment)) {
    if (!name.startsWith('SEKISHO_') || NOT_KEYS.has(name) || text === undefined) continue
    const key = keys.get(name)
    if (key === undefined)
      throw new WrongSource(`environment: ${name} is no key of the configuration`)
    values = layOver(values, branch(key, spell(text, shipped, key)))
  }
  return values
}

function variableOf(key: string): string {
  const snake = key.replace(/\./g, '_').replace(/([a-z])([A-Z])/g, '$1_$2')
  return `SEKISHO_${snake.toUpperCase()}`
}

function leavesOf(tree: Tree, prefix = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    isTree(value) && Object.keys(value).length > 0
      ? leavesOf(value, `${prefix}${key}.`)
      : [`${prefix}${key}`],
  )
}

function modelOf(shipped: Tree, key: string): unknown {
  return key.split('.').reduce<unknown>((at, part) => (isTree(at) ? at[part] : undefined), shipped)
}

/** Text from a flag or variable takes the type that the shipped value has; lists may be written a,b,c. */
function spell(text: string | undefined, shipped: Tree, key: string): unknown {
  const model = modelOf(shipped, key)
  if (text === undefined) {
    if (typeof model === 'boolean') return true
    throw new WrongSource(`config: --${key} needs a value`)
  }
  if (Array.isArray(model)) return text.startsWith('[') ? parseText(text, key) : text.split(',')
  if (model === undefined) return WITHOUT_DEFAULT.includes(key) ? text : parseText(text, key)
  return typeof model === 'string' ? text : parseText(text, key)
}

function parseText(text: string, key: string): unknown {
  try {
    return parseYaml(text)
  } catch (cause) {
    throw new WrongSource(`config: ${key} cannot be read from "${text}"`, { cause })
  }
}

function branch(key: string, value: unknown): Tree {
  return key.split('.').reduceRight<unknown>((inner, part) => ({ [part]: inner }), value) as Tree
}

function layOver(below: Tree, above: Tree): Tree {
  const merged = { ...below }
  for (const [key, value] of Object.entries(above)) {
    const under = merged[key]
    merged[key] = isTree(under) && isTree(value) ? layOver(under, value) : value
  }
  return merged
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
