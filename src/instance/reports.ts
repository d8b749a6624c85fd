// A report to the server of a spammer, sent by our own instance in its own name: what its families have in common.
import type { ApiAnswer } from './api.ts'

export interface Report {
  /** Actor id. */
  readonly author: string
  /** Ids of its posts. */
  readonly posts: readonly string[]
}

export type Reported =
  /** On its way, or perhaps: it must not be sent again. */
  | { readonly status: 'sent'; readonly why: string }
  /** Nothing was sent; it may be tried again. */
  | { readonly status: 'failed'; readonly why: string }
  /** Nothing was sent, nor will it be. */
  | { readonly status: 'refused'; readonly why: string }

export interface Reporter {
  /** Never rejects for what the instance answers. */
  report(report: Report): Promise<Reported>
}

export const MAX_COMMENT = 1_000 // Mastodon's own limit

/** Whoever reads it runs the server, and may be the spammer: no rule is named, nor whom of ours it reached. */
export function commentOf({ posts }: Report, maxLength = MAX_COMMENT): string {
  const head = 'Spam: this account sends unsolicited posts to people of our server.'
  let text = head
  for (const post of posts) {
    const longer = `${text}\n${post}`
    if (longer.length > maxLength) break
    text = longer
  }
  return text
}

/** Before anything was sent: only a refusal is for good. */
export function notSent(answer: Exclude<ApiAnswer, { status: 'answered' }>): Reported {
  return { status: answer.status === 'refused' ? 'refused' : 'failed', why: answer.why }
}

/** Whether it was sent: what nobody answered may have been. */
export function sentOr(answer: ApiAnswer): Reported {
  if (answer.status === 'answered') return { status: 'sent', why: 'the instance took it' }
  if (answer.status === 'refused') return notSent(answer)
  return { status: 'sent', why: `perhaps: ${answer.why}` }
}
