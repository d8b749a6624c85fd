// Everything that a rule may know about a delivery, as plain data: what plain keys say ∪ what JSON-LD says.
import type { FedifyReading, RawActivity } from './activity.ts'
import type { Delivery } from './delivery.ts'
import { domainOf } from './domains.ts'
import { gatherContent } from './facts/content.ts'
import { fingerprintsOf } from './facts/fingerprints.ts'
import { followToldOf } from './facts/follows.ts'
import { judgedPosts } from './facts/posts.ts'
import { gatherReferences } from './facts/references.ts'
import { type SeenPicture, type ShownPicture, shownPictures } from './facts/shown-pictures.ts'
import { threadsOf } from './facts/threads.ts'
import { type Lesson, nothingKnown, type Recollection } from './history.ts'
import { referencesOf, stringsOf } from './plain-keys.ts'
import type { AuthorProof } from './proof.ts'

export interface Link {
  /** As it stands in the text. */
  readonly text: string
  /** Canonical URL: host in ASCII, no user, default port or trailing dot, unreserved characters decoded. */
  readonly href: string
  /** Canonical host in its ASCII form. */
  readonly host: string
  /** Where it was found first, e.g. `object.content` or `object.tag[3].href`. */
  readonly at: string
  /**
   * Says the post's own tag: somebody mentioned, or a hashtag. A `disguise` is what only a reading against
   * disguises finds, also where nobody meant one: it is for lists of URLs, and no link for any other rule.
   */
  readonly role?: 'mention' | 'hashtag' | 'disguise'
  /** A disguise that ordinary text makes by chance: its host alone proves nothing, host and path do. */
  readonly doubtful?: true
  /** Of a known shortener: leads nobody knows where. */
  readonly shortener?: true
}

export interface Mention {
  /** The mentioned actor's id; empty where the tag has none. */
  readonly href: string
  readonly name: string
  /** Of one of our own accounts. */
  readonly local: boolean
}

/** What is ours: the instance's domain and its aliases, canonical. */
export interface LocalAccounts {
  readonly domains: readonly string[]
  /** Accounts that strangers may always reach (`instance.openAccounts`). */
  readonly isOpen: (actorId: string) => boolean
}

/** What the posts of one campaign have in common. */
export interface Fingerprint {
  /** A caption is a few words beside a picture that nothing else tells of. */
  readonly kind: 'text' | 'link' | 'picture' | 'caption'
  /** Opaque, equal for equals; near-equal texts share some of theirs. */
  readonly key: string
  /** For the operator: the words, the URL or the place of the picture. */
  readonly shown: string
}

/** A post of somebody else that this one shows or answers. */
export interface Reference {
  readonly how: 'boost' | 'quote' | 'reply'
  readonly id: string
}

/** What an actor says of itself in its document. */
export interface Profile {
  readonly username: string
  readonly name: string
  readonly summary: string
  readonly hasIcon: boolean
  /** Where that picture lies. */
  readonly icon?: string
  /** Number of profile fields (PropertyValue). */
  readonly fields: number
  /** Epoch milliseconds of its `published`, or of a time-sortable id. */
  readonly createdAt?: number
}

