// The comments beside and above the keys of a YAML file, as descriptions of these keys.
import { isMap, isNode, isScalar, parseDocument } from 'yaml'

/** By `a.b`. */
export function commentsIn(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  collect(parseDocument(text).contents, [], found)
  return found
}

function collect(node: unknown, path: readonly string[], found: Map<string, string>): void {
  if (!isMap(node)) return
  for (const { key, value } of node.items) {
    if (!isScalar(key)) continue
    const here = [...path, String(key.value)]
    // What stands above a blank line is about the file, or the section.
    const above = key.commentBefore?.split(/\n\s*\n/).at(-1) ?? ''
    const beside = isNode(value) ? (value.comment ?? '') : ''
    const description = `${above} ${beside}`.replace(/\s+/g, ' ').trim()
    if (description !== '') found.set(here.join('.'), description)
    collect(value, here, found)
  }
}
