// Which conversation a post stands in: whoever is in it already is no stranger to it.
import type { JsonObject } from '../json.ts'
import { stringsOf } from '../plain-keys.ts'
import { postKey } from './post-key.ts'

const MAX_NAMES = 2 // each is looked up
const MAX_NAME = 512 // a sender's own choice

/** A sender may name any thread: it is then no stranger to those who are in that one, and to nobody else. */
export function threadsOf(
  inReplyTo: string | undefined,
  posts: readonly JsonObject[],
): readonly string[] {
  const answered = inReplyTo === undefined ? [] : [postKey(inReplyTo)]
  const named = posts.flatMap(({ conversation, context }) => [
    ...stringsOf(conversation),
    ...stringsOf(context),
  ])
  return [...new Set([...answered, ...named.map((name) => name.slice(0, MAX_NAME))])].slice(
    0,
    MAX_NAMES,
  )
}
