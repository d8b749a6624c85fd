// The posts of others that a post shows or answers, by id.
import { type FedifyView, type RawActivity, readActivity } from '../activity.ts'
import type { Reference } from '../facts.ts'
import { plainName, referencesOf } from '../plain-keys.ts'
import { quotedBy } from '../references.ts'
import type { Bounded } from './budget.ts'
import { postKey } from './post-key.ts'
import type { Judged } from './posts.ts'

const MAX_REFERENCES = 16 // honest posts have two; each is looked up
const MAX_WRAPS = 4 // as deep as posts are looked for

/** What is shown comes first. */
export function gatherReferences(
  raw: RawActivity,
  { judged, posts }: Judged,
  view: FedifyView | undefined,
): Bounded<Reference> {
  if (!judged) return { kept: [], capped: false }
  const isBoost = [...raw.types, ...(view?.types ?? [])].map(plainName).includes('Announce')
  const ids = {
    boost: isBoost ? [...boostedBy(raw, 0), ...seenAt(view, /^object$/)] : [],
    quote: [...posts.flatMap(quotedBy), ...seenAt(view, QUOTE_IN_VIEW)],
    reply: [...posts.flatMap(repliedBy), ...seenAt(view, REPLY_IN_VIEW)],
  }
  const named = KINDS.flatMap((how) => [...new Set(ids[how])].map((id) => ({ how, id })))
  const kept = new Map<string, Reference>()
  for (const { how, id } of named.slice(0, MAX_REFERENCES)) {
    const key = postKey(id)
    kept.set(`${how} ${key}`, { how, id: key })
  }
  return { kept: [...kept.values()], capped: named.length > MAX_REFERENCES }
}

const KINDS = ['boost', 'quote', 'reply'] as const
/** Of the posts that the activity holds, not of what these hold in turn. */
const QUOTE_IN_VIEW = /^(?:object(?:\[\d+\])?\.)+quote(?:Url)?$/
const REPLY_IN_VIEW = /^(?:object(?:\[\d+\])?\.)+inReplyTo$/

function seenAt(view: FedifyView | undefined, place: RegExp): readonly string[] {
  return (view?.urls ?? []).filter(({ at }) => place.test(at)).map(({ url }) => url)
}

/** Embedded or not: whoever shows a post may take it from its own server. Lemmy announces whole activities. */
function boostedBy(raw: RawActivity, wraps: number): readonly string[] {
  if (wraps >= MAX_WRAPS) return raw.objectIds
  const wrapped = raw.objects.map((object) => readActivity(object)).filter(isWrapper)
  return [...raw.objectIds, ...wrapped.flatMap((each) => boostedBy(each, wraps + 1))]
}

function isWrapper({ types }: RawActivity): boolean {
  return types.some((type) => type === 'Announce' || type === 'Create' || type === 'Update')
}

function repliedBy(post: Judged['posts'][number]): readonly string[] {
  const keys = Object.keys(post).filter((key) => plainName(key) === 'inReplyTo')
  return keys.flatMap((key) => referencesOf(post[key]))
}
