// What Redis remembers of domains: one script a call, every name a digest, every key expires.
import type { DomainPast, DomainStore } from '../domain-store.ts'
import {
  boundsAt,
  cleanDaysAt,
  DOMAIN_LIMITS,
  hashDomainLesson,
  isForgotten,
  NOTHING_KNOWN,
} from '../hashed-domain.ts'
import { digest, historyKey, KEYS } from './keys.ts'
import { type Link, script } from './link.ts'

const MAX_DOMAINS = 100_000 // of some 500 bytes: anybody can have as many as names in a zone
const FOLLOWED = 1e13 // milliseconds that stand ahead of all times until the year 2286

/**
 * KEYS: domains, domain, people, followed, dropped. ARGV: time, day, domain, author, outcome, follow, since when.
 * → a domain that is to be forgotten for want of room, or ''.
 */
const LEARN = script(`
local domains, domain, people, followed, droppedPeople = unpack(KEYS)
local name, author, outcome, follow, followedAt = unpack(ARGV, 3, 7)
local at, today = tonumber(ARGV[1]), tonumber(ARGV[2])
local first, touched, day, clean, dropped = unpack(redis.call('HMGET', domain, 'first', 'touched', 'day', 'clean', 'dropped'))
touched, day, dropped, clean = tonumber(touched), tonumber(day), tonumber(dropped or 0), clean or ''
if first and at - touched >= ${DOMAIN_LIMITS.keptMs} then
  redis.call('DEL', domain, people, followed, droppedPeople)
  first, clean, dropped = false, '', 0
end
if not first then
  redis.call('HSET', domain, 'first', ARGV[1])
  touched = at
end
touched = math.max(touched, at)
redis.call('HSET', domain, 'touched', string.format('%.0f', touched))

local function add(key, flag, time)
  if redis.call('ZSCORE', key, author) or redis.call('ZCARD', key) < ${DOMAIN_LIMITS.members} then
    redis.call('ZADD', key, flag, time, author)
  end
end
add(people, 'GT', at)
if follow == 'begun' then add(followed, 'LT', followedAt) end
if follow == 'none' then redis.call('ZREM', followed, author) end
if outcome == 'dropped' then
  redis.call('ZREMRANGEBYSCORE', droppedPeople, '-inf', at - ${DOMAIN_LIMITS.droppedMs})
  add(droppedPeople, 'GT', at)
  if at > dropped then redis.call('HSET', domain, 'dropped', ARGV[1]) end
end

if outcome == 'clean' then
  local ahead = clean == '' and math.huge or today - day
  local place = #clean + ahead
  if ahead >= ${DOMAIN_LIMITS.cleanDays} then
    clean = '1'
  elseif ahead > 0 then
    clean = string.sub(clean .. string.rep('0', ahead - 1) .. '1', -${DOMAIN_LIMITS.cleanDays})
  elseif place > 0 then
    clean = string.sub(clean, 1, place - 1) .. '1' .. string.sub(clean, place + 1)
  end
  redis.call('HSET', domain, 'clean', clean, 'day', ahead > 0 and ARGV[2] or day)
end

local ahead = redis.call('EXISTS', followed) * ${FOLLOWED}
redis.call('ZADD', domains, touched + ahead, name)
for i = 1, #KEYS do redis.call('PEXPIRE', KEYS[i], ${DOMAIN_LIMITS.keptMs}) end
if redis.call('ZCARD', domains) <= ${MAX_DOMAINS} then return '' end
return redis.call('ZPOPMIN', domains)[1]`)

/** KEYS: domain, people, followed, dropped. ARGV: until when a follow is old enough, after when a drop counts. */
const PAST = script(`
local told = redis.call('HMGET', KEYS[1], 'first', 'touched', 'day', 'clean', 'dropped')
for i = 1, 5 do told[i] = told[i] or '' end
told[6] = redis.call('ZCARD', KEYS[2])
told[7] = redis.call('ZCOUNT', KEYS[3], '-inf', ARGV[1])
told[8] = redis.call('ZCOUNT', KEYS[4], '(' .. ARGV[2], '+inf')
return told`)

export function redisDomains(hot: Link, now: () => number): DomainStore {
  return {
    async past(domain) {
      const at = Math.floor(now())
      const { maturedUntil, droppedAfter } = boundsAt(at)
      return pastIn(await hot.run(PAST, keysOf(digest(domain)), [maturedUntil, droppedAfter]), at)
    },
    async learn(lesson) {
      const hashed = hashDomainLesson(lesson)
      const { at, day, domain, author, outcome, follow = '' } = hashed
      const taught = [at, day, domain, author, outcome, follow, hashed.followedSince]
      const forgotten = await hot.run(LEARN, [KEYS.domains, ...keysOf(domain)], taught)
      // Keys of another domain are none that the script may touch.
      if (forgotten !== '') await hot.call('DEL', ...keysOf(String(forgotten)))
    },
  }
}

function keysOf(hashed: string): readonly string[] {
  return (['domain', 'people', 'befriended', 'offending'] as const).map((kind) =>
    historyKey(kind, hashed),
  )
}

type Reply = [
  ...[first: string, touched: string, day: string, clean: string, dropped: string],
  ...[people: number, followed: number, droppedPeople: number],
]

function pastIn(reply: unknown, now: number): DomainPast {
  const [first, touched, day, clean, dropped, people, followed, droppedPeople] = reply as Reply
  if (first === '' || isForgotten({ touchedAt: Number(touched) }, now)) return NOTHING_KNOWN
  return {
    firstSeenAt: Number(first),
    ...{ people, followed, droppedPeople },
    cleanDays: cleanDaysAt({ clean, lastDay: Number(day) }, now),
    ...(dropped !== '' && { lastDroppedAt: Number(dropped) }),
  }
}
