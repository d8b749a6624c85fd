// Which words of an activity are its author's to answer for: the posts in it, or nothing.
import type { FedifyView, RawActivity } from '../activity.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { isWithoutContent } from '../meaning.ts'
import { isObject, objectsOf, plainName, referencesOf, stringsOf, typesOf } from '../plain-keys.ts'

export interface Judged {
  /** False for what is never scored by content: reports, reactions, follows, deletions, poll votes. */
  readonly judged: boolean
  /** The posts and actors whose content is judged; empty where an object is only an id. */
  readonly posts: readonly JsonObject[]
  /** False where nobody knows what kind of activity it is: it is judged, and held against nobody. */
  readonly isKnown: boolean
  /** Where to look for content, with its path from the activity. */
  readonly within: readonly { readonly at: string; readonly json: JsonObject }[]
}

const CONTENT = new Set(['Create', 'Update'])
const POSTS = new Set(
  'Note Article Page Question Video Audio Image Document Event ChatMessage'.split(' '),
)
const ACTORS = new Set('Person Service Application Group Organization'.split(' '))

/** `view`: what a JSON-LD reader takes the activity for, where there is one. */
export function judgedPosts(raw: RawActivity, view: FedifyView | undefined): Judged {
  const types = new Set([...raw.types, ...(view?.types ?? [])].map(plainName))
  if (hasAny(types, CONTENT)) return created(raw, types)
  if (raw.doubts.kind) return unknown(raw)
  if (types.has('QuoteRequest')) return quoteRequest(raw)
  return hasAny(types, POSTS) ? whole(raw, [raw.json]) : pointing(raw, view, types)
}

/** A boost by nothing but an id. */
export function isBare({ judged, within }: Judged): boolean {
  return judged && within.length === 0
}

export function isActor(object: JsonObject): boolean {
  return typesOf(object).some((type) => ACTORS.has(type))
}

const NOTHING: Judged = { judged: false, isKnown: true, posts: [], within: [] }
/** Nothing in it to judge but which post it shows; it calls nobody. */
const BARE: Judged = { ...NOTHING, judged: true }

/** `types`: neither of posts nor of what creates them. */
function pointing(raw: RawActivity, view: FedifyView | undefined, types: Set<string>): Judged {
  // What is pinned by an embedded post is taken like a new one.
  const isBoost = types.delete('Announce')
  const isPointing = isBoost || types.has('Add')
  const isKnown = isWithoutContent(types) || (isPointing && types.size === 0)
  if (!isKnown) return unknown(raw)
  if (!isPointing) return NOTHING
  const found = pointedAt(raw, view)
  return isBoost && !found.judged ? boosted(raw) : found
}

function boosted({ objects, objectIds }: RawActivity): Judged {
  const embedded = objects.flatMap(({ id }) => stringsOf(id))
  return objectIds.length > embedded.length ? BARE : NOTHING
}

function whole({ json }: RawActivity, posts: readonly JsonObject[]): Judged {
  return { judged: true, isKnown: true, posts, within: [{ at: '', json }] }
}

function unknown(raw: RawActivity): Judged {
  const posts = raw.objects.length > 0 ? raw.objects : [raw.json]
  return { ...whole(raw, posts), isKnown: false }
}

function pointedAt(raw: RawActivity, view: FedifyView | undefined): Judged {
  const isHidden = raw.objects.length === 0 && view !== undefined && view.texts.length > 0
  return isHidden || raw.doubts.keys ? unknown(raw) : announced(raw)
}

function created(raw: RawActivity, types: ReadonlySet<string>): Judged {
  if (!raw.doubts.keys && isPollVote(types, raw.objects)) return NOTHING
  const quoting = types.has('QuoteRequest') ? objectsOf(raw.json.instrument) : []
  return whole(raw, [...raw.objects, ...quoting])
}

/** Mastodon takes the inlined quoting post as it would take a Create; the quoted one is the receiver's own. */
function quoteRequest(raw: RawActivity): Judged {
  const posts = objectsOf(raw.json.instrument)
  if (raw.doubts.keys) return whole(raw, posts)
  const within = posts.map((post) => ({ at: 'instrument', json: post }))
  return { judged: posts.length > 0, isKnown: true, posts, within }
}

/** Lemmy announces whole activities: they are their own authors'. */
function announced(raw: RawActivity): Judged {
  const inner = raw.objects.map((object) => innerPosts(object, 0))
  if (!inner.some(({ judged }) => judged)) return NOTHING
  const posts = inner.flatMap((each) => each.posts)
  return whole(raw, posts)
}

const MAX_WRAPS = 4 // an Announce of an Announce is odd enough

function innerPosts(object: JsonObject, wraps: number): Pick<Judged, 'judged' | 'posts'> {
  const types = new Set(typesOf(object))
  const isWrapper = types.has('Announce') || hasAny(types, CONTENT)
  if (!isWrapper) {
    const judged = !isWithoutContent(types)
    return judged ? { judged, posts: [object] } : NOTHING
  }
  const inner = objectsOf(object.object)
  if (hasAny(types, CONTENT))
    return isPollVote(types, inner) ? NOTHING : { judged: true, posts: inner }
  if (wraps >= MAX_WRAPS) return { judged: true, posts: inner }
  const found = inner.map((each) => innerPosts(each, wraps + 1))
  return {
    judged: found.some(({ judged }) => judged),
    posts: found.flatMap(({ posts }) => posts),
  }
}

/** A Note that is nothing but a name in answer to a poll; with anything to show or anybody to call it is a post. */
function isPollVote(types: ReadonlySet<string>, posts: readonly JsonObject[]): boolean {
  return types.size === 1 && types.has('Create') && posts.length > 0 && posts.every(isVote)
}

const VOTE_KEYS = new Set(
  '@context id type name attributedTo actor to cc bto bcc inReplyTo published updated context conversation sensitive'.split(
    ' ',
  ),
)

function isVote(post: JsonObject): boolean {
  if (typeof post.name !== 'string' || referencesOf(post.inReplyTo).length === 0) return false
  if (!typesOf(post).includes('Note')) return false
  return Object.entries(post).every(([key, value]) => VOTE_KEYS.has(key) || isEmpty(value))
}

function isEmpty(value: JsonValue | undefined): boolean {
  if (isObject(value)) return Object.values(value).every(isEmpty)
  if (Array.isArray(value)) return value.length === 0
  return value === undefined || value === null || value === '' || value === false || value === 0
}

function hasAny(types: ReadonlySet<string>, names: ReadonlySet<string>): boolean {
  return [...types].some((type) => names.has(type))
}
