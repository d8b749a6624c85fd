// Where a text tells an address, and what goes there instead.
import { endsInAt, GAP, marksIn, speltApart } from './gaps.ts'
import { spelt, unescaped } from './spelling.ts'

export interface Edit {
  readonly start: number
  readonly end: number
  readonly by: string
}

/** `markup`: HTML outside of scripts. `form`: the same, but what its fields hold stays. `code`: all else. */
export type Context = 'markup' | 'form' | 'code'

export interface Replacement {
  /** ASCII, without quotes and brackets; empty: nothing stands in the address's place. */
  readonly url: string
  /** What an e-mail field of JSON holds then. */
  readonly emptyField: '""' | 'null'
}

export interface Addresses {
  /** Ordered, and none overlaps another. Characters are bytes. */
  edits(text: string, context: Context, replacement: Replacement): readonly Edit[]
  /** The first address that the text tells. */
  find(text: string): string | undefined
}

export function compileAddresses(emails: readonly string[]): Addresses {
  const byDomain = [...Map.groupBy(emails, (email) => email.slice(email.lastIndexOf('@')))]
  const ordered = byDomain.flatMap(([, same]) => same)
  const all = new RegExp(byDomain.map(([domain, same]) => anyOf(same, domain)).join('|'), 'gi')
  const at = new RegExp(byDomain.map(([domain]) => speltApart(domain)).join('|'), 'i') // mostly absent
  const matches = (text: string) => (at.test(text) ? wholeMatches(text, all) : [])
  return {
    find(text) {
      const [first] = matches(text)
      return first && ordered[first.slice(1).findIndex((group) => group !== undefined)]
    },
    edits(text, context, replacement) {
      const isLeft = context === 'form' ? fieldsIn(text) : () => false
      const edits: Edit[] = []
      for (const match of matches(text)) {
        // One link may hold two of them.
        const from = edits.at(-1)?.end ?? 0
        if (match.index < from || isLeft(match.index)) continue
        edits.push(...editFor({ text, context, replacement, match, from }))
      }
      return edits
    },
  }
}

/** A group for each: which of them matched is to be told. */
function anyOf(emails: readonly string[], domain: string): string {
  const names = emails.map((email) => `(${speltApart(email.slice(0, -domain.length))})`)
  return `(?:${names.join('|')})${GAP}${speltApart(domain)}`
}

/** What looks like one and is none may hold one all the same, in the attribute of a mark. */
function wholeMatches(text: string, all: RegExp): readonly RegExpExecArray[] {
  const matches: RegExpExecArray[] = []
  all.lastIndex = 0
  for (let match = all.exec(text); match; match = all.exec(text)) {
    if (isWhole(text, match)) matches.push(match)
    else all.lastIndex = match.index + 1
  }
  return matches
}

/** More than any spelling of what stands before an address takes. */
const NEAR = 160

