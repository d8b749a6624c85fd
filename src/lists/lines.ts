// The lines of a text, whatever ends them, with their numbers.

export interface Line {
  /** From 1. */
  readonly line: number
  readonly content: string
}

/** Those that are not blank. */
export function* linesIn(text: string): Generator<Line> {
  let line = 0
  for (const [content] of text.matchAll(/[^\r\n]*(?:\r\n|[\r\n]|$)/g)) {
    line++
    if (content.trim() !== '') yield { line, content: content.trimEnd() }
  }
}
