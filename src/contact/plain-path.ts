// A request's path as an instance may read it.

/** Decoded, without doubled or trailing slashes, case and parameters. */
export function plainPath(target: string): string {
  const [path = ''] = target.split(/[?#]/, 1)
  const folded = resolved(decoded(path)).toLowerCase()
  return folded
    .replace(/;[^/]*/g, '')
    .replace(/\/{2,}/g, '/')
    .replace(/(?<=.)\/$/, '')
}

/** Rails may take `.json`, or anything, for the format that is wanted. */
export function withoutFormat(path: string): string {
  return path.replace(/\.[a-z]\w{0,7}$/, '')
}

const MAX_DECODINGS = 4

function decoded(path: string): string {
  let text = path
  for (let round = 0; round < MAX_DECODINGS && text.includes('%'); round += 1) {
    text = text.replace(/%([0-7][\da-f])/gi, (_, hex) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
  }
  return text.replaceAll('\\', '/')
}

function resolved(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.') parts.push(part)
  }
  return parts.join('/').replace(/^(?!\/)/, '/')
}
