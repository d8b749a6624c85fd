// Settings as a tree of keys, and what is done with such trees.

export type Tree = { [key: string]: unknown }

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** No key is lost, not even one that would be taken for the prototype. */
export function layOver(below: Tree, above: Tree): Tree {
  const laid = Object.entries(above).map(([key, value]) => {
    const under = Object.hasOwn(below, key) ? below[key] : undefined
    return [key, isTree(under) && isTree(value) ? layOver(under, value) : value] as const
  })
  return { ...below, ...Object.fromEntries(laid) }
}

/** By `a.b.c`. */
export function valueBelow(tree: Tree, key: string): unknown {
  return valueAt(tree, key.split('.'))
}

export function branch(key: string, value: unknown): Tree {
  return key.split('.').reduceRight<unknown>((inner, part) => ({ [part]: inner }), value) as Tree
}

/** Every key that holds no further keys. */
export function leavesOf(tree: Tree): string[] {
  return leafPathsOf(tree).map((path) => path.join('.'))
}

/** A name may hold dots: remote.overrides has domains for keys. */
export function leafPathsOf(tree: Tree, above: readonly string[] = []): (readonly string[])[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    isTree(value) && Object.keys(value).length > 0
      ? leafPathsOf(value, [...above, key])
      : [[...above, key]],
  )
}

export function valueAt(tree: Tree, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, part) => (isTree(at) ? at[part] : undefined), tree)
}

/** Where `__proto__` stands as a key: schemas pass over it without a word. */
export function protoPathIn(tree: unknown): readonly PropertyKey[] | undefined {
  return searchProto(tree, [], new Set())
}

function searchProto(
  at: unknown,
  path: readonly PropertyKey[],
  seen: Set<object>,
): readonly PropertyKey[] | undefined {
  if (typeof at !== 'object' || at === null || seen.has(at)) return undefined
  seen.add(at)
  if (Object.hasOwn(at, '__proto__')) return [...path, '__proto__']
  for (const [key, value] of Object.entries(at)) {
    const found = searchProto(value, [...path, Array.isArray(at) ? Number(key) : key], seen)
    if (found) return found
  }
  return undefined
}
