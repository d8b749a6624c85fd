// What a post says, to whom, and what hangs on it: the plain keys' view and Fedify's, united.
import type { FedifyView } from '../activity.ts'
import type { Evidence, Facts, LocalAccounts } from '../facts.ts'
import type { JsonObject } from '../json.ts'
import { markupOnce } from '../links/markup.ts'
import { referencesOf, stringsOf } from '../plain-keys.ts'
import { boundPeople, boundTexts } from './budget.ts'
import { gatherLinks } from './link-roles.ts'
import {
  audienceOf,
  type Called,
  inboxOwner,
  isFollowers,
  isPublicCollection,
  namedPeople,
  peopleCalled,
} from './people.ts'
import { mediaOf } from './pictures.ts'
import { isActor, isBare, type Judged } from './posts.ts'
import { byProminence } from './prominence.ts'
import { viewRaw } from './raw-view.ts'
import { isShown } from './silent-keys.ts'
import { wordsOf } from './words.ts'

type Content = Pick<
  Facts,
  | 'texts'
  | 'links'
  | 'mentions'
  | 'reach'
  | 'isPublic'
  | 'inReplyTo'
  | 'attachments'
  | 'words'
  | 'publishedAt'
  | 'flags'
>

export function gatherContent(
  evidence: Evidence,
  judged: Judged,
  view: FedifyView | undefined,
): Content {
  const { raw, proof, local } = evidence
  const { posts } = judged
  const plain = viewRaw(judged.within, raw.doubts.keys)
  const seen = judged.judged ? view : undefined
  const addressed = [...audienceOf([raw.json, ...posts]), ...(view?.addressed ?? [])]
  const tagged = boundPeople([...plain.mentions, ...(seen?.mentions ?? [])])
  const reached = boundPeople(isBare(judged) ? [] : addressed)
  const named = namedPeople(tagged.kept)
  const calling = { tags: tagged.kept, named, addressed: reached.kept, author: proof.author, local }
  const called = peopleCalled(calling)
  const seenTexts = (seen?.texts ?? []).filter(({ at }) => isShown(at))
  const seenUrls = (seen?.urls ?? []).filter(({ at }) => isShown(at))
  const shown = boundTexts(byProminence(distinct([...plain.texts, ...seenTexts])))
  const texts = shown.kept
  const urls = byProminence([...plain.urls, ...seenUrls])
  const read = markupOnce()
  const hashtags = boundPeople(plain.hashtags)
  const { author } = proof
  const sources = { texts, urls, read, named, hashtags: hashtags.kept, posts, author }
  const { links, capped } = gatherLinks(sources)
  const owner = called.local.length > 0 ? undefined : ownerReached(evidence, judged, addressed)
  const unread = {
    links: capped,
    texts: shown.capped,
    people: [tagged, reached, hashtags].some((each) => each.capped),
  }
  return {
    texts,
    links,
    mentions: called.mentions,
    reach: reachOf(called, owner, local),
    isPublic: addressed.some(isPublicCollection),
    inReplyTo: posts.flatMap((post) => referencesOf(post.inReplyTo))[0],
    attachments: Math.max(posts.flatMap(mediaOf).length, seen?.attachments ?? 0),
    words: wordsOf(posts, read),
    publishedAt: publishedAt(posts[0] ?? raw.json),
    flags: flagsOf(evidence, judged, unread),
  }
}

function reachOf(called: Called, owner: string | undefined, { isOpen }: LocalAccounts) {
  const local = owner === undefined ? called.local : [owner]
  const guarded = local.filter((id) => !isOpen(id))
  return { local, guarded, people: called.people, mentions: called.count }
}

/**
 * A post in a personal inbox reaches the owner; one for all followers is there because not every
 * server has a shared inbox. Whoever carries a proved post chose the inbox: that says nothing of its author.
 */
function ownerReached(
  { delivery, local, proof }: Evidence,
  { posts }: Judged,
  addressed: readonly string[],
): string | undefined {
  if (proof.status === 'verified' && proof.by !== 'http') return undefined
  if (posts.length === 0 || posts.every(isActor) || addressed.some(isFollowers)) return undefined
  return inboxOwner(delivery.target, local)
}

function distinct(
  texts: readonly { readonly at: string; readonly text: string }[],
): readonly { readonly at: string; readonly text: string }[] {
  const seen = new Set<string>()
  return texts.filter(({ text }) => !seen.has(text) && seen.add(text))
}

function publishedAt({ published }: JsonObject): number | undefined {
  const time = Date.parse(stringsOf(published)[0] ?? '')
  return Number.isNaN(time) ? undefined : time
}

function flagsOf(
  { jsonFlags, fedify, raw }: Evidence,
  judged: Judged,
  unread: Readonly<Record<string, boolean>>,
): readonly string[] {
  const isForFedify = judged.judged && !isBare(judged)
  const reading = isForFedify && fedify.status !== 'parsed' ? [`fedify-${fedify.status}`] : []
  const rest = Object.keys(unread).flatMap((what) => (unread[what] ? [`${what}-capped`] : []))
  return [...jsonFlags, ...(raw.isRemapped ? ['remapped-keys'] : []), ...reading, ...rest]
}
