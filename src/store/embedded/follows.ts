// Follows of one process, measured against what the instance says.
import { setImmediate as breathe } from 'node:timers/promises'
import type { FollowStore, UnknownFollows } from '../follow-store.ts'
import type { EmbeddedDomains } from './domains.ts'
import type { EmbeddedHistory } from './history.ts'

const BREATH = 2_000 // authors, or domains, between two turns of the event loop

export function embeddedFollows(history: EmbeddedHistory, domains: EmbeddedDomains): FollowStore {
  return {
    async endUnknown(unknown) {
      let ended = 0
      const authors = history.followed()
      for await (const author of slowly(authors)) ended += endOf(author, unknown, history)
      const isFollowed = (author: string) => history.followersOf(author).size > 0
      for await (const domain of slowly(domains.befriended())) {
        domains.letGo(domain, { before: unknown.before, unless: isFollowed })
      }
      return ended
    },
  }
}

async function* slowly(names: Generator<string>): AsyncGenerator<string> {
  let count = 0
  for (const name of names) {
    yield name
    if (++count % BREATH === 0) await breathe()
  }
}

function endOf(
  author: string,
  { before, isKnown }: UnknownFollows,
  history: EmbeddedHistory,
): number {
  const followers = [...history.followersOf(author)]
  const unknown = followers.filter(([by, since]) => since < before && !isKnown(author, by))
  if (unknown.length > 0) {
    history.endFollows(
      author,
      unknown.map(([by]) => by),
    )
  }
  return unknown.length
}
