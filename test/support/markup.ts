// HTML read strictly: what is open must be closed by its own tag, in order; and everything there is, to look through.
import { Parser } from 'htmlparser2'

interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
}

export interface Markup {
  readonly elements: readonly Element[]
  /** What a reader sees. */
  readonly text: string
  /** What is wrong with the structure. */
  readonly faults: readonly string[]
}

/** Within a line of text; all else stands apart. */
const INLINE = new Set(['a', 'bdi', 'code', 'del', 'em', 'span', 'strong', 'time'])
const VOID = new Set(['meta', 'link', 'br', 'hr', 'img', 'input', 'base'])

export function readMarkup(html: string): Markup {
  const elements: Element[] = []
  const faults: string[] = []
  const open: string[] = []
  let text = ''
  const parser = new Parser({
    onopentag(name, attributes) {
      elements.push({ name, attributes })
      open.push(name)
      if (!INLINE.has(name)) text += ' '
    },
    onclosetag(name, isImplied) {
      if (isImplied && !VOID.has(name)) faults.push(`<${name}> is closed by something else`)
      if (!INLINE.has(name)) text += ' '
      if (open.pop() !== name) faults.push(`</${name}> is out of order`)
    },
    ontext(part) {
      if (open.at(-1) !== 'style') text += part
    },
    oncomment(comment) {
      faults.push(`a comment: ${comment}`)
    },
    onend() {
      if (open.length > 0) faults.push(`never closed: ${open.join(', ')}`)
    },
  })
  parser.end(html)
  return { elements, faults, text: text.replace(/\s+/g, ' ').trim() }
}
