// A page: its markup, the scripts in it, and the policy that knows those scripts by their hashes.
import { createHash } from 'node:crypto'

export interface Page {
  readonly text: string
  /** `sha256-…` as it was → as it is, for every script or style that is another one now. */
  readonly hashes: ReadonlyMap<string, string>
}

export type RawKind = 'data' | 'program'

export interface PageParts {
  markup(text: string): string
  raw(text: string, kind: RawKind): string
}

const OPENING = /<(script|style)\b[^<>]{0,2000}>/gi
/** Nobody runs it, so no policy is asked. */
const DATA = /\btype\s*=\s*["']?application\/(?:[\w.-]+\+)?json\b/i
const HASH = /sha(?:256|384|512)-[\w+/-]{43,88}={0,2}/g
const ALGORITHMS = ['sha256', 'sha384', 'sha512'] as const

export function rewritePage(text: string, { markup, raw }: PageParts): Page {
  const hashes = new Map<string, string>()
  let rewritten = ''
  let at = 0
  for (const { 0: tag, 1: name, index } of openings(text)) {
    if (index < at) continue // written by a script
    const start = index + tag.length
    const end = closing(text, name!, start)
    const before = text.slice(start, end)
    const kind = DATA.test(tag) ? 'data' : 'program'
    const after = raw(before, kind)
    if (kind === 'program' && after !== before) addHashes(hashes, before, after)
    rewritten += markup(text.slice(at, start)) + after
    at = end
  }
  rewritten += markup(text.slice(at))
  return { text: underPolicy(rewritten, hashes), hashes }
}

/** The same policy, with the hashes that its scripts have now. */
export function underPolicy(policy: string, hashes: Page['hashes']): string {
  if (hashes.size === 0) return policy
  return policy.replace(HASH, (hash) => hashes.get(hash) ?? hash)
}

function openings(text: string): Iterable<RegExpExecArray> {
  return text.matchAll(OPENING)
}

function closing(text: string, name: string, from: number): number {
  const end = new RegExp(`</${name}`, 'gi')
  end.lastIndex = from
  return end.exec(text)?.index ?? text.length
}

function addHashes(hashes: Map<string, string>, before: string, after: string): void {
  for (const algorithm of ALGORITHMS) {
    hashes.set(hashOf(algorithm, before), hashOf(algorithm, after))
  }
}

function hashOf(algorithm: (typeof ALGORITHMS)[number], text: string): string {
  const digest = createHash(algorithm).update(Buffer.from(text, 'latin1')).digest('base64')
  return `${algorithm}-${digest}`
}
