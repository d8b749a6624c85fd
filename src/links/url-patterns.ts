// The /patterns/ of a list of URLs, all tried at once.
import { RE2JS } from 're2js'
import type { Link } from '../facts.ts'

const MAX_TESTED = 1_024 // a pattern for URLs decides early

/** Throws for what is no pattern or bans every link, and names it. */
export function compilePatterns(entries: readonly string[]): (link: Link) => string | undefined {
  if (entries.length === 0) return () => undefined
  const patterns = entries.map((entry) => ({ entry, pattern: compilePattern(entry) }))
  // One automaton for all of them: most links match none.
  const any = RE2JS.compile(
    entries.map((entry) => `(?:${withoutNames(entry.slice(1, -1))})`).join('|'),
    RE2JS.CASE_INSENSITIVE,
  )
  return ({ href, text, role, doubtful }) => {
    if (doubtful) return undefined
    const spellings = [...new Set([href, text])].map((each) => each.slice(0, MAX_TESTED))
    const hit = spellings.find((spelling) => any.test(spelling))
    if (hit === undefined) return undefined
    // Whoever mentions people of a listed host has not linked to it.
    const home = role === 'mention' ? new URL('/', href).href : undefined
    const isMeant = (pattern: RE2JS) => home === undefined || !pattern.test(home)
    return patterns.find(({ pattern }) => pattern.test(hit) && isMeant(pattern))?.entry
  }
}

/** Two entries may use one name for a group; one pattern may not. */
function withoutNames(pattern: string): string {
  return pattern.replace(/\\.|\(\?P?<[A-Za-z_]\w*>/gs, (part) => (part[0] === '(' ? '(' : part))
}

/** Links that have nothing in common but what every link has. */
const UNLIKE = ['https://home.example/', 'https://wiki.test/']

function compilePattern(entry: string): RE2JS {
  const pattern = parsePattern(entry)
  if (pattern.test('') || UNLIKE.every((href) => pattern.test(href))) {
    throw new Error(`${entry} matches every text`)
  }
  return pattern
}

function parsePattern(entry: string): RE2JS {
  try {
    return RE2JS.compile(entry.slice(1, -1), RE2JS.CASE_INSENSITIVE)
  } catch (cause) {
    throw new Error(`"${entry}" is no RE2 pattern`, { cause })
  }
}
