// HTML and its look-alikes as plain text, and what hides in attributes. Linear in the text's length.
import { Tokenizer } from 'htmlparser2'

export interface Markup {
  /** As a reader sees it: only block elements and line breaks part words. */
  readonly joined: string
  /** Every tag parts words: `see<b>spam.example</b>now`. */
  readonly separated: string
  /** The values of all attributes. */
  readonly attributes: readonly string[]
}

const BLOCKS = new Set(
  'address article aside blockquote br center dd details div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr img li main nav ol p pre section summary table td th tr ul'.split(
    ' ',
  ),
)

export function isMarkup(text: string): boolean {
  return text.includes('<') || text.includes('&')
}

/** What a reader sees; text without markup is itself. */
export function visibleText(text: string, read: MarkupReader = readMarkup): string {
  return isMarkup(text) ? read(text).joined : text
}

export type MarkupReader = (text: string) => Markup

/** Reads each text once; to be let go with the delivery. */
export function markupOnce(): MarkupReader {
  const known = new Map<string, Markup>()
  return (text) => {
    const markup = known.get(text) ?? readMarkup(text)
    known.set(text, markup)
    return markup
  }
}

// The tokenizer alone: a tree builder closes tags by searching its stack, quadratic in hostile nesting.
function readMarkup(text: string): Markup {
  const words = collectWords(text)
  let value = ''
  const attributes: string[] = []
  const tokenizer = new Tokenizer(
    {},
    {
      ...IGNORED,
      ontext: words.slice,
      ontextentity: (codePoint) => words.add(String.fromCodePoint(codePoint)),
      oncdata: (start, end, offset) => words.slice(start, end - offset),
      onopentagname: words.part,
      onclosetag: words.part,
      onattribdata: (start, end) => {
        value += text.slice(start, end)
      },
      onattribentity: (codePoint) => {
        value += String.fromCodePoint(codePoint)
      },
      onattribend: () => {
        if (value !== '') attributes.push(value)
        value = ''
      },
    },
  )
  tokenizer.write(text)
  tokenizer.end()
  return { ...words.end(), attributes }
}

/** Neighbouring slices are added as one: a million of single characters would cost a fifth of a second. */
function collectWords(text: string) {
  let joined = ''
  let separated = ''
  let from = 0
  let to = 0
  const add = (piece: string) => {
    const words = text.slice(from, to) + piece
    joined += words
    separated += words
    from = to
  }
  return {
    add,
    slice(start: number, end: number) {
      if (start !== to) {
        add('')
        from = start
      }
      to = end
    },
    part(start: number, end: number) {
      add('')
      separated += '\n'
      if (BLOCKS.has(text.slice(start, end).toLowerCase())) joined += '\n'
    },
    end() {
      add('')
      return { joined, separated }
    },
  }
}

const ignore = () => {}
const IGNORED = {
  onattribname: ignore,
  oncomment: ignore,
  ondeclaration: ignore,
  onend: ignore,
  onopentagend: ignore,
  onprocessinginstruction: ignore,
  onselfclosingtag: ignore,
}
