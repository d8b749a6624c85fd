// Pictures by their blurhash: servers that make it anew differ in a character or two, so parts of it are compared.
import type { JsonObject } from '../json.ts'
import { objectsOf, referencesOf, stringsOf, typesOf } from '../plain-keys.ts'

interface Picture {
  readonly keys: readonly string[]
  /** Where it lies. */
  readonly url: string
}

const MAX_PICTURES = 4 // as many as most servers show

/** Preview cards and profile fields are attachments too, but no media: they have no `url`, which is what servers show. */
export function mediaOf(post: JsonObject): readonly JsonObject[] {
  return objectsOf(post.attachment).filter(
    (attachment) =>
      hasUrl(attachment) ||
      !typesOf(attachment).some((type) => type === 'Link' || type === 'PropertyValue'),
  )
}

export function hasUrl({ url }: JsonObject): boolean {
  return referencesOf(url).some((each) => each !== '')
}

/** Those that can be told from others. */
export function picturesOf(posts: readonly JsonObject[]): readonly Picture[] {
  const pictures: Picture[] = []
  for (const media of posts.flatMap(mediaOf)) {
    const keys = pictureKeys(media)
    if (keys.length > 0) pictures.push({ keys, url: referencesOf(media.url)[0] ?? '' })
    if (pictures.length >= MAX_PICTURES) break
  }
  return pictures
}

/**
 * Any two characters may change, and a band is left. More bands or coarser values would find more of what was
 * compressed hard; but of a screenshot's shades of grey they hold so little that one in twenty agrees by chance.
 */
const BANDS = 3
const MIN_TELLING = 3 // of a band's values: less is a plain surface
const GREY = 9 // of 19 steps: nothing of this component
const BLURHASH = /^[\w#$%*+,\-.:;=?@[\]^{|}~]{6,200}$/
const DIGITS = new Map(
  [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~'].map(
    (digit, value) => [digit, value],
  ),
)

function pictureKeys({ blurhash, width, height }: JsonObject): readonly string[] {
  const hash = stringsOf(blurhash)[0] ?? ''
  const components = componentsOf(hash)
  const size = `${sizeOf(width)}x${sizeOf(height)}`
  const bands = Array.from({ length: BANDS }, (_, band) =>
    components.filter((_, at) => at % BANDS === band).flat(),
  )
  return bands.flatMap((values, band) =>
    isTelling(values) ? `picture:${size}:${hash[0]}:${band}:${values.join('.')}` : [],
  )
}

/** Red, green and blue of each component but the mean colour; none where the hash is no blurhash. */
function componentsOf(hash: string): readonly (readonly number[])[] {
  if (!BLURHASH.test(hash)) return []
  const shape = digitOf(hash[0]!)
  const count = ((shape % 9) + 1) * (Math.floor(shape / 9) + 1)
  if (hash.length !== 4 + 2 * count || digitOf(hash[1]!) < MIN_CONTRAST) return []
  return Array.from({ length: count - 1 }, (_, at) => {
    const value = digitOf(hash[6 + 2 * at]!) * 83 + digitOf(hash[7 + 2 * at]!)
    return [Math.floor(value / 361), Math.floor(value / 19) % 19, value % 19]
  })
}

const MIN_CONTRAST = 3 // of 82: below it all that is left is noise

function isTelling(values: readonly number[]): boolean {
  return values.filter((value) => Math.abs(value - GREY) > 1).length >= MIN_TELLING
}

function sizeOf(length: JsonObject[string]): number {
  return typeof length === 'number' && length > 0 ? Math.round(length) : 0
}

function digitOf(digit: string): number {
  return DIGITS.get(digit) ?? 0
}