export interface Facts {
  /** Epoch milliseconds of the delivery. */
  readonly now: number
  readonly activity: {
    readonly id: string | undefined
    readonly types: readonly string[]
    readonly objectId: string | undefined
  }
  /** False for what is never scored by content: reports, reactions, follows, deletions, poll votes. */
  readonly judged: boolean
  /** The judged post's own id; not the activity's that Lemmy announces. None where nobody knows what it is. */
  readonly postId: string | undefined
  /** Whom that post says it is by. */
  readonly attributedTo: readonly string[]
  readonly author: { readonly id: string | undefined; readonly domain: string | undefined }
  readonly proof: AuthorProof['status']
  readonly profile: Profile | undefined
  /** Every distinct string that can be shown to somebody, markup included, with its place. */
  readonly texts: readonly { readonly at: string; readonly text: string }[]
  /** Every distinct URL in the texts and in places made for URLs, the author's own permalinks apart. */
  readonly links: readonly Link[]
  readonly mentions: readonly Mention[]
  readonly reach: {
    /** Local accounts that the post mentions or addresses, by id. */
    readonly local: readonly string[]
    /** `local` without the accounts that strangers may always reach: whom the rules protect. */
    readonly guarded: readonly string[]
    /** Person keys of everybody whom it mentions or addresses, the author apart; capped. */
    readonly people: readonly string[]
    /** How many distinct people it mentions or addresses, wherever they are. */
    readonly mentions: number
  }
  /** Readable for everybody: public or unlisted. */
  readonly isPublic: boolean
  readonly inReplyTo: string | undefined
  readonly attachments: number
  readonly pictures: readonly ShownPicture[]
  /** Those of them that were looked at, and what was seen. Empty until then. */
  readonly seen: readonly SeenPicture[]
  /** The post's visible words without mentions, hashtags and links. */
  readonly words: string
  /** Epoch milliseconds of the post's own `published`. */
  readonly publishedAt: number | undefined
  /** Empty where `reach.guarded` is: only what reaches somebody whom the rules protect is compared. */
  readonly fingerprints: readonly Fingerprint[]
  /** Their ids as `postKey` spells them. Of a boost by an id this is all there is to judge. */
  readonly references: readonly Reference[]
  /** Names of the threads that it stands in; the answered post's first. */
  readonly threads: readonly string[]
  /** Its origin itself showed it to us, under this author's name: as good as proved for counting, for no punishment. */
  readonly isServed: boolean
  /** What it says of a local account's follow of the author, if anything. */
  readonly follow: Lesson['follow']
  /** `copies` is in the order of `fingerprints`. */
  readonly history: Recollection
  /** Oddities: `duplicate-keys`, `lone-surrogates`, `remapped-keys`, `fedify-skipped`, `fedify-failed`, `links-capped`, `texts-capped`, `people-capped`, `references-capped`, `pictures-capped`. */
  readonly flags: readonly string[]
}

export interface Evidence {
  readonly delivery: Pick<Delivery, 'target'>
  readonly raw: RawActivity
  readonly jsonFlags: readonly string[]
  readonly fedify: FedifyReading
  readonly proof: AuthorProof
  readonly profile: Profile | undefined
  readonly local: LocalAccounts
  readonly now: number
}

export function gatherFacts(evidence: Evidence): Facts {
  const { raw, fedify, proof, profile, local, now } = evidence
  const view = fedify.status === 'parsed' ? fedify.view : undefined
  const judged = judgedPosts(raw, view)
  const { id, types, objectId } = raw
  const content = gatherContent(evidence, judged, view)
  const { kept: references, capped } = gatherReferences(raw, judged, view)
  const isCompared = content.reach.guarded.length > 0 && judged.judged
  const { domains } = local
  const printed = { ...content, posts: judged.posts, author: proof.author, references, domains }
  const fingerprints = isCompared ? fingerprintsOf(printed) : []
  const shown = shownPictures(judged, judged.judged ? view : undefined)
  const more = cappedFlags({ references: capped, pictures: shown.capped })
  // Each by its name: what is spread into so large an object is copied member by member, twice.
  return {
    now,
    activity: { id, types, objectId },
    judged: judged.judged,
    postId: judged.isKnown ? stringsOf(judged.posts[0]?.id)[0] : undefined,
    attributedTo: referencesOf(judged.posts[0]?.attributedTo),
    author: { id: proof.author, domain: domainOf(proof.author ?? '') },
    proof: proof.status,
    profile,
    texts: content.texts,
    links: content.links,
    mentions: content.mentions,
    reach: content.reach,
    isPublic: content.isPublic,
    inReplyTo: content.inReplyTo,
    attachments: content.attachments,
    words: content.words,
    publishedAt: content.publishedAt,
    pictures: shown.pictures,
    seen: [],
    flags: [...content.flags, ...more],
    fingerprints,
    references,
    threads: threadsOf(content.inReplyTo, judged.posts),
    isServed: proof.status !== 'verified' && proof.isServed === true,
    follow: followToldOf(raw, proof, local),
    history: nothingKnown({ fingerprints: fingerprints.map(({ key }) => key) }),
  }
}

function cappedFlags(capped: Readonly<Record<string, boolean>>): readonly string[] {
  return Object.keys(capped).flatMap((what) => (capped[what] ? [`${what}-capped`] : []))
}
