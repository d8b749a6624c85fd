// What everybody is shown comes first: decoys in places that nobody sees must not use up what is read.
import { recently } from '../recently.ts'

const ORDER = [
  ...['content', '_misskey_content', 'source', 'summary', 'name', 'url'],
  ...['quote', 'quoteUrl', 'quoteUri', '_misskey_quote', 'attachment', 'icon', 'image'],
  ...['contentMap', 'summaryMap', 'nameMap', 'oneOf', 'anyOf', 'tag'],
]
const RANKS: ReadonlyMap<string, number> = new Map(ORDER.map((key, rank) => [key, rank]))

/** `at`: the path from the activity, e.g. `object.attachment[0].url`. */
export function byProminence<Placed extends { readonly at: string }>(
  places: readonly Placed[],
): readonly Placed[] {
  if (places.length < 2) return places
  const ranked: Placed[][] = []
  for (const place of places) {
    const rank = rankOf(place.at)
    const equals = ranked[rank]
    if (equals) equals.push(place)
    else ranked[rank] = [place]
  }
  return ranked.flat()
}

const FIRST_KEY = /^(?:(?:object|instrument)(?:\[\d+\])?\.)*(\w+)/

const rankOf = recently((at) => RANKS.get(FIRST_KEY.exec(at)?.[1] ?? '') ?? ORDER.length)
