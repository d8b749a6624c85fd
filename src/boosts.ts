// What a boost shows stands on another server: where a stranger boosts, it is read there and judged as its author's post.
import type { RawActivity } from './activity.ts'
import { domainOf } from './domains.ts'
import { audienceOf, isSamePerson } from './facts/people.ts'
import type { LocalAccounts } from './facts.ts'
import { isFollowed, type Recollection } from './history.ts'
import type { JsonObject } from './json.ts'
import { isWithoutContent } from './meaning.ts'
import { referencesOf, stringsOf, typesOf } from './plain-keys.ts'
import { type AuthorProof, speaksFor } from './proof.ts'

export type PostAnswer =
  | { readonly status: 'served'; readonly post: JsonObject }
  | { readonly status: 'unread'; readonly why: string }

export interface PostWish {
  readonly deadlineMs: number
  /** Actor id of the proved announcer: none may spend what is there for all. The unproved share one purse. */
  readonly askedBy: string | undefined
}

export interface Posts {
  /** What the post's own server shows under this id; beyond the deadline the fetch goes on for the next time. */
  post(id: string, wish: PostWish): Promise<PostAnswer>
}

export interface BoostContext {
  readonly posts: Posts
  readonly local: Pick<LocalAccounts, 'domains'>
  /** Of the Announce itself. */
  readonly proof: AuthorProof
  readonly history: Pick<Recollection, 'author'>
  /** Epoch milliseconds. */
  readonly now: number
  /** What is left of our own work; milliseconds. */
  readonly leftMs: number
}

export type Boosted =
  | { readonly status: 'not-asked' }
  | { readonly status: 'unread'; readonly why: string }
  | {
      readonly status: 'read'
      /** As the post's origin spells it. */
      readonly id: string
      /** The Announce with the post in it, for judging only: what is forwarded are the bytes received. */
      readonly json: JsonObject
      /** Never verified: who boosts a post has not written it, who serves it has not signed it. */
      readonly proof: AuthorProof
    }

const BOOST_MS = 1_500

/** 1. does it show what stands elsewhere  2. does one of ours follow who boosts  3. what its origin serves */
export async function readBoosted(raw: RawActivity, context: BoostContext): Promise<Boosted> {
  const { posts, local, leftMs } = context
  const elsewhere = shownByReference(raw).filter((id) => !isOurs(id, local))
  const [id, ...more] = elsewhere
  if (id === undefined || isOfFollowed(raw, context)) return { status: 'not-asked' }
  if (more.length > 0) return { status: 'unread', why: 'a boost of several posts' }
  if (leftMs <= 0) return { status: 'unread', why: 'no time left for the boosted post' }
  const askedBy = announcerOf(context.proof)
  const answer = await posts.post(id, { deadlineMs: Math.min(BOOST_MS, leftMs), askedBy })
  if (answer.status === 'unread') return { ...answer, why: `boosted post not read: ${answer.why}` }
  const { post } = answer
  const [ownId = id] = stringsOf(post.id)
  return {
    status: 'read',
    id: ownId,
    json: announceOf(raw, post),
    proof: proofOf(id, post, context),
  }
}

/**
 * Ids of what receivers fetch: they take no stranger's words from an Announce. An embedded activity,
 * as Lemmy announces them, and the announcer's own post are judged as they stand.
 */
function shownByReference({ json, types, actors, objects, objectIds }: RawActivity): string[] {
  if (!types.includes('Announce')) return []
  const bare = objects.length > 0 ? stringsOf(json.object) : objectIds
  const pointing = objects.filter((object) => !isActivity(object) && !isBy(object, actors[0]))
  return [...new Set([...bare, ...pointing.flatMap(({ id }) => stringsOf(id).slice(0, 1))])]
}

const WRAPPERS = new Set(['Announce', 'Create', 'Update'])

function isActivity(object: JsonObject): boolean {
  const types = typesOf(object)
  return types.some((type) => WRAPPERS.has(type)) || isWithoutContent(new Set(types))
}

/** By the first name on it, as Mastodon reads it. */
function isBy({ attributedTo }: JsonObject, announcer: string | undefined): boolean {
  const [author] = referencesOf(attributedTo)
  return author !== undefined && announcer !== undefined && isSamePerson(author, announcer)
}

function isOurs(id: string, { domains }: Pick<LocalAccounts, 'domains'>): boolean {
  return domains.includes(domainOf(id) ?? '')
}

/** Where a post is embedded, what is known of the author is the past of whoever that post names. */
function isOfFollowed({ actors }: RawActivity, { proof, history, now }: BoostContext): boolean {
  const [announcer = ''] = actors
  return isSamePerson(proof.author ?? '', announcer) && isFollowed(history.author, now)
}

function announcerOf(proof: AuthorProof): string | undefined {
  return proof.status === 'verified' ? proof.author : proof.carrier
}

/** Of the Announce only whom it calls: its other words are shown to nobody, and are not the post's. */
function announceOf({ id, json, actors }: RawActivity, post: JsonObject): JsonObject {
  return {
    '@context': 'https://www.w3.org/ns/activitystreams',
    ...(id !== undefined && { id }),
    type: 'Announce',
    actor: actors,
    to: audienceOf([json]),
    object: post,
  }
}

function proofOf(id: string, post: JsonObject, { proof }: BoostContext): AuthorProof {
  const [named] = referencesOf(post.attributedTo)
  // A server names its own people; on others' it would borrow their good name.
  const author = named !== undefined && speaksFor(named, id) ? named : undefined
  const announcer = announcerOf(proof)
  const isOwn = author !== undefined && announcer !== undefined && isSamePerson(author, announcer)
  return {
    status: proof.status === 'verified' ? 'missing' : proof.status,
    author,
    ...(announcer !== undefined && !isOwn && { carrier: announcer }),
    why: 'a boosted post as its server shows it, proved by nobody',
    isServed: author !== undefined && proof.status === 'verified',
  }
}
