// How much of one delivery is read: several times what the longest honest post has, and never long enough to stall.

export interface Placed {
  readonly at: string
  readonly text: string
}

export interface Bounded<Entry> {
  readonly kept: readonly Entry[]
  /** There was more. */
  readonly capped: boolean
}

const MAX_CHARACTERS = 200_000
const MAX_TEXTS = 400 // each costs as much as a hundred characters or more
const MAX_PEOPLE = 500 // hundreds are a flood already

/** The first ones, the last of them cut where the characters end. */
export function boundTexts(texts: readonly Placed[]): Bounded<Placed> {
  let left = MAX_CHARACTERS
  const kept: Placed[] = []
  for (const { at, text } of texts) {
    if (left <= 0 || kept.length >= MAX_TEXTS) return { kept, capped: true }
    kept.push({ at, text: text.slice(0, left) })
    left -= text.length
  }
  return { kept, capped: left < 0 }
}

export function boundPeople<Entry>(people: readonly Entry[]): Bounded<Entry> {
  return { kept: people.slice(0, MAX_PEOPLE), capped: people.length > MAX_PEOPLE }
}
