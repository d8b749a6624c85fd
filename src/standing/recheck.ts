// A notice is looked at again: is the author gone, or what it wrote? Asked of their server, believed only at their own ids.
import type { JsonObject } from '../json.ts'
import { stringsOf, typesOf } from '../plain-keys.ts'
import type { DocumentAnswer, Documents } from '../remote/documents.ts'
import { normalUrl } from '../remote/key-document.ts'
import type { Notice, NoticeOffence } from '../store/notice-store.ts'

/** `why` is what belongs into `checked.found` of the notice: the next look reads it. */
export type Finding =
  | { readonly status: 'author-gone'; readonly why: string }
  /** All that the notice is about. */
  | { readonly status: 'post-gone'; readonly why: string }
  | { readonly status: 'there'; readonly why: string }
  /** Nothing was learned: it did not answer, or not us. */
  | { readonly status: 'unreachable'; readonly why: string }

export interface RecheckContext {
  readonly documents: Documents
  readonly now: () => number
}

/** For everything together: twenty posts of a server that drips. */
const DEADLINE_MS = 20_000
const ASK_MS = 2_500
/** A server that restarts answers 404 for a minute, too. */
const AGAIN_MS = 10 * 60_000
export const AUTHOR_404 =
  'its author’s address answered 404: that counts when it does so again later'

/** 1. the author, who must be gone for others as for us  2. every post, as long as they are gone */
export async function recheck(notice: Notice, context: RecheckContext): Promise<Finding> {
  const look = looker(context)
  const author = await look(notice.author, 'actor')
  if (author.state === 'gone') return { status: 'author-gone', why: `the author ${author.why}` }
  if (author.state === 'missing') return missingAuthor(notice, context.now())
  if (author.state === 'unknown') return unreachable(`the author: ${author.why}`)
  for (const offence of notice.offences) {
    const post = await look(offence.object, 'post')
    if (post.state === 'unknown') return unreachable(`the post: ${post.why}`)
    const why = staysBecause(post, offence)
    if (why !== undefined) return { status: 'there', why }
  }
  return notice.offences.length === 0
    ? { status: 'there', why: 'the author is there' }
    : { status: 'post-gone', why: postsGone(notice.offences.length) }
}

/** Misskey and Pleroma answer 404 for the suspended; so does a server that has lost its way for a while. */
function missingAuthor({ checked }: Notice, now: number): Finding {
  const isAgain = checked?.found === AUTHOR_404 && now - checked.at >= AGAIN_MS
  if (!isAgain) return unreachable(AUTHOR_404)
  return { status: 'author-gone', why: 'the author answered 404 twice' }
}

function staysBecause(post: Seen, { isPublic }: NoticeOffence): string | undefined {
  if (post.state === 'there') return `the post ${post.why}`
  if (post.state === 'missing' && !isPublic) {
    return 'the post answered 404, which proves nothing of what not everybody may read'
  }
  return undefined
}

function postsGone(count: number): string {
  return count === 1 ? 'the post is gone' : `all ${count} posts are gone`
}

function unreachable(why: string): Finding {
  return { status: 'unreachable', why }
}

interface Seen {
  /** `missing`: 404. */
  readonly state: 'there' | 'gone' | 'missing' | 'unknown'
  readonly why: string
}

type Kind = 'actor' | 'post'
type Look = (id: string, kind: Kind) => Promise<Seen>

function looker({ documents, now }: RecheckContext): Look {
  const until = now() + DEADLINE_MS
  async function ask(how: keyof Documents, asked: Asked): Promise<Seen> {
    const deadlineMs = Math.min(until - now(), ASK_MS)
    if (deadlineMs <= 0) return { state: 'unknown', why: 'no time was left' }
    return seenIn(await documents[how]({ url: asked.url, deadlineMs }), asked)
  }
  return async (id, kind) => {
    const url = normalUrl(id)
    if (url === undefined) return { state: 'unknown', why: 'no https address' }
    // Signed first: servers in secure mode tell nobody else.
    const forUs = await ask('getSigned', { url, kind })
    if (forUs.state === 'there' || forUs.state === 'unknown') return forUs
    return confirmed(forUs, await ask('get', { url, kind }))
  }
}

/**
 * What is gone must be gone for a stranger too: some servers answer 404 to whom they block, and a spammer's could
 * say so to us alone.
 */
function confirmed(forUs: Seen, forOthers: Seen): Seen {
  if (forOthers.state === 'there') return { state: 'there', why: `${forOthers.why}, for others` }
  // 404 for one of them is no more than 404.
  return forOthers.state === 'gone' ? forUs : forOthers
}

interface Asked {
  readonly url: string
  readonly kind: Kind
}

function seenIn(answer: DocumentAnswer, asked: Asked): Seen {
  switch (answer.status) {
    case 'gone':
      return { state: answer.httpStatus === 410 ? 'gone' : 'missing', why: answer.why }
    case 'unavailable':
      return { state: 'unknown', why: answer.why }
    // A web page, 10 MB, a redirect to us: it answers, and says nothing of being gone.
    case 'forbidden':
      return { state: 'there', why: `serves something else: ${answer.why}` }
    case 'served':
      return readDocument(answer, asked)
  }
}

function readDocument(
  { document, url: servedBy }: { readonly document: JsonObject; readonly url: string },
  { url, kind }: Asked,
): Seen {
  // Anything may stand anywhere: only under its own id, on its own origin, a document speaks for itself.
  const isOwn = normalUrl(stringsOf(document.id)[0]) === url && isSameOrigin(servedBy, url)
  if (!isOwn) return { state: 'there', why: 'serves something under another id' }
  // A Note that is a Tombstone besides is shown as a Note.
  const types = typesOf(document)
  const isTombstone = types.length > 0 && types.every((type) => type === 'Tombstone')
  if (isTombstone) return { state: 'gone', why: 'is a Tombstone' }
  const isSuspended = kind === 'actor' && document.suspended === true
  return isSuspended ? { state: 'gone', why: 'is suspended' } : { state: 'there', why: 'is there' }
}

function isSameOrigin(one: string, other: string): boolean {
  return URL.parse(one)?.origin === URL.parse(other)?.origin
}
