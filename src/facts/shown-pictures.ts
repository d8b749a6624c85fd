// The pictures that a post shows, with the place of each: as plain keys say, and as JSON-LD says.
import type { FedifyView } from '../activity.ts'
import { domainOf, registrableDomain } from '../domains.ts'
import type { PictureFinding } from '../images/sight.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { objectsOf, referencesOf, stringsOf, typesOf } from '../plain-keys.ts'
import { hasUrl } from './pictures.ts'
import { picturesInWords } from './pictures-in-words.ts'
import { isActor, type Judged } from './posts.ts'

export interface ShownPicture {
  readonly kind: 'attachment' | 'card' | 'emoji' | 'avatar'
  /** For people: `attachment 2`. */
  readonly at: string
  readonly url: string
  /** As the sender says; a hint only. */
  readonly blurhash?: string
  /** Whoever wrote the words chose where it lies: no upload of the author's server, which may not know of it. */
  readonly isLinked?: true
  /** What lies there is no picture, but the object that says where it is. */
  readonly isReference?: true
}

/** A picture that was looked at. */
export interface SeenPicture extends ShownPicture {
  /** What of it is banned; empty where nothing is, and where it was not read. */
  readonly findings: readonly PictureFinding[]
  /** Why it was not read. */
  readonly unread?: string
}

export interface Shown {
  /** Attachments first, in their order. */
  readonly pictures: readonly ShownPicture[]
  /** There were more than are kept. */
  readonly capped: boolean
}

const MAX_PICTURES = 64 // far more than are ever read; a post may have hundreds of emoji
const MAX_BLURHASH = 200

export function shownPictures({ posts }: Judged, view: FedifyView | undefined): Shown {
  const all = [
    ...posts.flatMap(attached),
    ...attachedByView(view),
    ...posts.flatMap(covers),
    ...posts.flatMap(inWords),
    ...attachedByReference(posts, view),
    ...posts.flatMap(cards),
    ...posts.flatMap(emoji),
    ...posts.filter(isActor).flatMap(faces),
  ]
  const pictures = [...new Map([...all].reverse().map((each) => [each.url, each])).values()]
  const kept = pictures.reverse().sort((one, other) => ORDER[one.kind] - ORDER[other.kind])
  return { pictures: kept.slice(0, MAX_PICTURES), capped: kept.length > MAX_PICTURES }
}

const ORDER = { attachment: 0, card: 1, emoji: 2, avatar: 3 } as const

/**
 * Is it the author's server that shows it, and nobody who was only linked to? By registered names; a proxy, as Lemmy
 * has one, serves what lies elsewhere under its own, and names that in its address.
 */
export function isOfAuthor({ url, isLinked }: ShownPicture, author: string | undefined): boolean {
  if (!isLinked) return true
  const [home, place] = [domainOf(author ?? ''), domainOf(url)]
  if (home === undefined || place === undefined || ADDRESS_WITHIN.test(url)) return false
  return nameOf(home) === nameOf(place)
}

const ADDRESS_WITHIN = /.https?(?::|%3a)/i

function nameOf(domain: string): string {
  return registrableDomain(domain) ?? domain
}

/** The first address of each before all others: that is the one which most servers show. */
function attached(post: JsonObject): readonly ShownPicture[] {
  const media = objectsOf(post.attachment).map(picturesOfMedium)
  return [...media.flatMap((each) => each.slice(0, 1)), ...media.flatMap((each) => each.slice(1))]
}

/** Mastodon never asks for its type: whatever has a `url` is downloaded and shown. */
export function picturesOfMedium(medium: JsonObject, index: number): readonly ShownPicture[] {
  const [blurhash] = stringsOf(medium.blurhash)
  const hash = blurhash !== undefined && blurhash.length <= MAX_BLURHASH ? { blurhash } : {}
  const picture = { kind: 'attachment', at: `attachment ${index + 1}`, ...hash } as const
  const types = typesOf(medium)
  if (hasUrl(medium) || !types.some((type) => type === 'Link' || type === 'PropertyValue')) {
    // A film shows its preview.
    return [...addressesOf(medium), ...previewsOf(medium)].map((url) => ({ ...picture, url }))
  }
  const linked = types.includes('Link') && isPicture(medium) ? stringsOf(medium.href) : []
  return linked.map((url) => ({ ...picture, url, isLinked: true }))
}

