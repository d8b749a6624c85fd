// Looks over JSON bytes before anybody builds a tree of them: how deep, how many values, which keys and escapes.

export interface JsonScan {
  /** Keys as written, duplicates included: the parsed tree holds fewer where one was written twice. */
  readonly keys: number
  readonly loneSurrogates: boolean
  /** Set when the scan stopped at a limit. */
  readonly beyond: 'depth' | 'nodes' | undefined
}

export interface JsonLimits {
  readonly depth: number
  /** Objects, arrays, strings, numbers and literals; keys are not counted. */
  readonly nodes: number
}

/** For everything that strangers write: what they send, and what their servers answer. */
export const JSON_LIMITS: JsonLimits = { depth: 32, nodes: 20_000 }

/**
 * Counts and does not judge syntax: up to the first syntax error the counts are exact, and what
 * comes behind it does not matter, since JSON.parse stops there. No recursion, one pass.
 */
export function scanJson(bytes: Buffer, limits: JsonLimits): JsonScan {
  const scan: Progress = { at: 0, depth: 0, nodes: 0, keys: 0, loneSurrogates: false }
  while (scan.at < bytes.length) {
    const kind = KINDS[bytes[scan.at]!]!
    STEPS[kind]!(bytes, scan)
    // Only here: a string that turns out to be a key has been taken off the nodes again.
    if (kind >= OPEN && (scan.depth > limits.depth || scan.nodes > limits.nodes)) {
      return { ...scan, beyond: scan.depth > limits.depth ? 'depth' : 'nodes' }
    }
  }
  return { ...scan, beyond: undefined }
}

interface Progress {
  at: number
  depth: number
  nodes: number
  keys: number
  loneSurrogates: boolean
}

const SCALAR = 0 // a letter, digit or sign of a number or literal, and whatever V8 will refuse
const SPACE = 1
const QUOTE = 2
const COLON = 3
const OPEN = 4
const CLOSE = 5
const COMMA = 6

const KINDS = new Uint8Array(256)
for (const char of ' \t\n\r') KINDS[char.charCodeAt(0)] = SPACE
for (const char of '[{') KINDS[char.charCodeAt(0)] = OPEN
for (const char of ']}') KINDS[char.charCodeAt(0)] = CLOSE
KINDS['"'.charCodeAt(0)] = QUOTE
KINDS[':'.charCodeAt(0)] = COLON
KINDS[','.charCodeAt(0)] = COMMA

type Step = (bytes: Buffer, scan: Progress) => void

const STEPS: readonly Step[] = [
  skipScalar,
  (_, scan) => {
    scan.at++
  },
  skipString,
  (_, scan) => {
    scan.at++
    scan.keys++
    scan.nodes--
  },
  (_, scan) => {
    scan.at++
    scan.nodes++
    scan.depth++
  },
  (_, scan) => {
    scan.at++
    scan.depth--
  },
  (_, scan) => {
    scan.at++
  },
]

function skipScalar(bytes: Buffer, scan: Progress): void {
  scan.nodes++
  while (scan.at < bytes.length && KINDS[bytes[scan.at]!] === SCALAR) scan.at++
}

function skipString(bytes: Buffer, scan: Progress): void {
  scan.nodes++
  let at = scan.at + 1
  while (at < bytes.length && bytes[at] !== 0x22) {
    at = bytes[at] === 0x5c ? skipEscape(bytes, at, scan) : at + 1
  }
  scan.at = at + 1
}

/** Raw bytes are well-formed UTF-8 by now, so that only `\uD8xx` … `\uDFxx` can break a pair. */
function skipEscape(bytes: Buffer, at: number, scan: Progress): number {
  const half = surrogateHalf(bytes, at)
  if (half === undefined) return at + 2
  if (half === 'high' && surrogateHalf(bytes, at + 6) === 'low') return at + 12
  scan.loneSurrogates = true
  return at + 6
}

function surrogateHalf(bytes: Buffer, at: number): 'high' | 'low' | undefined {
  if (bytes[at] !== 0x5c || bytes[at + 1] !== 0x75) return undefined
  if ((bytes[at + 2]! | 0x20) !== 0x64) return undefined
  const digit = bytes[at + 3]! | 0x20
  if (digit === 0x38 || digit === 0x39 || digit === 0x61 || digit === 0x62) return 'high'
  return digit >= 0x63 && digit <= 0x66 ? 'low' : undefined
}
