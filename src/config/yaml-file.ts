// A YAML file as values that know on which line they stand.
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml'

export type Path = readonly PropertyKey[]

export type YamlReading =
  | {
      readonly status: 'read'
      readonly values: unknown
      /** Of the value at the path, or of the nearest one above it; counted from 1. */
      lineOf(path: Path): number
    }
  | { readonly status: 'broken'; readonly line: number; readonly why: string }

export function readYaml(text: string): YamlReading {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const lineAt = (offset: number) => Math.max(1, lines.linePos(offset).line)
  const fault = faultIn(document)
  if (fault) return { status: 'broken', line: lineAt(fault.at), why: fault.why }
  try {
    const values: unknown = document.toJS()
    return { status: 'read', values, lineOf: (path) => lineAt(offsetOf(document, path)) }
  } catch (cause) {
    // A few lines of aliases to aliases can stand for more than any memory holds.
    return { status: 'broken', line: lineAt(lastAliasIn(document)), why: (cause as Error).message }
  }
}

function lastAliasIn(document: Document): number {
  let at = 0
  visit(document, {
    Alias(_, alias) {
      at = startOf(alias)
    },
  })
  return at
}

interface Fault {
  readonly at: number
  readonly why: string
}

function faultIn(document: Document): Fault | undefined {
  const [error] = document.errors
  if (error) return { at: error.pos[0], why: error.message }
  let fault: Fault | undefined
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document)) return undefined
      // What begins with * is an alias to YAML, and *.spam.example an entry to whoever wrote it.
      fault = { at: startOf(alias), why: `*${alias.source} must stand in quotes` }
      return visit.BREAK
    },
  })
  return fault
}

function offsetOf(document: Document, path: Path): number {
  let at = 0
  let node: unknown = document.contents
  for (const part of path) {
    const step = stepInto(isAlias(node) ? node.resolve(document) : node, part)
    if (!step) return at
    at = step.at
    node = step.node
  }
  return at
}

function stepInto(node: unknown, part: PropertyKey) {
  if (isSeq<Node>(node)) {
    const member = node.items[Number(part)]
    return member && { at: startOf(member), node: member }
  }
  if (!isMap<Node>(node)) return undefined
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part))
  return pair && { at: startOf(pair.key), node: pair.value }
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0
}
