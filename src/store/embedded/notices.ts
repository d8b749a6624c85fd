// The notices of one process: in memory, every change in the journal first. Leases are forgotten with the process.
import type { NoticeLine } from '../journal-line.ts'
import { changed, checkNotice, join, NOTICE_LIMITS } from '../notice-rules.ts'
import type { Notice, NoticeStore } from '../notice-store.ts'
import type { Journal } from './journal.ts'

interface FiledNotice {
  readonly notice: Notice
  readonly revision: number
  readonly place: number
}

export interface NoticeState {
  /** By id, in the order of opening. */
  readonly filed: Map<string, FiledNotice>
  /** Actor id → id of its open notice. */
  readonly authors: Map<string, string>
  /** When an open one is to be handed out next. */
  readonly due: Map<string, number>
  places: number
}

export function createNoticeState(): NoticeState {
  return { filed: new Map(), authors: new Map(), due: new Map(), places: 0 }
}

export function applyNotice(state: NoticeState, { notice, revision }: NoticeLine): void {
  const { filed, authors, due } = state
  const known = filed.get(notice.id)
  filed.set(notice.id, { notice, revision, place: known?.place ?? ++state.places })
  if (notice.closed === undefined) {
    authors.set(notice.author, notice.id)
    if (known?.notice.dueAt !== notice.dueAt) due.set(notice.id, notice.dueAt)
    return
  }
  if (authors.get(notice.author) === notice.id) authors.delete(notice.author)
  due.delete(notice.id)
  forgetOld(filed, notice.closed.at)
}

/** What rebuilds the state. */
export function* noticeLines({ filed }: NoticeState): Generator<NoticeLine> {
  for (const { notice, revision } of filed.values()) yield { kind: 'notice', revision, notice }
}

export function embeddedNotices(state: NoticeState, journal: Journal): NoticeStore {
  const { filed, authors, due } = state
  let changes = 0
  let turn: Promise<unknown> = Promise.resolve()

  /** One change after another: each is made to what the last one left. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = turn.then(work)
    turn = done.catch(() => undefined) // told to whoever asked for it
    return done
  }

  async function put(notice: Notice): Promise<void> {
    const revision = (filed.get(notice.id)?.revision ?? 0) + 1
    const line = { kind: 'notice', revision, notice } as const
    await journal.append(line)
    applyNotice(state, line)
    changes++
  }

  async function open(notice: Notice): ReturnType<NoticeStore['open']> {
    const known = filed.get(authors.get(notice.author) ?? notice.id)?.notice
    if (known === undefined) {
      await put(notice)
      return { status: 'opened', notice }
    }
    const joining = known.closed ? { status: 'known' as const } : join(known, notice.offences)
    if (joining.status === 'known') return { status: 'known', notice: known }
    if (joining.status === 'full') return { status: 'joined', notice: known }
    await put(joining.notice)
    return joining
  }

  return {
    async open(notice) {
      checkNotice(notice)
      return inTurn(() => open(notice))
    },
    change: (id, change) =>
      inTurn(async () => {
        const known = filed.get(id)?.notice
        if (known === undefined || known.closed) return false
        await put(changed(known, change))
        if (change.dueAt !== undefined) due.set(id, change.dueAt) // ends a lease, too
        return true
      }),
    ...reading(state),
    version: async () => String(changes),
  }
}

function reading({
  filed,
  authors,
  due,
}: NoticeState): Omit<NoticeStore, 'open' | 'change' | 'version'> {
  return {
    find: async (id) => filed.get(id)?.notice,
    async ofDomain(domain, limit) {
      const all = [...filed.values()].filter(({ notice }) => notice.domain === domain)
      return noticesIn(all.reverse().slice(0, limit))
    },
    page: async (page) => pageOf(filed, page),
    async takeDue({ at, leaseMs, limit }) {
      const waiting = [...due].filter(([, dueAt]) => dueAt <= at).sort(([, a], [, b]) => a - b)
      const taken = waiting.slice(0, limit).map(([id]) => id)
      for (const id of taken) due.set(id, at + leaseMs)
      return noticesIn(taken.flatMap((id) => filed.get(id) ?? []))
    },
    openAuthors: async () => [...authors.keys()],
  }
}

function pageOf(
  filed: NoticeState['filed'],
  { limit, after, open }: Parameters<NoticeStore['page']>[0],
): Awaited<ReturnType<NoticeStore['page']>> {
  const meant = [...filed.values()].reverse().filter(isMeant(open))
  const before = after === undefined ? Number.POSITIVE_INFINITY : Number(after)
  const left = meant.filter(({ place }) => place < before)
  const shown = left.slice(0, limit)
  const last = shown.at(-1)
  return {
    notices: noticesIn(shown),
    total: meant.length,
    ...(last !== undefined && left.length > limit && { next: String(last.place) }),
  }
}

function isMeant(open: boolean | undefined): (filed: FiledNotice) => boolean {
  if (open === undefined) return () => true
  return ({ notice }) => (notice.closed === undefined) === open
}

function noticesIn(filed: readonly FiledNotice[]): readonly Notice[] {
  return filed.map(({ notice }) => notice)
}

/** Closed ones that ended too long ago, or are too many: those that ended first. */
function forgetOld(filed: NoticeState['filed'], now: number): void {
  const ends: { readonly id: string; readonly at: number }[] = []
  for (const [id, { notice }] of filed) if (notice.closed) ends.push({ id, at: notice.closed.at })
  const excess = ends.length - NOTICE_LIMITS.closed
  const oldest = now - NOTICE_LIMITS.closedMs
  if (excess <= 0 && ends.every(({ at }) => at > oldest)) return
  ends.sort((a, b) => a.at - b.at)
  for (const [number, { id, at }] of ends.entries()) {
    if (number < excess || at <= oldest) filed.delete(id)
  }
}
