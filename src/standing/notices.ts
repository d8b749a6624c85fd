// Notices as deliveries meet them: whose author is refused meanwhile, which offences join, what is taken back.
import type { Log } from '../log.ts'
import { keptId } from '../offence.ts'
import type { Notice, NoticeOffence, NoticeStore } from '../store/notice-store.ts'
import type { Offence } from '../store/store.ts'

export interface NoticePolicy {
  /** How long a server has to deal with its spam; milliseconds. */
  readonly graceMs: number
}

export interface NoticesOptions {
  readonly store: NoticeStore
  readonly policy: NoticePolicy
  readonly now: () => number
  readonly newId: () => string
  readonly log: Log
  readonly onFault: (what: string) => void
  readonly askEveryMs?: number
}

export interface Opening {
  readonly domain: string
  readonly offence: Offence
  readonly isPublic: boolean
  /** Why there is a notice and no block. */
  readonly why: string
  /** Whoever is trusted, or followed by one of ours, is never blocked for it. */
  readonly neverBlocks?: true
}

export interface Notices {
  /** Nothing of such an author is let through while its notice is open. */
  isRefused(author: string): boolean
  open(opening: Opening): Promise<Notice>
  /** A proved Delete by the author: of the post, or of itself. */
  takenBack(author: string, object: string, domain: string): Promise<void>
  /** Resolves when what the store has now is in force here. */
  refresh(): Promise<void>
  close(): void
}

const ASK_EVERY_MS = 5_000
const FIRST_LOOK_MS = 10 * 60_000 // who suspends at once is done by then
const MAX_OF_DOMAIN = 200
const MAX_WHY = 1_000

export function openNotices(options: NoticesOptions): Notices {
  const { store, policy, now, newId, askEveryMs = ASK_EVERY_MS } = options
  const refused = openRefused(options)
  const timer = setInterval(() => void refused.refresh(), askEveryMs).unref()
  void refused.refresh()
  return {
    isRefused: refused.has,
    refresh: refused.refresh,
    async open({ domain, offence, isPublic, why, neverBlocks }) {
      const at = now()
      const dueAt = at + Math.min(FIRST_LOOK_MS, policy.graceMs)
      const offences = [{ ...offence, isPublic }]
      const times = { openedAt: at, deadline: at + policy.graceMs, dueAt }
      const spared = neverBlocks ? { neverBlocks } : {}
      const fresh = {
        id: newId(),
        domain,
        author: offence.author,
        why: why.slice(0, MAX_WHY),
        offences,
        ...times,
        ...spared,
      }
      const { notice } = await store.open(fresh)
      refused.add(offence.author)
      return notice
    },
    async takenBack(author, object, domain) {
      if (!refused.has(author)) return
      const known = await store.ofDomain(domain, MAX_OF_DOMAIN)
      const open = known.find((notice) => notice.author === author && !notice.closed)
      if (open) await takeBack(open, object, options)
      await refused.refresh()
    },
    close: () => clearInterval(timer),
  }
}

/**
 * One's own post taken back ends the notice and raises nothing; of several it ends none: who spams and deletes
 * by turns is not dealt with. That the account is gone is looked at where it was, and believed then.
 */
async function takeBack(
  { id, author, offences }: Notice,
  object: string,
  { store, now }: NoticesOptions,
): Promise<void> {
  if (URL.parse(object)?.href === author) {
    await store.change(id, { dueAt: now() })
  } else if (offences.length === 1 && offences[0]!.object === keptId(object)) {
    const why = 'the post was taken back by a proved Delete'
    await store.change(id, { closed: { at: now(), how: 'post-gone', why } })
  }
}

/** A copy of who has an open notice: asked of every proved delivery, so it must cost nothing. */
function openRefused({ store, log, onFault }: NoticesOptions) {
  let authors = new Set<string>()
  let added = new Set<string>()
  let version: string | undefined
  return {
    has: (author: string) => authors.has(author),
    add(author: string) {
      authors.add(author)
      added.add(author)
    },
    async refresh(): Promise<void> {
      try {
        const latest = await store.version()
        if (latest === version) return
        // Whoever is added while it is read may be missing in it.
        added = new Set()
        authors = new Set([...(await store.openAuthors()), ...added])
        version = latest
      } catch (cause) {
        onFault('notices')
        log.debug({ err: cause }, 'the open notices could not be read again')
      }
    },
  }
}

/** Its rule and reason, as a block would have them: the hit that weighs most stands first. */
export function causeOf({ hits }: NoticeOffence): { readonly by: string; readonly reason: string } {
  const [first] = hits
  return { by: `rule:${first?.rule ?? 'unknown'}`, reason: `${first?.rule}: ${first?.why}` }
}
