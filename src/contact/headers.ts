// An answer's head without the administrators' addresses, whatever its body is: a form's URL where a URL stands,
// nothing where an address stands.
import type { AnswerHead } from '../answer-head.ts'
import type { Addresses, Edit } from './edits.ts'

export interface Heading {
  readonly addresses: Addresses
  /** ASCII, without quotes and brackets; empty: what would point to it is left out. */
  readonly url: string
  readonly withEdits: (text: string, edits: readonly Edit[]) => string
}

/** The same head where it tells nothing: a look at each value for a spelling of `@` is all that it costs then. */
export function compileHeads({ addresses, url, withEdits }: Heading) {
  const isTold = (text: string) => addresses.find(text) !== undefined
  const target = url.replace(/[,;]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`) // they part values
  const placed = (value: string) => {
    const edits = addresses.edits(value, 'code', { url: target, emptyField: '""' })
    return edits.some(({ by }) => by === '#') ? undefined : withEdits(value, edits)
  }
  const cut = (value: string) => {
    const edits = addresses.edits(value, 'code', { url: '', emptyField: '""' })
    const links = edits.map((edit) => (edit.by === '#' ? { ...edit, by: target } : edit))
    const rest = withEdits(value, links).replace(/<>/g, '').trim()
    return /[a-z\d\x80-\xff]/i.test(rest) ? rest : undefined
  }
  const header = (name: string, value: string) => {
    if (isTold(name)) return undefined
    if (!isTold(value)) return value
    if (LEFT_OUT.test(name)) return undefined
    if (/^link$/i.test(name)) return linksOf(value, (link) => (isTold(link) ? placed(link) : link))
    return ONE_TARGET.test(name) ? placed(value) : cut(value)
  }
  return (head: AnswerHead): AnswerHead => {
    const { statusMessage = '', rawHeaders } = head
    if (!isTold(statusMessage) && !rawHeaders.some(isTold)) return head
    return {
      ...(head.statusCode !== undefined && { statusCode: head.statusCode }),
      statusMessage: isTold(statusMessage) ? '' : statusMessage,
      rawHeaders: headersOf(rawHeaders, header),
    }
  }
}

/** Nothing can be taken out of these but all: mail's own fields, a cookie, a validator. */
const LEFT_OUT =
  /^(?:etag|set-cookie2?|(?:resent-)?(?:from|sender|reply-to|to|cc|bcc)|return-path|errors-to)$/i
const ONE_TARGET = /^(?:location|content-location|refresh)$/i

function linksOf(value: string, change: (link: string) => string | undefined): string | undefined {
  const links = value.split(/,\s*(?=<)/).flatMap((link) => change(link) ?? [])
  return links.length > 0 ? links.join(', ') : undefined
}

function headersOf(
  rawHeaders: readonly string[],
  change: (name: string, value: string) => string | undefined,
): string[] {
  const headers: string[] = []
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const value = change(rawHeaders[at]!, rawHeaders[at + 1]!)
    if (value !== undefined) headers.push(rawHeaders[at]!, value)
  }
  return headers
}
