// Where a text tells an address, and what goes there instead.
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
  const all = new RegExp(emails.map((email) => `(${spelt(email)})`).join('|'), 'gi')
  const at = new RegExp(spelt('@'), 'i') // absent from most bodies
  const matches = (text: string) =>
    at.test(text) ? [...text.matchAll(all)].filter((match) => isWhole(text, match)) : []
  return {
    find(text) {
      const [first] = matches(text)
      return first && emails[first.slice(1).findIndex((group) => group !== undefined)]
    },
    edits(text, context, replacement) {
      const isLeft = (at: number) => context === 'form' && isInField(text, at)
      const edits: Edit[] = []
      for (const match of matches(text)) {
        // One link may hold two of them.
        if (match.index < (edits.at(-1)?.end ?? 0) || isLeft(match.index)) continue
        edits.push(...editFor({ text, context, replacement, match }))
      }
      return edits
    },
  }
}

/** More than any spelling of what stands before an address takes. */
const NEAR = 160

/** Longer addresses are other ones; and `@name@host` names an account, which is no secret. */
function isWhole(text: string, { 0: { length }, index }: RegExpExecArray): boolean {
  const before = unescaped(text.slice(Math.max(0, index - NEAR), index))
  if (/(?:[a-z\d][._+-]*|@|\bacct:|"(?:acct|fqn)\\*"\s*:\s*\\*")$/i.test(before)) return false
  return !/^(?:-+|\.)?[a-z\d]/i.test(text.slice(index + length, index + length + NEAR))
}

interface Place {
  readonly text: string
  readonly context: Context
  readonly replacement: Replacement
  readonly match: RegExpExecArray
}

function editFor({ text, context, replacement, match }: Place): readonly Edit[] {
  const { index, 0: address } = match
  const { start, end } = wholeLink(text, index, index + address.length)
  const isLink = start < index
  const field = fieldAround(text, start, end)
  if (field) return field.isOwn ? [] : [emptied({ ...field, start, end }, replacement)]
  if (MAIL_ELEMENT.test(text.slice(Math.max(0, start - NEAR), start))) {
    return [{ start, end, by: '' }]
  }
  const url = isLink && replacement.url === '' ? '#' : replacement.url
  return [{ start, end, by: isLink ? inPlace(url, context) : spokenLike(address, url, context) }]
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

/** All of a mailto: link that holds the address, its subject and other recipients included. */
function wholeLink(text: string, start: number, end: number) {
  const before = LINK_BEFORE.exec(text.slice(Math.max(0, start - LINK_NEAR), start))
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

/** In feeds; nothing but an address may stand there. */
const MAIL_ELEMENT = /<(?:[\w-]{1,40}:)?(?:email|managingEditor|webMaster)>$/i

/** Percent-encoded, it is part of another URL. */
function spokenLike(address: string, url: string, context: Context): string {
  return address.includes('%') ? encodeURIComponent(url) : inPlace(url, context)
}

function inPlace(url: string, context: Context): string {
  return context === 'code' ? url : url.replaceAll('&', '&amp;')
}

/** The fields of forms that only their owner sees hold what would be saved. */
function isInField(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 20_000), at)
  if (/<input\b[^>]{0,2000}$/i.test(before.slice(-LINK_NEAR * 2))) return true
  const [opened, closed] = ['<textarea', '</textarea'].map((tag) => before.lastIndexOf(tag))
  return opened! > closed!
}
