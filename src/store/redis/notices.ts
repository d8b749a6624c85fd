// Notices in Redis: each change replaces the revision that it was made to, so that no two processes undo each other.
import { changed, checkNotice, join } from '../notice-rules.ts'
import type { Notice, NoticeChange, NoticeStore } from '../notice-store.ts'
import type { Ledger } from './ledger.ts'
import type { Link } from './link.ts'
import { type NoticeEntry, parseEntry } from './notice-entry.ts'
import { type NoticeList, type NoticeListOptions, openNoticeList } from './notice-list.ts'
import * as scripts from './notice-scripts.ts'

const ATTEMPTS = 100 // each one that fails is another process's success

interface NoticeOptions extends NoticeListOptions {
  readonly hot: Link
}

export function redisNotices(options: NoticeOptions): NoticeStore {
  const { hot, slow } = options
  const list = openNoticeList(options)
  const read = async (...asked: Parameters<NoticeList['run']>) =>
    (await readEntries(list, ...asked)).map(({ notice }) => notice)
  const parts = { ...options, list }
  return {
    async open(notice) {
      checkNotice(notice)
      return untilDone(() => tryToOpen({ ...parts, link: hot }, notice))
    },
    find: async (id) => (await read(slow, scripts.FIND, [id]))[0],
    change: (id, change) => untilDone(() => tryToChange({ ...parts, link: slow }, id, change)),
    ofDomain: (domain, limit) => read(slow, scripts.OF_DOMAIN, [domain, limit]),
    page: (page) => readPage(list, slow, page),
    takeDue: ({ at, leaseMs, limit }) => read(slow, scripts.TAKE_DUE, [at, leaseMs, limit]),
    openAuthors: async () => (await list.run(slow, scripts.AUTHORS, [])) as string[],
    version: list.settle,
  }
}

type Opening = Awaited<ReturnType<NoticeStore['open']>>

interface Replacement {
  readonly entry: NoticeEntry
  readonly notice: Notice
  readonly change?: NoticeChange
}

interface Parts {
  readonly list: NoticeList
  readonly link: Link
  readonly ledger: Ledger
}

/** Undefined: what is there was changed meanwhile. */
async function tryToOpen(parts: Parts, notice: Notice): Promise<Opening | undefined> {
  const { list, link, ledger } = parts
  const { id, author, domain, dueAt, offences } = notice
  const args = [id, author, domain, dueAt, JSON.stringify(notice)]
  const there = String(await list.run(link, scripts.OPEN, args))
  if (there === '') {
    await ledger.note({ kind: 'notice', revision: 1, notice })
    return { status: 'opened', notice }
  }
  const entry = parseEntry(there)
  const known = entry.notice
  const joining = known.closed ? { status: 'known' as const } : join(known, offences)
  if (joining.status === 'known') return { status: 'known', notice: known }
  if (joining.status === 'full') return { status: 'joined', notice: known }
  if (!(await replace(parts, { entry, notice: joining.notice }))) return undefined
  await ledger.note({ kind: 'notice', revision: entry.revision + 1, notice: joining.notice })
  return joining
}

/** Undefined as above. */
async function tryToChange(
  parts: Parts,
  id: string,
  change: NoticeChange,
): Promise<boolean | undefined> {
  const [entry] = await readEntries(parts.list, parts.link, scripts.FIND, [id])
  if (entry === undefined || entry.notice.closed) return false
  const notice = changed(entry.notice, change)
  if (!(await replace(parts, { entry, notice, change }))) return undefined
  if (change.closed !== undefined || change.report !== undefined) {
    await parts.ledger.note({ kind: 'notice', revision: entry.revision + 1, notice })
  } // a look that was lost is only taken again
  return true
}

async function replace({ list, link }: Parts, wish: Replacement): Promise<boolean> {
  const { entry, notice, change = {} } = wish
  const { id, author } = notice
  const args = [id, entry.revision, JSON.stringify(notice), author]
  const times = [change.dueAt ?? '', change.closed?.at ?? '']
  return (await list.run(link, scripts.REPLACE, [...args, ...times])) === 1
}

async function readEntries(
  list: NoticeList,
  ...asked: Parameters<NoticeList['run']>
): Promise<readonly NoticeEntry[]> {
  return ((await list.run(...asked)) as string[]).map(parseEntry)
}

async function untilDone<T>(attempt: () => Promise<T | undefined>): Promise<T> {
  for (let number = 0; number < ATTEMPTS; number++) {
    const outcome = await attempt()
    if (outcome !== undefined) return outcome
  }
  throw new Error('the notice keeps changing')
}

async function readPage(
  list: NoticeList,
  slow: Link,
  { limit, after, open }: Parameters<NoticeStore['page']>[0],
): ReturnType<NoticeStore['page']> {
  const before = after === undefined ? '+inf' : `(${Number(after)}`
  const kind = open === undefined ? '' : open ? 'open' : 'closed'
  const reply = await list.run(slow, scripts.PAGE, [before, limit + 1, kind])
  const [total, texts] = reply as [number, string[]]
  const entries = texts.map(parseEntry)
  const shown = entries.slice(0, limit)
  const last = shown.at(-1)
  return {
    notices: shown.map(({ notice }) => notice),
    total,
    ...(last !== undefined && entries.length > limit && { next: String(last.place) }),
  }
}