/** By its type, or by its name where it tells none, as Lemmy does. */
function isPicture({ mediaType, href }: JsonObject): boolean {
  const types = stringsOf(mediaType)
  if (types.length > 0) return types.some((type) => /^image\//i.test(type))
  return stringsOf(href).some((url) => PICTURE_NAME.test(URL.parse(url)?.pathname ?? ''))
}

const PICTURE_NAME = /\.(?:jpe?g|jfif|a?png|gif|webp|avif|hei[cf]|bmp|ico|tiff?)$/i

/** Lemmy's thumbnail, which may be that of the page it links to, and the still of a film of PeerTube's. */
function covers(post: JsonObject): readonly ShownPicture[] {
  if (isActor(post)) return []
  return [
    ...pictureIn(post.image).map((url) => ({ url, isLinked: true }) as const),
    ...pictureIn(post.icon).map((url) => ({ url })),
  ].map((each) => ({ kind: 'attachment', at: 'its preview picture', ...each }))
}

/** Some servers show the pictures that stand in the words themselves. */
function inWords(post: JsonObject): readonly ShownPicture[] {
  return picturesInWords(post).map((url) => {
    return { kind: 'attachment', at: 'a picture in the text', url, isLinked: true }
  })
}

/** What plain keys call otherwise, a reader of JSON-LD takes for an attachment all the same. */
function attachedByView(view: FedifyView | undefined): readonly ShownPicture[] {
  const urls = (view?.urls ?? []).filter(({ at }) => /(?:^|\.)attachment\[\d+\]\.url$/.test(at))
  return urls.map(({ url }) => ({ kind: 'attachment', at: 'an attachment', url }))
}

/** Misskey asks for the object behind a bare id. An embedded one has an id as well, and nobody asks for it. */
function attachedByReference(
  posts: readonly JsonObject[],
  view: FedifyView | undefined,
): readonly ShownPicture[] {
  const bare = posts.flatMap(({ attachment }) => stringsOf(attachment))
  const ids = (view?.urls ?? []).filter(({ at }) => /(?:^|\.)attachment$/.test(at))
  const embedded = posts.flatMap(({ attachment }) => objectsOf(attachment))
  const known = new Set(embedded.flatMap(({ id }) => stringsOf(id)).map(asUrl))
  return [...bare, ...ids.map(({ url }) => url)].map(asUrl).flatMap((url) => {
    const picture = { kind: 'attachment', at: 'an attachment by its id', url } as const
    return known.has(url) ? [] : [{ ...picture, isReference: true } as const]
  })
}

/** As the other view spells it. */
function asUrl(text: string): string {
  return URL.parse(text)?.href ?? text
}

function cards(post: JsonObject): readonly ShownPicture[] {
  const links = objectsOf(post.attachment).filter((each) => typesOf(each).includes('Link'))
  const urls = [...links, ...objectsOf(post.preview)].flatMap(previewsOf)
  return urls.map((url) => ({ kind: 'card', at: 'the preview card', url, isLinked: true }))
}

function emoji({ tag }: JsonObject): readonly ShownPicture[] {
  return objectsOf(tag)
    .filter((each) => typesOf(each).includes('Emoji'))
    .flatMap((each) => {
      const at = `emoji ${(stringsOf(each.name)[0] ?? '').slice(0, 100)}`
      return pictureIn(each.icon).map((url) => ({
        kind: 'emoji' as const,
        at,
        url,
        isLinked: true as const,
      }))
    })
}

function faces({ icon, image }: JsonObject): readonly ShownPicture[] {
  const named = [
    ...pictureIn(icon).map((url) => ({ at: 'the avatar', url })),
    ...pictureIn(image).map((url) => ({ at: 'the header', url })),
  ]
  return named.map((each) => ({ kind: 'avatar', ...each }))
}

function previewsOf({ icon, image, preview }: JsonObject): readonly string[] {
  return [icon, image, preview].flatMap(pictureIn)
}

/** A picture's object, or its bare address. */
function pictureIn(value: JsonValue | undefined): readonly string[] {
  return [...stringsOf(value), ...objectsOf(value).flatMap(addressesOf)]
}

function addressesOf({ url, href }: JsonObject): readonly string[] {
  return [...referencesOf(url), ...stringsOf(href)]
}
