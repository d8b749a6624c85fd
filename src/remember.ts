// What a delivery teaches, and what was learned before it. Only the proved teach: a forgery must leave no trace.
import { LRUCache } from 'lru-cache'
import { domainOf } from './domains.ts'
import { isEstablished, isNewcomer } from './facts/established.ts'
import { personKey } from './facts/people.ts'
import { postKey } from './facts/post-key.ts'
import type { Facts } from './facts.ts'
import type { Grounds } from './finding.ts'
import {
  type HistoryStore,
  type Lesson,
  LONG_KNOWN_MS,
  nothingKnown,
  type Recollection,
} from './history.ts'
import { ownPost } from './offence.ts'
import type { Relay } from './relay.ts'
import type { Notices } from './standing/notices.ts'
import type { DomainLesson } from './store/domain-store.ts'
import type { KnownDomains } from './store/known-domains.ts'
import type { Action } from './verdict.ts'

export interface Windows {
  /** Milliseconds. */
  readonly burstMs: number
  readonly campaignMs: number
  /** How old an account must be for its copies to be news; milliseconds. */
  readonly establishedMs: number
}

/** Asked only of what reaches one of ours, or shows the post of somebody else. */
export async function recollect(
  facts: Facts,
  { memory, windows }: { readonly memory: Pick<HistoryStore, 'recall'>; readonly windows: Windows },
): Promise<Recollection> {
  const fingerprints = facts.fingerprints.map(({ key }) => key)
  const shows = facts.references.some(({ how }) => how !== 'reply')
  if (!facts.judged || (facts.reach.local.length === 0 && !shows)) {
    return nothingKnown({ fingerprints })
  }
  const { id: author = '', domain = '' } = facts.author
  const { people, counts } = calledBy(facts)
  return memory.recall({
    author,
    domain,
    fingerprints,
    people,
    counts,
    burstMs: windows.burstMs,
    campaignMs: windows.campaignMs,
    at: facts.now,
    conversation: conversationOf(facts, author),
    references: facts.references.map((reference) => reference.id),
    isEstablished: isEstablished(facts, windows.establishedMs),
    threads: facts.threads,
  })
}

/** Whoever boosts a post may call anybody with it: its author's are only those whom the post itself mentions. */
function calledBy({ proof, isServed, reach, mentions }: Facts) {
  const isGuarded = reach.guarded.length > 0
  if (proof === 'verified') return { people: reach.people, counts: isGuarded }
  const own = mentions.map(({ href }) => personKey(href)).filter((key) => key !== '')
  const callsOurs = mentions.some(({ local }) => local)
  return isServed
    ? { people: own, counts: isGuarded && callsOurs }
    : { people: reach.people, counts: false }
}

/** Of its author for certain, by proof or by the origin's own word. */
export function isAuthentic({ proof, isServed }: Facts): boolean {
  return proof === 'verified' || isServed
}

/** A hundred strangers who answer one post of ours are one conversation. */
function conversationOf({ inReplyTo, reach }: Facts, author: string): string {
  const home = domainOf(inReplyTo ?? '')
  const isOurs = home !== undefined && reach.local.some((id) => domainOf(id) === home)
  return isOurs ? `answers ${inReplyTo}` : author
}

export interface Remembering {
  readonly memory: HistoryStore
  readonly domains: Pick<KnownDomains, 'learn'>
  readonly notices: Pick<Notices, 'takenBack'>
}

