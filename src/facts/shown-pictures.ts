// The pictures that a post shows, with the place of each: as plain keys say, and as JSON-LD says.
import type { FedifyView } from '../activity.ts'
import type { PictureFinding } from '../images/sight.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { objectsOf, referencesOf, stringsOf, typesOf } from '../plain-keys.ts'
import { isActor, type Judged } from './posts.ts'

export interface ShownPicture {
  readonly kind: 'attachment' | 'card' | 'emoji' | 'avatar'
  /** For people: `attachment 2`. */
  readonly at: string
  readonly url: string
  /** As the sender says; a hint only. */
  readonly blurhash?: string
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
const MAX_READ = 65_536 // characters of a text

export function shownPictures({ posts }: Judged, view: FedifyView | undefined): Shown {
  const all = [
    ...posts.flatMap(attached),
    ...attachedByView(view),
    ...posts.flatMap(inWords),
    ...posts.flatMap(cards),
    ...posts.flatMap(emoji),
    ...posts.filter(isActor).flatMap(faces),
  ]
  const pictures = [...new Map([...all].reverse().map((each) => [each.url, each])).values()]
  const kept = pictures.reverse().sort((one, other) => ORDER[one.kind] - ORDER[other.kind])
  return { pictures: kept.slice(0, MAX_PICTURES), capped: kept.length > MAX_PICTURES }
}

const ORDER = { attachment: 0, card: 1, emoji: 2, avatar: 3 } as const

/** The first address of each before all others: that is the one which most servers show. */
function attached(post: JsonObject): readonly ShownPicture[] {
  const own = isActor(post) ? [] : objectsOf(post.image)
  const media = [...objectsOf(post.attachment), ...own].map(mediumOf)
  return [...media.flatMap((each) => each.slice(0, 1)), ...media.flatMap((each) => each.slice(1))]
}

function mediumOf(medium: JsonObject, index: number): readonly ShownPicture[] {
  const types = typesOf(medium)
  if (types.includes('PropertyValue') || (types.includes('Link') && !isPicture(medium))) return []
  const [blurhash] = stringsOf(medium.blurhash)
  const hash = blurhash !== undefined && blurhash.length <= MAX_BLURHASH ? { blurhash } : {}
  // A film shows its preview.
  const urls = [...addressesOf(medium), ...previewsOf(medium)]
  return urls.map((url) => ({ kind: 'attachment', at: `attachment ${index + 1}`, url, ...hash }))
}

function isPicture({ mediaType }: JsonObject): boolean {
  return stringsOf(mediaType).some((type) => /^image\//i.test(type))
}

/** Some servers show the pictures that stand in the words themselves. */
function inWords({ content }: JsonObject): readonly ShownPicture[] {
  const [text = ''] = stringsOf(content)
  const found = text.slice(0, MAX_READ).matchAll(IMG)
  return [...found].slice(0, MAX_PICTURES).map(([, url = '']) => {
    return { kind: 'attachment', at: 'a picture in the text', url: url.replaceAll('&amp;', '&') }
  })
}

const IMG = /<img\b[^<>]{0,1000}?\bsrc\s*=\s*["']?([^"'\s<>]+)/gi

/** What plain keys call otherwise, a reader of JSON-LD takes for an attachment all the same. */
function attachedByView(view: FedifyView | undefined): readonly ShownPicture[] {
  const urls = (view?.urls ?? []).filter(({ at }) =>
    /(?:^|\.)attachment(?:\[\d+\]\.url)?$/.test(at),
  )
  return urls.map(({ url }) => ({ kind: 'attachment', at: 'an attachment', url }))
}

function cards(post: JsonObject): readonly ShownPicture[] {
  const links = objectsOf(post.attachment).filter((each) => typesOf(each).includes('Link'))
  const urls = [...links, ...objectsOf(post.preview)].flatMap(previewsOf)
  return urls.map((url) => ({ kind: 'card', at: 'the preview card', url }))
}

function emoji({ tag }: JsonObject): readonly ShownPicture[] {
  return objectsOf(tag)
    .filter((each) => typesOf(each).includes('Emoji'))
    .flatMap((each) => {
      const at = `emoji ${(stringsOf(each.name)[0] ?? '').slice(0, 100)}`
      return pictureIn(each.icon).map((url) => ({ kind: 'emoji' as const, at, url }))
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
