// Which language a reader gets: the one asked for by a link, else the best that the browser names, else the first.

const MAX_WISHES = 20

export interface Wish {
  /** `?lang=` */
  readonly asked?: string | undefined
  /** Accept-Language */
  readonly accepted?: string | undefined
}

/** One of `tags`, which are canonical and at least one. */
export function chooseLanguage({ asked, accepted }: Wish, tags: readonly string[]): string {
  const linked = asked === undefined ? undefined : match(asked, tags)
  if (linked !== undefined) return linked
  for (const wish of wishesIn(accepted ?? '')) {
    const found = wish === '*' ? tags[0] : match(wish, tags)
    if (found !== undefined) return found
  }
  return tags[0]!
}

/** RFC 4647 §3.4: `ja-JP` is content with `ja`. A reader of `pt` is content with `pt-BR`, too. */
function match(wish: string, tags: readonly string[]): string | undefined {
  const wanted = wish.toLowerCase()
  for (
    let range = wanted;
    range !== '';
    range = range.slice(0, Math.max(0, range.lastIndexOf('-')))
  ) {
    const found = tags.find((tag) => tag.toLowerCase() === range)
    if (found !== undefined) return found
  }
  return tags.find((tag) => tag.toLowerCase().startsWith(`${wanted}-`))
}

/** Best first; what has a weight of 0 is not wanted. */
function wishesIn(header: string): readonly string[] {
  return header
    .split(',', MAX_WISHES)
    .map((part) => {
      const [range = '', ...parameters] = part.split(';').map((text) => text.trim())
      const weight = parameters.find((text) => /^q\s*=/i.test(text))?.split('=')[1]
      return { range, quality: weight === undefined ? 1 : Number(weight) }
    })
    .filter(({ range, quality }) => range !== '' && quality > 0)
    .toSorted((one, other) => other.quality - one.quality)
    .map(({ range }) => range)
}