/** Learns from a finding and from what became of it. */
export function rememberWith({ memory, domains, notices }: Remembering): Relay['remember'] {
  const today = new LRUCache<string, true>({ max: MAX_KNOWN_TODAY })
  const isNews = ({ author, at, outcome, called, follow }: Lesson) => {
    const day = `${Math.floor(at / DAY_MS)} ${outcome} ${author}`
    if (outcome !== 'dropped' && called.length === 0 && !follow && today.has(day)) return false
    today.set(day, true)
    return true
  }
  const learnFrom = async (grounds: Grounds, action: Action) => {
    const lesson = lessonOf(grounds, action)
    const dropped = action === 'drop' ? droppedPost(grounds) : undefined
    const isNew = lesson && isNews(lesson)
    await Promise.all([
      isNew ? memory.learn(lesson) : undefined,
      isNew ? domains.learn(domainLessonOf(lesson)) : undefined,
      takeBack(grounds, notices),
      dropped === undefined ? undefined : memory.noteDropped([dropped], grounds.facts.now),
    ])
  }
  return async ({ grounds = [] }, action) => {
    for (const each of grounds) await learnFrom(each, action)
  }
}

/** Whoever one of ours ceases to follow may be followed by another one of ours. */
function domainLessonOf({ domain, author, at, outcome, follow }: Lesson): DomainLesson {
  const told = { begun: 'begun', gone: 'none', ended: undefined } as const
  const followed = follow && told[follow.kind]
  return { domain, author, at, outcome, ...(followed && { follow: followed }) }
}

/** A proved Delete of what a notice is about. */
async function takeBack({ facts, proof }: Grounds, notices: Remembering['notices']): Promise<void> {
  const { types, objectId } = facts.activity
  const { domain } = facts.author
  if (proof.status !== 'verified' || domain === undefined || objectId === undefined) return
  if (types.includes('Delete')) await notices.takenBack(proof.author, objectId, domain)
}

const MAX_KNOWN_TODAY = 50_000 // an author who posts all day is written down once a day
const DAY_MS = 86_400_000

function lessonOf(grounds: Grounds, action: Action): Lesson | undefined {
  const { facts, proof } = grounds
  const { domain } = facts.author
  if (proof.status !== 'verified' || domain === undefined) return undefined
  const { called, threads } = action === 'forward' ? companyOf(facts) : NO_COMPANY
  const { now: at, follow } = facts
  const outcome = outcomeOf(grounds, action)
  const lesson = { author: proof.author, domain, at, outcome, called, threads }
  return follow ? { ...lesson, follow } : lesson
}

const NO_COMPANY = { called: [], threads: [] }

/**
 * Who is in a thread is told by whom we have known for a day or whose account is older: a spammer's own post, made
 * a minute before, must not introduce its victims to the next. Two or three who talk are no thread worth keeping.
 */
function companyOf(facts: Facts): Pick<Lesson, 'called' | 'threads'> {
  const { reach, postId, threads } = facts
  const called = reach.people.slice(0, MAX_TOLD)
  const mayTell = isEstablished(facts, LONG_KNOWN_MS) || !isNewcomer(facts)
  const own = postId === undefined ? [] : [postKey(postId)]
  return {
    called: reach.guarded.length > 0 || called.length >= MIN_COMPANY ? called : [],
    threads: mayTell && called.length >= MIN_COMPANY ? [...own, ...threads] : [],
  }
}

const MIN_COMPANY = 3
const MAX_TOLD = 40 // people in one post; threads have no more who take part

/** Only a post of its own speaks for somebody: boosts and likes cost nothing. */
function outcomeOf({ facts, hits }: Grounds, action: Action): Lesson['outcome'] {
  const isHit = hits.some((hit) => !hit.shadow)
  if (action === 'drop' && isHit) return 'dropped'
  const isPost = facts.judged && facts.postId !== undefined
  return isPost && action === 'forward' && !isHit ? 'clean' : 'neither'
}

/**
 * The author’s own, or what its origin itself served: anybody else could name a post to have it vanish. And only
 * for what is held against authors: who tries the test string, or quotes what was dropped, is none to be kept out.
 */
function droppedPost({ facts, hits, proof, fetched }: Grounds): string | undefined {
  if (!hits.some((hit) => hit.offence && !hit.shadow)) return undefined
  const own = proof.status === 'verified' ? ownPost(facts, proof.author) : undefined
  const post = fetched ?? own
  return post === undefined ? undefined : postKey(post)
}
