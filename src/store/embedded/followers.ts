// Which of ours follow whom, and since when.
import type { HashedLesson } from '../hashed.ts'
import { MOST } from '../limits.ts'
import { expiring } from './expiring.ts'
import { type Members, NO_MEMBERS } from './windows.ts'

export interface Followers {
  /** Who follows the author, with the time of the follow. */
  of(author: string): Members
  learn(lesson: HashedLesson): void
  end(author: string, by: readonly string[]): void
  /** The author forgotten first before the others; may be read slice by slice. */
  entries(): Generator<readonly [author: string, by: Members]>
  restore(author: string, by: readonly (readonly [string, number])[]): void
}

const FOLLOWERS_AN_AUTHOR = 5 // on average: some have a thousand, not all of them

export function openFollowers(maxAuthors: number, now: () => number): Followers {
  const maxSize = maxAuthors * FOLLOWERS_AN_AUTHOR + MOST.follows
  const authors = expiring<Map<string, number>>({ max: maxAuthors, maxSize, now })
  const keep = (author: string, by: Map<string, number>) => {
    if (by.size === 0) authors.delete(author)
    else authors.set(author, by, { keptMs: Number.POSITIVE_INFINITY, size: by.size })
  }
  return {
    of: (author) => authors.get(author) ?? NO_MEMBERS,
    learn({ author, follow }) {
      const by = authors.get(author) ?? new Map<string, number>()
      if (follow) change(by, follow)
      keep(author, by) // without a change too: whoever lives on is not forgotten first
    },
    end(author, by) {
      const followers = authors.get(author)
      if (!followers) return
      for (const name of by) followers.delete(name)
      keep(author, followers)
    },
    entries: authors.entries,
    restore: (author, by) => keep(author, new Map(by)),
  }
}

function change(
  followers: Map<string, number>,
  { kind, by, since }: NonNullable<HashedLesson['follow']>,
): void {
  if (kind === 'gone') followers.clear()
  else if (kind === 'ended') followers.delete(by)
  else if (followers.has(by) || followers.size < MOST.follows) {
    followers.set(by, Math.min(since, followers.get(by) ?? since))
  }
}
