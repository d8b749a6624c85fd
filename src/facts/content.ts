// What a post says, to whom, and what hangs on it: the plain keys' view and Fedify's, united.
import type { FedifyView } from '../activity.ts'
import type { Evidence, Facts } from '../facts.ts'
import type { JsonObject } from '../json.ts'
import { markupOnce } from '../links/markup.ts'
import { objectsOf, referencesOf, stringsOf, typesOf } from '../plain-keys.ts'
import { gatherLinks } from './link-roles.ts'
import {
  audienceOf,
  inboxOwner,
  isFollowers,
  isPublicCollection,
  namedPeople,
  peopleCalled,
} from './people.ts'
import { isActor, type Judged } from './posts.ts'
import { byProminence } from './prominence.ts'
import { isShown, viewRaw } from './raw-view.ts'
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
  const plain = viewRaw(judged.within)
  const seen = judged.judged ? view : undefined
  const addressed = [...audienceOf([raw.json, ...posts]), ...(view?.addressed ?? [])]
  const tags = [...plain.mentions, ...(seen?.mentions ?? [])]
  const named = namedPeople(tags)
  const called = peopleCalled({ tags, named, addressed, author: proof.author, local })
  const seenTexts = (seen?.texts ?? []).filter(({ at }) => isShown(at))
  const seenUrls = (seen?.urls ?? []).filter(({ at }) => isShown(at))
  const texts = byProminence(distinct([...plain.texts, ...seenTexts]))
  const urls = byProminence([...plain.urls, ...seenUrls])
  const read = markupOnce()
  const { hashtags } = plain
  const { author } = proof
  const { links, capped } = gatherLinks({ texts, urls, read, named, hashtags, posts, author })
  const owner = called.local.length > 0 ? undefined : ownerReached(evidence, judged, addressed)
  return {
    texts,
    links,
    mentions: called.mentions,
    reach: { local: owner === undefined ? called.local : [owner], mentions: called.count },
    isPublic: addressed.some(isPublicCollection),
    inReplyTo: posts.flatMap((post) => referencesOf(post.inReplyTo))[0],
    attachments: Math.max(posts.flatMap(mediaOf).length, seen?.attachments ?? 0),
    words: wordsOf(posts, read),
    publishedAt: publishedAt(posts[0] ?? raw.json),
    flags: flagsOf(evidence, judged, capped),
  }
}

/** A post in a personal inbox reaches the owner; one for all followers is there because not every server has a shared inbox. */
function ownerReached(
  { delivery, local }: Evidence,
  { posts }: Judged,
  addressed: readonly string[],
): string | undefined {
  if (posts.length === 0 || posts.every(isActor) || addressed.some(isFollowers)) return undefined
  return inboxOwner(delivery.target, local)
}

/** Preview cards and profile fields are attachments too, but no media. */
function mediaOf(post: JsonObject): readonly JsonObject[] {
  return objectsOf(post.attachment).filter(
    (attachment) =>
      !typesOf(attachment).some((type) => type === 'Link' || type === 'PropertyValue'),
  )
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
  { jsonFlags, fedify }: Evidence,
  { judged }: Judged,
  capped: boolean,
): readonly string[] {
  const reading = judged && fedify.status !== 'parsed' ? [`fedify-${fedify.status}`] : []
  return [...jsonFlags, ...reading, ...(capped ? ['links-capped'] : [])]
}
