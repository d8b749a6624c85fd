// Notices: a well-managed server let spam through and is given time to deal with it.
import type { Offence } from './store.ts'

export type NoticeEnd =
  /** The author is gone or suspended: this alone raises the standing. */
  | 'author-gone'
  /** The post was taken back. */
  | 'post-gone'
  | 'not-dealt-with'
  /** By the operator. */
  | 'dismissed'
  | 'blocked'
  /** The server never answered until the deadline, and `standing.unreachable` is `wait`. */
  | 'unreachable'

export interface Notice {
  readonly id: string
  readonly domain: string
  /** Actor id. */
  readonly author: string
  readonly openedAt: number
  /** Epoch milliseconds. */
  readonly deadline: number
  /** Why there is a notice and no block, in words. */
  readonly why: string
  /** It never leads to a block, whatever becomes of it. */
  readonly neverBlocks?: true
  /** The first is what it was opened for; more of the same author come behind it, 20 at most. */
  readonly offences: readonly NoticeOffence[]
  /** The last look at it. */
  readonly checked?: { readonly at: number; readonly found: string }
  /** When the next look is due. */
  readonly dueAt: number
  readonly closed?: { readonly at: number; readonly how: NoticeEnd; readonly why: string }
  /** The report to its server. */
  readonly report?: NoticeReport
}

export interface NoticeReport {
  /** When it was last tried. */
  readonly at: number
  /**
   * `sending` stands before it is tried: found there later, it may have been sent, and counts as that. `failed` was
   * not sent and may be tried again, `refused` was not sent and never will be.
   */
  readonly state: 'sending' | 'sent' | 'failed' | 'refused'
  readonly tries: number
  readonly why?: string
}

export interface NoticeOffence extends Offence {
  /** A 404 proves nothing of a post that not everybody may read. */
  readonly isPublic: boolean
}

export type NoticeChange = Partial<Pick<Notice, 'checked' | 'dueAt' | 'closed' | 'report'>>

export interface NoticeStore {
  /** One open notice for each author: another offence joins it, once per object. */
  open(
    notice: Notice,
  ): Promise<{ readonly status: 'opened' | 'joined' | 'known'; readonly notice: Notice }>
  find(id: string): Promise<Notice | undefined>
  /** Changes what is open; false where it is closed already, or not there. */
  change(id: string, change: NoticeChange): Promise<boolean>
  /** Of a domain, newest first, closed ones included; at most `limit`. */
  ofDomain(domain: string, limit: number): Promise<readonly Notice[]>
  /** Last opened first. */
  page(page: {
    readonly limit: number
    readonly after?: string
    readonly open?: boolean
  }): Promise<{
    readonly notices: readonly Notice[]
    readonly total: number
    readonly next?: string
  }>
  /** Open ones whose look is due; none is handed to two processes before `leaseMs` have gone. */
  takeDue(wish: {
    readonly at: number
    readonly leaseMs: number
    readonly limit: number
  }): Promise<readonly Notice[]>
  /** Actor ids with an open notice. */
  openAuthors(): Promise<readonly string[]>
  /** Another one after every change by any process; cheap. */
  version(): Promise<string>
}
