// The administrators' addresses out, the inquiry form in: a pure transform of bodies that pass through.
// A body is one character a byte (latin1), so that nothing changes but what is meant to, whatever its encoding.
import { createHash } from 'node:crypto'
import type { AnswerHead } from './answer-head.ts'
import { type Addresses, type Context, compileAddresses, type Edit } from './contact/edits.ts'
import { compileHeads } from './contact/headers.ts'
import { type Page, rewritePage } from './contact/html.ts'
import { canonicalDomain } from './domains.ts'
import { version } from './version.ts'

/** `form`: a page on which its reader changes settings. `nodeinfo`: JSON whose empty fields are null. */
export type BodyKind = 'html' | 'form' | 'json' | 'nodeinfo' | 'text'

export interface Contact {
  rewrite(body: string, kind: BodyKind): Page
  /** For what is too long to be held: scripts are not told apart, and no policy is adapted. */
  edits(part: string, kind: BodyKind): readonly Edit[]
  /** Of any answer, also of one whose body passes as it is. */
  head(head: AnswerHead): AnswerHead
  /** Names this way of rewriting: with another one the same body becomes another. */
  readonly mark: string
}

export interface ContactOptions {
  readonly emails: readonly string[]
  /** Empty: the address is taken out and nothing stands in its place. */
  readonly inquiryUrl: string
}

/** Undefined where there is nothing to hide. */
export function compileContact({ emails, inquiryUrl }: ContactOptions): Contact | undefined {
  if (emails.length === 0) return undefined
  const url = plainUrl(inquiryUrl)
  const addresses = addressesOf(emails)
  const rewriteIn = (text: string, kind: BodyKind, context: Context) => {
    const replacement = { url, emptyField: kind === 'nodeinfo' ? 'null' : '""' } as const
    return withEdits(text, addresses.edits(text, context, replacement))
  }
  const data = (text: string, kind: BodyKind) => withForm(rewriteIn(text, kind, 'code'), url)
  return {
    head: compileHeads({ addresses, url, withEdits }),
    mark: markOf([version, url, ...emails]),
    edits: (part, kind) => addresses.edits(part, contextOf(kind), { url, emptyField: '""' }),
    rewrite(body, kind) {
      if (kind === 'text') return asItIs(rewriteIn(body, kind, 'code'))
      if (kind === 'json' || kind === 'nodeinfo') return asItIs(data(body, kind))
      return rewritePage(body, {
        markup: (text) => rewriteIn(text, kind, contextOf(kind)),
        raw: (text, of) => (of === 'data' ? data(text, kind) : rewriteIn(text, kind, 'code')),
      })
    },
  }
}

/** Finds them in any of their spellings; with a domain of other scripts also as DNS spells it. */
export function addressesOf(emails: readonly string[]): Addresses {
  const asAscii = emails.map((email) => {
    const at = email.lastIndexOf('@')
    return `${email.slice(0, at)}@${canonicalDomain(email.slice(at + 1)) ?? email.slice(at + 1)}`
  })
  return compileAddresses([...new Set([...emails, ...asAscii])])
}

export function withEdits(text: string, edits: readonly Edit[]): string {
  let at = 0
  let edited = ''
  for (const { start, end, by } of edits) {
    edited += text.slice(at, start) + by
    at = end
  }
  return at === 0 ? text : edited + text.slice(at)
}

function contextOf(kind: BodyKind): Context {
  if (kind === 'form') return 'form'
  return kind === 'html' ? 'markup' : 'code'
}

/** Misskey's own place for the form, where the operator has left it empty. */
function withForm(json: string, url: string): string {
  if (url === '') return json
  return json.replace(
    /(?<!\\)("inquiryUrl"\s{0,20}:\s{0,20})(?:null|"")/g,
    (_, key) => `${key}"${url}"`,
  )
}

/** Safe in JSON, in scripts and between either kind of quotes; `&` is left to where it goes. */
function plainUrl(url: string): string {
  const href = url === '' ? '' : new URL(url).href
  return href.replace(/["'\\<>`{}|^()]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`)
}

function markOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 10)
}

function asItIs(text: string): Page {
  return { text, hashes: new Map() }
}
