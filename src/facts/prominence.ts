// What everybody is shown comes first: decoys in places that nobody sees must not use up what is read.

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
  const ranked = places.map((place) => ({ place, rank: rankOf(place.at) }))
  return ranked.sort((one, other) => one.rank - other.rank).map(({ place }) => place)
}

function rankOf(at: string): number {
  const key = /^(?:(?:object|instrument)(?:\[\d+\])?\.)*(\w+)/.exec(at)?.[1] ?? ''
  return RANKS.get(key) ?? ORDER.length
}
