// Marks stacked on a letter: normalising sorts each stack in quadratic time, so no more stay than writings need.

/** Tibetan and Burmese write up to six. */
const MAX_STACK = 8

/** Linear, whatever stands in it; a pattern would try each mark of a stack anew. */
export function withFewMarks(text: string): string {
  let kept = ''
  let from = 0
  let stack = 0
  for (let at = 0; at < text.length; at++) {
    stack = stackAt(text, at, stack)
    if (stack <= MAX_STACK) continue
    if (from < at) kept += text.slice(from, at)
    from = at + 1
  }
  return from === 0 ? text : kept + text.slice(from)
}

export function marksIn(text: string): number {
  let marks = 0
  for (let at = 0; at < text.length; at++) if (kindAt(text, at) === MARK) marks++
  return marks
}

/** How many marks stand on each other up to here. */
function stackAt(text: string, at: number, before: number): number {
  const kind = kindAt(text, at)
  if (kind === MARK) return before + 1
  return kind === TRAIL ? before : 0
}

function kindAt(text: string, at: number): number {
  const kind = KINDS[text.charCodeAt(at)]!
  return kind === PAIR ? KINDS[text.codePointAt(at)!]! : kind
}

const MARK = 1
const PAIR = 2
/** Goes with the unit before it. */
const TRAIL = 3
/** By code point, of the planes that have marks to sort; half-width voicing becomes one by NFKC. */
const KINDS = Uint8Array.from({ length: 0x20000 }, (_, code) => {
  if (code >= 0xd800 && code < 0xe000) return code < 0xdc00 ? PAIR : TRAIL
  return /[\p{M}\uff9e\uff9f]/u.test(String.fromCodePoint(code)) ? MARK : 0
})
