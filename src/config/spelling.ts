// What the text of a flag or a variable means: it takes the type that the shipped value has.
import { parse as parseYaml } from 'yaml'
import { isTree, leavesOf, type Tree, valueBelow } from './tree.ts'

/** Keys that the shipped file leaves out. */
export const WITHOUT_DEFAULT: readonly string[] = ['instance.domain', 'instance.upstream']

export type Spelt =
  | { readonly status: 'spelt'; readonly value: unknown }
  | { readonly status: 'wrong'; readonly why: string }

interface Given {
  readonly key: string
  /** None of a bare `--key`. */
  readonly text: string | undefined
  readonly place: string
}

/** Lists may be written a,b,c. */
export function spell({ key, text, place }: Given, shipped: Tree): Spelt {
  const model = valueBelow(shipped, key)
  if (text === undefined) {
    if (typeof model === 'boolean') return { status: 'spelt', value: true }
    return { status: 'wrong', why: isKey(key, shipped) ? needsValue(key) : noKey(key, place) }
  }
  if (Array.isArray(model) && !text.startsWith('[')) return spelt(splitList(text))
  const isText = model === undefined ? WITHOUT_DEFAULT.includes(key) : typeof model === 'string'
  return isText ? spelt(text) : parseText(text, key)
}

export function noKey(key: string, place: string): string {
  return `config: ${key} is no key of the configuration (${place})`
}

export function needsValue(key: string): string {
  return `config: --${key} needs a value`
}

/** Some hold further keys, of the operator's naming. */
function isKey(key: string, shipped: Tree): boolean {
  if (WITHOUT_DEFAULT.includes(key) || valueBelow(shipped, key) !== undefined) return true
  return leavesOf(shipped).some(
    (leaf) => key.startsWith(`${leaf}.`) && isTree(valueBelow(shipped, leaf)),
  )
}

function splitList(text: string): readonly string[] {
  return text === '' ? [] : text.split(',')
}

function parseText(text: string, key: string): Spelt {
  try {
    return spelt(parseYaml(text))
  } catch {
    return { status: 'wrong', why: `config: ${key} cannot be read from "${text}"` }
  }
}

function spelt(value: unknown): Spelt {
  return { status: 'spelt', value }
}