/** Longer addresses are other ones; and `@name@host` names an account, which is no secret. */
function isWhole(text: string, { 0: match, index }: RegExpExecArray): boolean {
  const { length } = match
  const before = unescaped(text.slice(Math.max(0, index - NEAR), index))
  if (/(?:[a-z\d][._+-]*|@|\bacct:|"(?:acct|fqn)\\*"\s*:\s*\\*")$/i.test(before)) return false
  // Marks in it show a page that marks names: then they may stand between `@` and the name too.
  if (marksIn(match) !== '' && endsInAt(text.slice(Math.max(0, index - NEAR), index))) return false
  return !/^(?:-+|\.)?[a-z\d]/i.test(text.slice(index + length, index + length + NEAR))
}

interface Place {
  readonly text: string
  readonly context: Context
  readonly replacement: Replacement
  readonly match: RegExpExecArray
  /** What stands before is another's. */
  readonly from: number
}

function editFor({ text, context, replacement, match, from }: Place): readonly Edit[] {
  const { index, 0: address } = match
  const { start, end } = wholeLink(text, { start: index, end: index + address.length, from })
  const isLink = start < index
  const field = fieldAround(text, start, end)
  if (field) return field.isOwn ? [] : [emptied({ ...field, start, end }, replacement)]
  if (text[start - 1] === '>' && MAIL_ELEMENT.test(text.slice(Math.max(0, start - NEAR), start))) {
    return [{ start, end, by: marksIn(address) }]
  }
  const url = isLink && replacement.url === '' ? '#' : replacement.url
  const by = isLink ? inPlace(url, context) : spokenLike(address, url, context)
  return [{ start, end, by: by + marksIn(address) }]
}

const END_OF_LINK = `"'\\s<>\\\\()\\[\\]{}\``
const NO_QUOTE = '(?!&(?:quot|lt|gt|#0{0,7}3[49]|#x0{0,7}2[27]);)'
const LINK_BEFORE = new RegExp(
  `${spelt('mailto:')}(?:${NO_QUOTE}[^${END_OF_LINK}]|\\\\{1,4}u00(?:26|3d|2b)){0,600}$`,
  'i',
)
const LINK_AFTER = new RegExp(
  `^(?:${spelt('?')}|[&,])(?:${NO_QUOTE}[^${END_OF_LINK}]|\\\\{1,4}u00(?:26|3d|2b)){1,2000}`,
  'i',
)
const LINK_NEAR = 1_000

interface Span {
  readonly start: number
  readonly end: number
  readonly from: number
}

/** All of a mailto: link that holds the address, its subject and other recipients included. */
function wholeLink(text: string, { start, end, from }: Span) {
  const before = LINK_BEFORE.exec(text.slice(Math.max(from, start - LINK_NEAR), start))
  if (!before) return { start, end }
  const after = LINK_AFTER.exec(text.slice(end, end + 2_100))
  return { start: start - before[0].length, end: end + (after?.[0].length ?? 0) }
}

const QUOTE = '(?:\\\\{0,4}"|&quot;|&#0{0,7}34;)'
const MAIL_FIELD = new RegExp(
  `${QUOTE}([\\w-]{0,40}mail(?:[_-]?address)?)${QUOTE}\\s{0,20}:\\s{0,20}(${QUOTE})$`,
  'i',
)
const OWN_NEAR = 2_000

/** A member whose name says e-mail, and nothing but the address in it: what reads it may check it as one. */
function fieldAround(text: string, start: number, end: number) {
  if (!'"\\&'.includes(text.charAt(end) || ' ')) return undefined
  const [, key = '', quote] = MAIL_FIELD.exec(text.slice(Math.max(0, start - NEAR), start)) ?? []
  if (quote === undefined || !text.startsWith(quote, end)) return undefined
  // Lemmy tells who is signed in his own address: its form would save what stands there.
  const before = text.slice(Math.max(0, start - OWN_NEAR), start)
  const isOwn = before.lastIndexOf('local_user"') > before.lastIndexOf('}')
  return { key, quote, isOwn }
}

interface Field {
  readonly key: string
  readonly quote: string
  readonly start: number
  readonly end: number
}

function emptied({ key, quote, start, end }: Field, { emptyField }: Replacement): Edit {
  // Misskey says null itself where none is set.
  if (emptyField !== 'null' && !/^maintainerEmail$/i.test(key)) return { start, end, by: '' }
  return { start: start - quote.length, end: end + quote.length, by: 'null' }
}

/** In feeds and OpenSearch; nothing but an address may stand there. */
const MAIL_ELEMENT = /<(?:[\w-]{1,40}:)?(?:contact|email|managingEditor|webMaster)>$/i

/** Percent-encoded, it is part of another URL. */
function spokenLike(address: string, url: string, context: Context): string {
  return address.includes('%') && !address.includes('<')
    ? encodeURIComponent(url)
    : inPlace(url, context)
}

function inPlace(url: string, context: Context): string {
  return context === 'code' ? url : url.replaceAll('&', '&amp;')
}

const FIELD = /<input\b[^>]{0,2000}|<textarea\b[\s\S]*?(?=<\/textarea|$)/gi

/** The fields of forms that only their owner sees hold what would be saved. To be asked from the start to the end. */
function fieldsIn(text: string): (at: number) => boolean {
  const fields = text.matchAll(FIELD)
  let end = 0
  let next = fields.next()
  return (at) => {
    while (!next.done && next.value.index < at) {
      end = next.value.index + next.value[0].length
      next = fields.next()
    }
    return at < end
  }
}
