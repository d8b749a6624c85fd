// What both stores agree on about notices: how many are kept, what may be filed, how offences join and changes are made.
import { canonicalDomain } from '../domains.ts'
import { noticeSchema } from './journal-line.ts'
import type { Notice, NoticeChange, NoticeOffence } from './notice-store.ts'

const DAY_MS = 86_400_000

export const NOTICE_LIMITS = {
  offences: 20, // a notice
  closedMs: 400 * DAY_MS, // how a server dealt with spam a year ago still says something
  closed: 5_000,
} as const

/** Refuses what could not be read again, or never be found, before it is written down anywhere. */
export function checkNotice(notice: Notice): void {
  const [wrong] = noticeSchema.safeParse(notice).error?.issues ?? []
  if (wrong !== undefined) {
    throw new TypeError(`the notice cannot be kept: ${wrong.path.join('.')}: ${wrong.message}`)
  }
  const isAddress = /^\[[0-9a-f:.]{2,45}\]$/.test(notice.domain)
  if (isAddress || canonicalDomain(notice.domain) === notice.domain) return
  throw new TypeError(
    `the notice cannot be kept: ${JSON.stringify(notice.domain)} is not canonical`,
  )
}

export type Joining =
  | { readonly status: 'known' }
  /** There is no room for more: the first ones are the evidence. */
  | { readonly status: 'full' }
  | { readonly status: 'joined'; readonly notice: Notice }

/** An object is one offence, however often it comes. */
export function join(notice: Notice, more: readonly NoticeOffence[]): Joining {
  const seen = new Set(notice.offences.map(({ object }) => object))
  const fresh = more.filter(({ object }) => !seen.has(object) && seen.add(object))
  if (fresh.length === 0) return { status: 'known' }
  const room = NOTICE_LIMITS.offences - notice.offences.length
  if (room <= 0) return { status: 'full' }
  const offences = [...notice.offences, ...fresh.slice(0, room)]
  return { status: 'joined', notice: { ...notice, offences } }
}

/** Throws where the outcome could not be read again. */
export function changed(notice: Notice, change: NoticeChange): Notice {
  const after = { ...notice, ...change }
  checkNotice(after)
  return after
}
