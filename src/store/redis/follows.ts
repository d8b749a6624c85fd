// Follows in Redis, gone through in small steps: whom the instance does not follow is followed by nobody.
import type { FollowStore, UnknownFollows } from '../follow-store.ts'
import { historyKey, KEYS } from './keys.ts'
import { type Link, script } from './link.ts'

const STEP = 200 // names that one command may return

/** KEYS: follows. ARGV: before. */
const OF_AUTHOR = script(`return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. ARGV[1])`)

/** KEYS: follows, followed. ARGV: author, before, followers. What began meanwhile is left. */
const END = script(`
local ended = 0
for i = 3, #ARGV do
  local since = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[i]))
  if since and since < tonumber(ARGV[2]) then ended = ended + redis.call('ZREM', KEYS[1], ARGV[i]) end
end
if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('ZREM', KEYS[2], ARGV[1]) end
return ended`)

/** KEYS: befriended, then the follows of each member. ARGV: members. */
const LET_GO = script(`
for i = 1, #ARGV do
  if redis.call('EXISTS', KEYS[i + 1]) == 0 then redis.call('ZREM', KEYS[1], ARGV[i]) end
end
return 1`)

export function redisFollows(slow: Link): FollowStore {
  return {
    async endUnknown(unknown) {
      let ended = 0
      for await (const author of membersOf(slow, KEYS.followed)) {
        ended += await endOf(slow, author, unknown)
      }
      for await (const domain of membersOf(slow, KEYS.domains)) {
        await letGo(slow, historyKey('befriended', domain), unknown)
      }
      return ended
    },
  }
}

/** Whatever changes meanwhile may be missing, or come twice. */
async function* membersOf(link: Link, key: string): AsyncGenerator<string> {
  let cursor = '0'
  do {
    const [next, found] = (await link.call('ZSCAN', key, cursor, 'COUNT', STEP)) as [
      string,
      string[],
    ]
    yield* found.filter((_, place) => place % 2 === 0)
    cursor = String(next)
  } while (cursor !== '0')
}

async function endOf(
  link: Link,
  author: string,
  { before, isKnown }: UnknownFollows,
): Promise<number> {
  const follows = historyKey('follows', author)
  const followers = (await link.run(OF_AUTHOR, [follows], [before])) as string[]
  const unknown = followers.filter((by) => !isKnown(author, by))
  if (unknown.length === 0) return 0
  return Number(await link.run(END, [follows, KEYS.followed], [author, before, ...unknown]))
}

async function letGo(link: Link, befriended: string, { before }: UnknownFollows): Promise<void> {
  const authors = (await link.run(OF_AUTHOR, [befriended], [before])) as string[]
  if (authors.length === 0) return
  const follows = authors.map((author) => historyKey('follows', author))
  await link.run(LET_GO, [befriended, ...follows], authors)
}
