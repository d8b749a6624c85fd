// JSON-LD expansion done once for a whole document, where Fedify would repeat it at every node and class.
import jsonld from '@fedify/vocab-runtime/jsonld'
import type { JsonObject } from '../json.ts'
import { contextLoader } from './contexts.ts'

/** A node of expanded JSON-LD: full IRIs, every value in an array. */
export interface ExpandedNode {
  readonly [key: string]: unknown
}

/**
 * Fedify's generated classes call `jsonld.expand` again for each superclass and each nested node,
 * quadratic in nesting. Expansion of what is expanded gives the same back, so that the shared
 * `jsonld` object is taught to hand out a copy for the nodes that `expandOnce` has marked, and for
 * nothing else: every other caller gets the original function. Installing twice is harmless.
 * Holds for the pinned versions of Fedify; the differential test in test/expand.test.ts guards it.
 */
export function installExpandOnce(): void {
  if (installed) return
  installed = true
  library.expand = (input, options) =>
    // Fedify deletes `@type` from what it gets: never hand out the node itself. A copy keeps the mark.
    isMarked(input) ? Promise.resolve([{ ...input }]) : original.call(library, input, options)
}

/** The root node, or undefined where the document does not come down to one. */
export async function expandOnce(json: JsonObject): Promise<ExpandedNode | undefined> {
  const nodes = await original.call(library, json, {
    documentLoader: contextLoader,
    keepFreeFloatingNodes: true,
  })
  mark(nodes)
  const [node, ...more] = nodes
  return more.length === 0 ? (node as ExpandedNode | undefined) : undefined
}

/** Every key that stands in it anywhere. */
export function termsIn(node: ExpandedNode): ReadonlySet<string> {
  const terms = new Set<string>()
  gatherTerms(node, terms)
  return terms
}

function gatherTerms(value: unknown, terms: Set<string>): void {
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) {
    for (const element of value) gatherTerms(element, terms)
    return
  }
  for (const [key, member] of Object.entries(value)) {
    terms.add(key)
    gatherTerms(member, terms)
  }
}

type Expand = (input: unknown, options: object) => Promise<unknown[]>

// The package has no types of its own; this is the part that Fedify and we use.
const library = jsonld as unknown as { expand: Expand }
const original = library.expand
const MARK = Symbol('expanded') // no key that JSON could hold, and none that Fedify enumerates
let installed = false

interface Markable {
  [key: string]: unknown
  [MARK]?: true
}

// Values and references are never expanded alone; lists, sets and graphs change shape when they are.
const UNMARKED = ['@value', '@list', '@set', '@graph']

function mark(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) {
    for (const element of value) mark(element)
    return
  }
  const node = value as Markable
  if ('@value' in node) return
  const keys = Object.keys(node)
  if (keys.length === 1 && keys[0] === '@id') return
  for (const key of keys) mark(node[key])
  if (!UNMARKED.some((key) => key in node)) node[MARK] = true
}

function isMarked(input: unknown): input is Markable {
  return typeof input === 'object' && input !== null && MARK in input
}
