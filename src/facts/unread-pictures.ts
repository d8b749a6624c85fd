// What a verdict says of the pictures of a post that were not read, or not wholly.
import type { SeenPicture } from './shown-pictures.ts'

const MAX_NOTED = 4

/** By what hindered it. An emoji's name is the sender's own word, and not for a record. */
export function unreadNotes(seen: readonly SeenPicture[]): readonly string[] {
  const reasons = Map.groupBy(
    seen.filter(({ unread }) => unread !== undefined),
    ({ unread }) => unread,
  )
  return [...reasons].map(([why, pictures]) => {
    const places = pictures.map(({ at, kind }) => (kind === 'emoji' ? 'an emoji' : at))
    const more = places.length - MAX_NOTED
    const named = `${places.slice(0, MAX_NOTED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
    return `picture unread: ${named}: ${why}`
  })
}
